//! Attachments that were stored under former rules.

use std::path::Path;

use bytes::Bytes;
use serde_json::json;
use watchfire_event::EventId;
use watchfire_store::attachment::{self, Attachment, NewAttachment};
use watchfire_store::job::JobState;
use watchfire_store::rescrub::{self, Report, Span};
use watchfire_store::{Blobs, Database, NewRecord, Options, erase, job, project};
use watchfire_testkit::database::{TestDatabase, for_each_database};

use crate::raw::Raw;
use crate::rescrub::{address, queue};
use crate::rescrub_rest::token;
use crate::scrubbing::set;
use crate::support::{HOUR, NOON, Shop, block_on, body, with};

/// Rules that take e-mail addresses out of files of one name.
const NO_ADDRESSES: &str =
    r#"{"piiConfig": {"applications": {"$attachments.'log.txt'": ["@email:mask"]}}}"#;

/// A shop with a folder for files.
struct Files {
    shop: Shop,
    folder: tempfile::TempDir,
    blobs: Blobs,
}

impl Files {
    fn of(shop: Shop) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        Self {
            shop,
            folder,
            blobs,
        }
    }

    /// Stores an event of the issue with a file, as if it had come under no rules.
    fn attach(&self, fingerprint: &str, seconds: i64, (name, text): (&str, &str)) -> EventId {
        let id = EventId::random();
        let sent = json!({ "event_id": id.to_string() });
        self.shop.store(with(body(fingerprint, seconds), sent));
        self.add(id, (name, text));
        id
    }

    /// Stores an event of a user with a file.
    fn attach_of(&self, user: &str, (name, text): (&str, &str)) -> EventId {
        let id = EventId::random();
        let sent = json!({ "event_id": id.to_string(), "user": { "email": user } });
        self.shop.store(with(body("one", 0), sent));
        self.add(id, (name, text));
        id
    }

    fn erase(&self, address: &str) -> erase::Receipt {
        let person = erase::Person::parse("email", address).unwrap();
        let job = self.shop.write(|c| {
            let project = project::get(c, self.shop.project)?.unwrap();
            erase::queue(c, &project, &person, None, NOON)
        });
        job::run_waiting_with(&self.shop.database, &self.blobs).unwrap();
        let receipt = self.shop.read(|c| erase::receipt(c, job)).unwrap();
        assert_eq!(receipt.state, JobState::Done.as_str());
        receipt
    }

    /// Puts a file where the folder of an event's files should be, so that they can be neither read
    /// nor deleted.
    fn block(&self, event_id: EventId) {
        let folder = self.folder.path().join(self.shop.project.to_string());
        let folder = folder.join(event_id.to_string());
        std::fs::remove_dir_all(&folder).unwrap();
        std::fs::write(&folder, "in the way").unwrap();
    }

    fn add(&self, event_id: EventId, (filename, text): (&str, &str)) {
        let key = attachment::new_blob_key(self.shop.project, event_id);
        let blob_key = attachment::with_digest(&key, text.as_bytes());
        block_on(self.blobs.put(&blob_key, Bytes::from(text.to_owned()))).unwrap();
        self.shop.save(NewRecord::Attachment(NewAttachment {
            project: self.shop.project,
            key_id: self.shop.key_id,
            event_id,
            filename: filename.to_owned(),
            content_type: None,
            kind: "event.attachment".to_owned(),
            size: text.len() as u64,
            blob_key,
            received_at: NOON,
        }));
    }

    fn of_event(&self, event_id: EventId) -> Vec<Attachment> {
        self.shop
            .read(|c| attachment::of_event(c, self.shop.project, event_id))
    }

    /// What the first file of an event says.
    fn text(&self, event_id: EventId) -> String {
        let row = self.of_event(event_id).remove(0);
        let bytes = block_on(self.blobs.get(&row.blob_key)).unwrap().unwrap();
        assert_eq!(bytes.len() as i64, row.size);
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    fn run(&self, span: Span, is_dry_run: bool) -> Report {
        let job = queue(&self.shop, span, is_dry_run);
        job::run_waiting_with(&self.shop.database, &self.blobs).unwrap();
        let report = self.shop.read(|c| rescrub::report(c, job)).unwrap();
        assert_eq!(report.job.problem, None);
        report
    }

    /// How many files are on the disk, and whether one of them holds a text.
    fn on_disk(&self, text: &str) -> (usize, bool) {
        fn each(folder: &Path, found: &mut Vec<Vec<u8>>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => each(&path, found),
                    false => found.push(std::fs::read(path).unwrap()),
                }
            }
        }
        let mut found = Vec::new();
        each(self.folder.path(), &mut found);
        let has = |bytes: &Vec<u8>| bytes.windows(text.len()).any(|it| it == text.as_bytes());
        (found.len(), found.iter().any(has))
    }
}

fn count(report: &Report, path: &str, rule: &str) -> i64 {
    let at = report
        .by
        .iter()
        .filter(|it| it.path == path && it.rule.starts_with(rule));
    at.map(|finding| finding.count).sum()
}

#[test]
fn files_are_scrubbed_by_the_rules_of_now_and_the_bytes_of_before_are_gone() {
    for_each_database(|test| {
        let files = Files::of(Shop::open(test));
        let (anna, secret) = (address("anna"), token());
        let text = format!("{anna} and {anna} used {secret} today");
        let one = files.attach("one", 0, ("log.txt", &text));
        let other = files.attach("one", 1, ("notes.txt", &format!("asked {anna}")));
        let clean = files.attach("two", 2, ("log.txt", "nothing to hide"));
        set(&files.shop, NO_ADDRESSES);

        let dry = files.run(Span::Project, true);
        assert_eq!((dry.files, dry.files_changed), (3, 1), "{dry:#?}");
        assert_eq!(count(&dry, "(attachment) *.txt", "@email"), 2, "{dry:#?}");
        assert_eq!(count(&dry, "(attachment) *.txt", "@secret."), 1);
        let of_file = |it: &&rescrub::Finding| it.path.starts_with("(attachment)");
        let example = dry.by.iter().find(of_file).unwrap().example;
        assert_eq!(example, Some(one));
        assert_eq!(files.text(one), text, "a dry run changes nothing");
        assert_eq!(files.on_disk(&secret), (3, true));

        let applied = files.run(Span::Project, false);
        assert_eq!((applied.files, applied.files_changed), (3, 1));
        assert_eq!(applied.by, dry.by);
        assert!(!applied.left.iter().any(|it| it.contains("Attachments")));
        let left = files.text(one);
        assert!(
            left.contains("[secret:") && left.ends_with(" today"),
            "{left}"
        );
        assert!(!left.contains(&anna) && !left.contains(&secret), "{left}");
        assert_eq!(files.on_disk(&secret), (3, false));
        assert!(files.text(other).contains(&anna), "no rule names this file");
        assert_eq!(files.text(clean), "nothing to hide");

        let again = files.run(Span::Project, false);
        assert_eq!((again.files, again.files_changed), (3, 0));
        // Sent again, and scrubbed by ingest, it is not stored twice.
        files.add(one, ("log.txt", &left));
        assert_eq!(files.of_event(one).len(), 1);
    });
}

#[test]
fn the_files_of_an_issue_and_of_a_time_are_their_events() {
    for_each_database(|test| {
        let files = Files::of(Shop::open(test));
        let secret = token();
        let text = format!("used {secret}");
        let one = files.attach("one", 0, ("a.log", &text));
        let later = files.attach("two", 7_200, ("a.log", &text));
        let issue = files.shop.store(body("one", 1)).issue_id;
        assert_eq!(files.run(Span::Issue(issue), false).files_changed, 1);
        assert!(!files.text(one).contains(&secret));
        assert!(files.text(later).contains(&secret));
        let hour = Span::Time {
            from: NOON.plus_micros(2 * HOUR),
            to: NOON.plus_micros(3 * HOUR),
        };
        let report = files.run(hour, false);
        assert_eq!((report.files, report.files_changed), (1, 1));
        assert!(!files.on_disk(&secret).1);
    });
}

#[test]
fn a_secret_in_the_name_of_a_file_goes_too() {
    for_each_database(|test| {
        let files = Files::of(Shop::open(test));
        let secret = token();
        let one = files.attach("one", 0, (&format!("dump {secret}.txt"), "nothing"));
        let report = files.run(Span::Project, false);
        assert_eq!(count(&report, "(attachment) filename", "@secret"), 1);
        let name = files.of_event(one).remove(0).filename;
        assert!(
            name.contains("[secret:") && !name.contains(&secret),
            "{name}"
        );
        assert_eq!(files.text(one), "nothing");
    });
}

#[test]
fn who_does_not_know_where_files_are_says_so() {
    for_each_database(|test| {
        let files = Files::of(Shop::open(test));
        let one = files.attach("one", 0, ("a.log", &token()));
        let report = crate::rescrub::run(&files.shop, Span::Project, false);
        assert_eq!(report.files, 0);
        assert!(
            report
                .left
                .iter()
                .any(|it| it.starts_with("Attachments were not"))
        );
        assert_eq!(files.text(one), token());
    });
}

#[test]
fn a_file_that_is_removed_meanwhile_leaves_nothing_behind() {
    for_each_database(|test| {
        let files = Files::of(Shop::open(test));
        let secret = token();
        for second in 0..30 {
            files.attach("one", second, ("a.log", &format!("{second} {secret}")));
        }
        let other = Database::connect(test.url(), &Options::default()).unwrap();
        let issue = files.shop.store(body("one", 40)).issue_id;
        queue(&files.shop, Span::Project, false);
        std::thread::scope(|scope| {
            scope.spawn(|| job::run_waiting_with(&files.shop.database, &files.blobs).unwrap());
            scope.spawn(|| {
                std::thread::sleep(std::time::Duration::from_millis(20));
                other
                    .write_blocking(|c| watchfire_store::issue::delete(c, &[issue], None, NOON))
                    .unwrap();
            });
        });
        job::run_waiting_with(&files.shop.database, &files.blobs).unwrap();
        block_on(attachment::sweep(&files.shop.database, &files.blobs)).unwrap();
        assert_eq!(files.on_disk(&secret), (0, false));
    });
}

#[test]
fn an_erasure_deletes_the_files_before_it_says_done() {
    for_each_database(|test| {
        let files = Files::of(Shop::open(test));
        let anna = address("anna");
        files.attach_of(&anna, ("a.log", &format!("all about {anna}")));
        let receipt = files.erase(&anna);
        assert_eq!(receipt.removed.get("attachment"), Some(&1));
        assert!(
            !receipt
                .left
                .iter()
                .any(|it| it.contains("wait to be deleted")),
            "{receipt:?}"
        );
        assert_eq!(files.on_disk(&anna), (0, false));
    });
}

/// Pauses a job as soon as it is about to store scrubbed files.
fn pause_before_files_are_stored(test: &TestDatabase) {
    let pause = "UPDATE job SET state = 'paused' WHERE kind = 'rescrub'";
    let sql = match test.url().starts_with("sqlite") {
        true => format!("CREATE TRIGGER pause AFTER INSERT ON blob_removal BEGIN {pause}; END"),
        false => format!(
            "CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN {}; RETURN NULL; END';
            CREATE TRIGGER pause AFTER INSERT ON blob_removal
                FOR EACH STATEMENT EXECUTE FUNCTION pause()",
            pause.replace('\'', "''")
        ),
    };
    Raw::open(test).run(&sql);
}

#[test]
fn what_a_paused_job_stored_goes_with_an_erasure() {
    for_each_database(|test| {
        let files = Files::of(Shop::open(test));
        let (anna, secret) = (address("anna"), token());
        let text = format!("{anna} used {secret}");
        let one = files.attach_of(&anna, ("a.log", &text));
        pause_before_files_are_stored(test);
        let job = queue(&files.shop, Span::Project, false);
        job::run_waiting_with(&files.shop.database, &files.blobs).unwrap();
        let job = files.shop.read(|c| job::get(c, job)).unwrap();
        assert_eq!(job.state, JobState::Paused);
        assert_eq!(files.text(one), text);
        assert_eq!(files.on_disk(&anna), (2, true));

        files.erase(&anna);
        assert_eq!(files.on_disk(&anna), (0, false));
    });
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_holds_nothing_up() {
    for_each_database(|test| {
        let files = Files::of(Shop::open(test));
        let secret = token();
        let broken = files.attach("one", 0, (&format!("{secret}.log"), &secret));
        let other = files.attach("one", 1, ("a.log", &secret));
        files.block(broken);
        let report = files.run(Span::Project, false);
        assert_eq!((report.files, report.files_changed), (2, 2), "{report:#?}");
        assert!(!files.text(other).contains(&secret));
        let name = files.of_event(broken).remove(0).filename;
        assert!(!name.contains(&secret), "{name}");
        let is_told = |it: &String| it.starts_with("1 attachments could not be read");
        assert!(report.left.iter().any(is_told), "{:?}", report.left);
    });
}

#[test]
fn a_secret_in_a_name_goes_when_the_bytes_are_missing() {
    for_each_database(|test| {
        let files = Files::of(Shop::open(test));
        let secret = token();
        let one = files.attach("one", 0, (&format!("{secret}.log"), "nothing"));
        let row = files.of_event(one).remove(0);
        block_on(files.blobs.delete(&row.blob_key)).unwrap();
        let report = files.run(Span::Project, false);
        assert_eq!(report.files_changed, 1);
        let after = files.of_event(one).remove(0);
        assert!(!after.filename.contains(&secret), "{}", after.filename);
        assert_eq!(after.blob_key, row.blob_key);
    });
}

#[test]
fn a_file_that_cannot_be_deleted_is_told_and_holds_nothing_up() {
    for_each_database(|test| {
        let files = Files::of(Shop::open(test));
        let (anna, ben) = (address("anna"), address("ben"));
        let broken = files.attach_of(&anna, ("a.log", &anna));
        files.attach_of(&anna, ("b.log", &anna));
        files.attach_of(&ben, ("b.log", "nothing"));
        files.block(broken);
        let strange = "INSERT INTO blob_removal (blob_key, created_at) VALUES ('0/No Key', 0)";
        Raw::open(test).run(strange);
        let is_told = |it: &String| it.starts_with("1 files of removed attachments wait");
        let receipt = files.erase(&anna);
        assert!(receipt.left.iter().any(is_told), "{:?}", receipt.left);
        assert_eq!(files.on_disk(&anna), (2, false));
        files.erase(&ben);
        let sweep = attachment::sweep(&files.shop.database, &files.blobs);
        assert_eq!(block_on(sweep).unwrap(), 0);
    });
}
