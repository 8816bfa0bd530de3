//! Which issue an event joins: reference/GROUPING.md section 12.

use serde_json::{Value, json};
use watchfire_event::{Level, Timestamp};
use watchfire_filter::Verdict;
use watchfire_grouping::{FallbackHash, Grouper, SentryHash, Settings};
use watchfire_store::{
    Database, NewEvent, Options, Writer, WriterOptions, import, issue, tombstone,
};
use watchfire_testkit::database::for_each_database;

use crate::recount;
use crate::support::{NOON, Shop, block_on, body, new_event, scrubbed, with};

/// An event whose stack is the same two functions, of which these are the project's own. Its first
/// hash is that of the own ones, its second that of both.
fn crash(own: &[&str], seconds: i64) -> Value {
    let frame = |name: &str| {
        json!({
            "function": name, "module": "shop.views", "filename": "views.py",
            "in_app": own.contains(&name),
        })
    };
    let mut event = with(
        body("unused", seconds),
        json!({
            "message": null,
            "exception": {"values": [{
                "type": "KeyError", "value": "a",
                "stacktrace": {"frames": [frame("outer"), frame("inner")]},
            }]},
        }),
    );
    event.as_object_mut().unwrap().remove("fingerprint");
    event
}

fn hashes_of(shop: &Shop, id: watchfire_event::IssueId) -> Vec<issue::IssueHash> {
    shop.read(|c| issue::hashes(c, id))
}

#[test]
fn one_shared_hash_is_enough_and_the_others_are_linked() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let first = shop.store(crash(&["outer"], 0));
        assert!(first.new_issue);
        // Another own frame, the same stack as a whole.
        let second = shop.store(crash(&["inner"], 1));
        assert_eq!(second.issue_id, first.issue_id);
        // All frames are own: only the hash of the whole.
        let third = shop.store(crash(&["outer", "inner"], 2));
        assert_eq!(third.issue_id, first.issue_id);
        let hashes = hashes_of(&shop, first.issue_id);
        let counts: Vec<i64> = hashes.iter().map(|hash| hash.event_count).collect();
        assert_eq!(counts, [1, 1, 1]);
        assert!(
            hashes
                .iter()
                .all(|hash| !hash.is_sentry && hash.hash.len() == 32)
        );
        // In one batch as well, and when nothing is remembered.
        let writer = Writer::start(&shop.database, &WriterOptions::default()).unwrap();
        let again = [crash(&["outer"], 3), crash(&["inner"], 4)].map(|it| shop.event(it));
        let storing = again.into_iter().map(|event| writer.store(event));
        for stored in block_on(futures_util::future::join_all(storing)) {
            assert_eq!(stored.unwrap().kept().unwrap().issue_id, first.issue_id);
        }
        block_on(writer.shutdown());
        recount::check(&shop, true);
    });
}

#[test]
fn a_hash_of_another_issue_never_moves() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let whole = shop.store(crash(&["outer", "inner"], 0));
        // Its first hash is new, its second is known.
        let part = shop.store(crash(&["outer"], 1));
        assert_eq!(part.issue_id, whole.issue_id);
        // Unmerged, the first hash leads elsewhere although the second is still known.
        let own = shop.read(|c| issue::hashes(c, whole.issue_id));
        let own = own
            .into_iter()
            .find(|hash| hash.latest_event == latest(&shop, 1))
            .unwrap();
        let apart = shop.write(|c| issue::unmerge(c, whole.issue_id, &[own.hash], None, NOON));
        assert_ne!(apart, whole.issue_id);
        assert_eq!(shop.store(crash(&["outer"], 2)).issue_id, apart);
        assert_eq!(
            shop.store(crash(&["outer", "inner"], 3)).issue_id,
            whole.issue_id
        );
        assert_eq!(hashes_of(&shop, apart).len(), 1);
        assert_eq!(hashes_of(&shop, whole.issue_id).len(), 1);
        recount::check(&shop, true);
    });
}

/// The event that happened so many seconds after noon.
fn latest(shop: &Shop, seconds: i64) -> Option<watchfire_event::EventId> {
    let issues = recount::issues(shop);
    let events = issues
        .iter()
        .flat_map(|issue| recount::events(shop, issue.id));
    let at = NOON.plus_micros(seconds * crate::support::SECOND);
    let mut events = events.filter(|event| event.row.timestamp == at);
    events.next().map(|event| event.row.event_id)
}

#[test]
fn a_fallback_is_looked_up_last_and_never_made() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let settings = Settings {
            knows_sentry: true,
            ..Settings::default()
        };
        let event = |body: &Value| {
            let text = body.to_string();
            let grouped = Grouper::new(&settings).group(scrubbed(&text));
            let new = NewEvent::new(
                shop.project,
                shop.key_id,
                "error",
                &grouped,
                &Verdict::default(),
                shop.database.dictionaries(),
            );
            (new, grouped.grouping().fallbacks.clone())
        };
        // Nobody knows the fallbacks: a new issue, without them.
        let (new, fallbacks) = event(&body("a", 0));
        assert!(!fallbacks.is_empty());
        let known = shop.store_all([new]).remove(0).unwrap().issue_id;
        assert!(hashes_of(&shop, known).iter().all(|hash| !hash.is_sentry));

        // An imported issue has only Sentry's hash; the first event joins and links its own.
        let (new, fallbacks) = event(&body("b", 1));
        let sentry: Vec<SentryHash> = fallbacks
            .iter()
            .filter_map(|hash| match hash {
                FallbackHash::Sentry(hash) => Some(*hash),
                FallbackHash::Older(_) => None,
            })
            .collect();
        let imported = import(&shop, &sentry);
        assert_eq!(shop.store_all([new]).remove(0).unwrap().issue_id, imported);
        let hashes = hashes_of(&shop, imported);
        assert_eq!(hashes.len(), 2);
        assert_eq!(hashes.iter().filter(|hash| hash.is_sentry).count(), 1);
        // From now on its own hash leads there.
        assert_eq!(shop.store(body("b", 2)).issue_id, imported);

        // Own hashes come first, although the fallback is known too.
        let (new, _) = event(&with(body("a", 3), json!({})));
        assert_eq!(shop.store_all([new]).remove(0).unwrap().issue_id, known);

        // A fallback that was discarded stays so when the fallback ends.
        shop.write(|c| issue::discard(c, &[imported], None, NOON));
        let sentry = import_hash("c");
        let other = import(&shop, &[sentry]);
        shop.write(|c| issue::discard(c, &[other], None, NOON));
        let (new, _) = event(&body("c", 4));
        let (again, _) = event(&body("c", 5));
        assert!(
            shop.send_all([new, again])
                .iter()
                .all(|it| it.unwrap().kept().is_none())
        );
        assert!(
            shop.send_all([shop.event(body("c", 6))])[0]
                .unwrap()
                .kept()
                .is_none()
        );
        let tombs = shop.read(|c| tombstone::list(c, shop.project));
        assert_eq!(tombs[0].hit_count, 3);
    });
}

/// Sentry's hash of the events of a fingerprint.
fn import_hash(fingerprint: &str) -> SentryHash {
    let text = body(fingerprint, 0).to_string();
    let settings = Settings {
        knows_sentry: true,
        ..Settings::default()
    };
    let grouped = Grouper::new(&settings).group(scrubbed(&text));
    let found = grouped
        .grouping()
        .fallbacks
        .iter()
        .find_map(|hash| match hash {
            FallbackHash::Sentry(hash) => Some(*hash),
            FallbackHash::Older(_) => None,
        });
    found.unwrap()
}

fn import(shop: &Shop, hashes: &[SentryHash]) -> watchfire_event::IssueId {
    let imported = import::ImportedIssue {
        external_id: format!("{}", hashes[0]),
        short_id: None,
        permalink: None,
        title: "imported".to_owned(),
        culprit: String::new(),
        kind: String::new(),
        value: String::new(),
        filename: String::new(),
        function: String::new(),
        logger: None,
        platform: None,
        level: Level::Error,
        status: issue::Status::Unresolved,
        substatus: None,
        status_details: None,
        is_unhandled: false,
        first_seen: NOON,
        last_seen: NOON,
        event_count: 7,
        user_count: 0,
        first_release: None,
        last_release: None,
        hashes: hashes.to_vec(),
    };
    let added = shop.write(|c| {
        import::begin(c, shop.project)?;
        import::add(
            c,
            shop.database.dictionaries(),
            shop.project,
            &mut import::Existing::default(),
            &[imported],
            NOON,
        )
    });
    added[0].issue.unwrap()
}

#[test]
fn many_first_events_at_once_make_one_issue() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        // Each writer has connections of its own, as another process has.
        let databases: Vec<Database> = (0..4)
            .map(|_| Database::connect(test.url(), &Options::default()).unwrap())
            .collect();
        let writers: Vec<Writer> = databases
            .iter()
            .map(|database| Writer::start(database, &WriterOptions::default()).unwrap())
            .collect();
        for round in 0..5 {
            let name = format!("race {round}");
            let stored = std::thread::scope(|scope| {
                let threads: Vec<_> = writers
                    .iter()
                    .zip(&databases)
                    .map(|(writer, database)| {
                        let (shop, name) = (&shop, name.as_str());
                        scope.spawn(move || {
                            let events = (0..40).map(|n| {
                                new_event(database, shop.project, shop.key_id, &body(name, n))
                            });
                            let storing = events.map(|event| writer.store(event));
                            block_on(futures_util::future::join_all(storing))
                        })
                    })
                    .collect();
                let all = threads.into_iter().map(|thread| thread.join().unwrap());
                all.flatten().collect::<Vec<_>>()
            });
            let kept: Vec<_> = stored
                .iter()
                .map(|it| it.unwrap().kept().unwrap())
                .collect();
            assert_eq!(kept.iter().filter(|it| it.new_issue).count(), 1);
            assert!(kept.iter().all(|it| it.issue_id == kept[0].issue_id));
        }
        writers
            .iter()
            .for_each(|writer| block_on(writer.shutdown()));
        let found = recount::issues(&shop);
        let counts: Vec<i64> = found.iter().map(|issue| issue.event_count).collect();
        assert_eq!(counts, [160; 5]);
        let mut numbers: Vec<i64> = found.iter().map(|issue| issue.short_number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3, 4, 5]);
        recount::check(&shop, true);
    });
}

#[test]
fn hashes_that_another_process_moves_are_followed_at_once() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let other = Database::connect(test.url(), &Options::default()).unwrap();
        let a = shop.store(body("a", 0)).issue_id;
        let b = shop.store(body("b", 1)).issue_id;
        // The writer remembers both.
        shop.store(body("a", 2));
        let merge = |c: &mut watchfire_store::Conn<'_>| issue::merge(c, b, &[a], None, NOON);
        other.write_blocking(merge).unwrap();
        assert_eq!(shop.store(body("a", 3)).issue_id, b);
        let hashes = hashes_of(&shop, b);
        let of_a = hashes
            .iter()
            .find(|hash| hash.merged_from == Some(a))
            .unwrap();
        let back = [of_a.hash.clone()];
        let unmerge = |c: &mut watchfire_store::Conn<'_>| {
            issue::unmerge(c, b, &back, None, Timestamp(NOON.0 + 1))
        };
        assert_eq!(other.write_blocking(unmerge).unwrap(), a);
        assert_eq!(shop.store(body("a", 4)).issue_id, a);
        other
            .write_blocking(|c| issue::delete(c, &[a], None, NOON))
            .unwrap();
        let anew = shop.store(body("a", 5));
        assert!(anew.new_issue && anew.issue_id != a);
        recount::check(&shop, true);
    });
}
