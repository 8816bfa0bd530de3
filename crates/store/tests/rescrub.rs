//! The rules of now applied to stored events: what is left of what they remove.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use watchfire_event::{EventId, Timestamp, UserId};
use watchfire_store::feedback::Source;
use watchfire_store::job::{self, JobState};
use watchfire_store::rescrub::{self, Report, Span};
use watchfire_store::{Conn, Database, Options, event, feedback, issue, project, tag};
use watchfire_testkit::database::{TestDatabase, for_each_database};

use crate::feedback::{about, record};
use crate::merge_property::Dice;
use crate::recount;
use crate::scrubbing::set;
use crate::support::{HOUR, NOON, SECOND, Shop, body, with};

/// Rules that take e-mail addresses out of everything that tests put them into.
pub(crate) const NO_ADDRESSES: &str = r#"{"piiConfig": {"applications": {
    "$string": ["@email:replace"],
    "$error.value": ["@email:replace"],
    "user.email": ["@anything:remove"],
    "tags.contact": ["@email:replace"],
    "$http.url": ["@email:replace"]
}}}"#;

/// An address that is nowhere else in the binary or the database.
pub(crate) fn address(who: &str) -> String {
    format!("{who}.{}@mail.example", "qx7")
}

/// An event that names an address wherever a client can.
pub(crate) fn leaking(fingerprint: &str, seconds: i64, address: &str) -> Value {
    with(
        body(fingerprint, seconds),
        json!({
            "user": { "email": address },
            "tags": { "contact": address, "server_name": "web-1" },
            "extra": { "note": format!("asked by {address}") },
            "request": { "url": format!("http://shop.example/{address}/orders") },
            "exception": { "values": [{ "type": "LookupError", "value": format!("no {address}") }] },
        }),
    )
}

pub(crate) fn queue(shop: &Shop, span: Span, is_dry_run: bool) -> i64 {
    shop.write(|c| {
        let project = project::get(c, shop.project)?.unwrap();
        rescrub::queue(
            c,
            &project,
            &span,
            is_dry_run,
            None::<UserId>,
            Timestamp::now(),
        )
    })
}

/// Applies the rules and returns what was found.
pub(crate) fn run(shop: &Shop, span: Span, is_dry_run: bool) -> Report {
    let job = queue(shop, span, is_dry_run);
    job::run_waiting(&shop.database).unwrap();
    let report = shop.read(|c| rescrub::report(c, job)).unwrap();
    assert_eq!(report.job.state, JobState::Done, "{:?}", report.job.problem);
    report
}

/// How many values a report names at a path.
fn count(report: &Report, path: &str) -> i64 {
    let at = report.by.iter().filter(|finding| finding.path == path);
    at.map(|finding| finding.count).sum()
}

pub(crate) fn stored_text(shop: &Shop, id: EventId) -> String {
    let dictionaries = shop.database.dictionaries();
    shop.read(|c| event::body(c, dictionaries, shop.project, id))
        .unwrap()
}

/// Whether any of the files of an SQLite database holds a text.
pub(crate) fn files_hold(test: &TestDatabase, text: &str) -> bool {
    let path = test.url().trim_start_matches("sqlite://");
    let folder = Path::new(path).parent().unwrap();
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|it| it == text.as_bytes())
    })
}

#[test]
fn nothing_that_the_rules_remove_is_left_anywhere() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let anna = address("anna");
        let id = shop.store(leaking("one", 0, &anna)).issue_id;
        shop.store(leaking("one", 1, &anna));
        shop.store(body("two", 2));
        set(&shop, NO_ADDRESSES);
        let report = run(&shop, Span::Project, false);
        assert_eq!((report.events, report.changed), (3, 2));
        assert_eq!(count(&report, "exception.values.*.value"), 2, "{report:#?}");
        assert_eq!(count(&report, "tags.contact"), 2);
        assert!(count(&report, "user.email") >= 2);

        let found = shop.read(|c| issue::get(c, id)).unwrap();
        assert_eq!(found.title, "LookupError: no [email]");
        assert_eq!(found.user_count, 0);
        let keys = shop.read(|c| tag::distribution(c, id, 100));
        let contact = keys.iter().find(|key| key.key == "contact").unwrap();
        assert_eq!(
            (contact.top[0].value.as_str(), contact.top[0].count),
            ("[email]", 2)
        );
        assert!(!keys.iter().any(|key| key.key == "user"));
        for row in recount::events(&shop, id) {
            let text = stored_text(&shop, row.row.event_id);
            assert!(
                !text.contains(&anna) && text.contains("asked by [email]"),
                "{text}"
            );
            assert!(text.contains("@email:replace"), "a remark says why: {text}");
        }
        recount::check(&shop, false);
        // Doing it again changes nothing.
        assert_eq!(run(&shop, Span::Project, false).changed, 0);
    });
}

#[test]
fn a_dry_run_finds_the_same_and_writes_nothing() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let anna = address("anna");
        let kept = shop.store(leaking("one", 0, &anna));
        set(&shop, NO_ADDRESSES);
        let dry = run(&shop, Span::Project, true);
        assert!(dry.is_dry_run && dry.changed == 1);
        let found = shop.read(|c| issue::get(c, kept.issue_id)).unwrap();
        assert!(found.title.contains(&anna));
        let text = format!("{:?}", dry);
        assert!(!text.contains(&anna), "a report never holds a value");
        let event = recount::events(&shop, kept.issue_id).remove(0).row.event_id;
        assert_eq!(dry.by[0].example, Some(event));
        let applied = run(&shop, Span::Project, false);
        assert_eq!(applied.by, dry.by);
        assert_eq!(applied.project_version, dry.project_version);
    });
}

#[test]
fn a_span_leaves_what_is_beside_it() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (anna, ben) = (address("anna"), address("ben"));
        let one = shop.store(leaking("one", 0, &anna)).issue_id;
        let two = shop.store(leaking("two", 10, &ben)).issue_id;
        shop.store(leaking("two", 7_200, &ben));
        set(&shop, NO_ADDRESSES);
        let title = |id| shop.read(|c| issue::get(c, id)).unwrap().title;
        let report = run(&shop, Span::Issue(one), false);
        assert_eq!((report.events, report.changed), (1, 1));
        assert!(!title(one).contains(&anna) && title(two).contains(&ben));
        recount::check(&shop, false);
        let first_hour = Span::Time {
            from: NOON,
            to: NOON.plus_micros(HOUR),
        };
        assert_eq!(run(&shop, first_hour, false).changed, 1);
        // The newest event is later, and so is what the issue shows.
        assert!(title(two).contains(&ben));
        recount::check(&shop, false);
        run(&shop, Span::Project, false);
        assert!(!title(two).contains(&ben));
        recount::check(&shop, false);
        let backwards = Span::Time {
            from: NOON,
            to: NOON.plus_micros(-SECOND),
        };
        let refused = shop.database.write_blocking(|c| {
            let project = project::get(c, shop.project)?.unwrap();
            rescrub::queue(c, &project, &backwards, false, None, NOON)
        });
        assert!(refused.is_err());
    });
}

#[test]
fn feedback_is_scrubbed_with_its_columns() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let event_id = EventId::random();
        shop.store(with(
            body("one", 0),
            json!({ "event_id": event_id.to_string() }),
        ));
        let said = about(event_id, "my card is 4111 1111 1111 1111, help");
        shop.save(record(&shop, Source::Report, 0, said));
        set(&shop, "{}");
        let report = run(&shop, Span::Project, false);
        let path = "(feedback) contexts.feedback.message";
        assert!(count(&report, path) > 0, "{report:?}");
        let message = &shop.read(|c| feedback::list(c, &[shop.project], None, None, 10))[0];
        let (before, rest) = message.message.split_once('[').unwrap();
        assert!(
            before == "my card is " && rest.ends_with("], help"),
            "{message:?}"
        );
        assert_eq!(message.event_id, Some(event_id));
        let dictionaries = shop.database.dictionaries();
        let id = message.feedback_id;
        let text = shop.read(|c| feedback::body(c, dictionaries, shop.project, id));
        assert!(!text.unwrap().contains("4111"));
    });
}

#[test]
fn a_job_that_dies_between_steps_goes_on_where_it_was() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let events = (0..450).map(|n| {
            shop.event(leaking(
                &format!("kind {}", n % 3),
                n,
                &address(&format!("p{n}")),
            ))
        });
        let events: Vec<_> = events.collect();
        assert!(shop.store_all(events).iter().all(Result::is_ok));
        set(&shop, NO_ADDRESSES);
        let id = queue(&shop, Span::Project, false);
        for _ in 0..2 {
            job::run_steps(&shop.database, 1, Duration::ZERO).unwrap();
            std::thread::sleep(Duration::from_millis(2));
        }
        let between = shop.read(|c| rescrub::report(c, id)).unwrap();
        assert!(between.changed > 0 && between.changed < 450, "{between:?}");
        recount::check(&shop, false);
        shop.write(|c| job::pause(c, id, Timestamp::now()));
        job::run_steps(&shop.database, 2, Duration::ZERO).unwrap();
        let paused = shop.read(|c| rescrub::report(c, id)).unwrap();
        assert_eq!(paused.changed, between.changed);
        shop.write(|c| job::resume(c, id, Timestamp::now()));
        job::run_waiting(&shop.database).unwrap();
        let report = shop.read(|c| rescrub::report(c, id)).unwrap();
        assert_eq!((report.events, report.changed), (450, 450));
        assert_eq!(count(&report, "extra.note"), 450);
        recount::check(&shop, false);
        let refused = shop
            .database
            .write_blocking(|c| job::undo(c, id, None, NOON));
        assert!(refused.unwrap_err().to_string().contains("gone"));
    });
}

/// An event with addresses here and there.
fn random_event(dice: &mut Dice, seconds: i64) -> Value {
    let who = address(&format!("w{}", dice.roll(5)));
    let mut event = match dice.roll(3) {
        0 => body(&format!("kind {}", dice.roll(5)), seconds),
        _ => leaking(&format!("kind {}", dice.roll(5)), seconds, &who),
    };
    if dice.roll(2) == 0 {
        event = with(
            event,
            json!({ "user": { "id": dice.roll(3), "email": who } }),
        );
    }
    event
}

#[test]
fn counters_equal_a_recount_whatever_is_scrubbed_when() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let mut dice = Dice(31_337);
        for round in 0..6 {
            let events = (0..40).map(|n| {
                let seconds = (round * 40 + n) * 977 % 100_003;
                shop.event(random_event(&mut dice, seconds))
            });
            let events: Vec<_> = events.collect();
            assert!(shop.store_all(events).iter().all(Result::is_ok));
            let known = recount::issues(&shop);
            let picked = known[dice.roll(known.len())].id;
            set(
                &shop,
                match round % 3 {
                    0 => r#"{"piiConfig": {"applications": {"tags.contact": ["@email:mask"]}}}"#,
                    1 => r#"{"piiConfig": {"applications": {"$user.email": ["@email:hash"]}}}"#,
                    _ => NO_ADDRESSES,
                },
            );
            let span = match dice.roll(3) {
                0 => Span::Issue(picked),
                1 => Span::Time {
                    from: NOON,
                    to: NOON.plus_micros(5 * HOUR),
                },
                _ => Span::Project,
            };
            run(&shop, span, false);
            recount::check(&shop, false);
        }
        set(&shop, NO_ADDRESSES);
        run(&shop, Span::Project, false);
        recount::check(&shop, false);
        for found in recount::issues(&shop) {
            for event in recount::events(&shop, found.id) {
                let text = stored_text(&shop, event.row.event_id);
                assert!(!text.contains("@mail.example"), "{text}");
            }
        }
    });
}

#[test]
fn no_file_of_the_database_holds_removed_text() {
    let test = TestDatabase::sqlite();
    let shop = Shop::open(&test);
    // So many that a compression dictionary learns them.
    let events = (0..600).map(|n| {
        let who = address(&format!("w{}", n % 7));
        shop.event(leaking(&format!("kind {}", n % 11), n, &who))
    });
    let events: Vec<_> = events.collect();
    for some in events.chunks(100) {
        assert!(shop.store_all(some.to_vec()).iter().all(Result::is_ok));
        std::thread::sleep(Duration::from_millis(30));
    }
    for _ in 0..200 {
        if shop.database.dictionaries().count() > 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(
        shop.database.dictionaries().count() > 0,
        "a dictionary was trained"
    );
    let secret = address("w3");
    assert!(files_hold(&test, &secret));
    // It waits while its dictionary goes.
    let waiting = shop.event(body("waiting", 8_000));
    set(&shop, NO_ADDRESSES);
    let report = run(&shop, Span::Project, false);
    assert_eq!(report.changed, 600);
    assert!(report.left.is_empty(), "{:?}", report.left);
    for n in 0..7 {
        let who = address(&format!("w{n}"));
        assert!(!files_hold(&test, &who), "{who}");
    }
    recount::check(&shop, false);
    // What comes now is compressed with another dictionary and can be read.
    let kept = shop.store(leaking("kind 1", 9_000, &address("later")));
    let newest = recount::events(&shop, kept.issue_id).remove(0);
    assert!(stored_text(&shop, newest.row.event_id).contains("later"));
    let kept = shop.store_all([waiting]).remove(0).unwrap();
    let row = shop.read(|c| event::latest(c, kept.issue_id)).unwrap();
    // Another process knows nothing but what is stored.
    let other = Database::connect(test.url(), &Options::default()).unwrap();
    let read = |c: &mut Conn<'_>| event::body(c, other.dictionaries(), shop.project, row.event_id);
    let text = other.read_blocking(read).unwrap();
    assert!(text.unwrap().contains("waiting failed"));
}
