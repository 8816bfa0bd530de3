use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::{Value, json};
use watchfire_event::{EventId, ProjectId};
use watchfire_store::outcome::{Outcome, OutcomeCount};
use watchfire_store::{
    WriteError, Writer, WriterOptions, activity, event, issue, outcome, project,
};
use watchfire_testkit::database::{TestDatabase, for_each_database};

use crate::support::{HOUR, NOON, Shop, block_on, body, new_event, with};

fn totals(shop: &Shop) -> Vec<(Outcome, String, i64)> {
    let totals = shop
        .database
        .read_blocking(|c| outcome::totals(c, Some(shop.project), NOON, NOON.plus_micros(HOUR)));
    let totals = totals.unwrap().into_iter();
    totals
        .map(|total| (total.outcome, total.reason, total.quantity))
        .collect()
}

#[test]
fn a_stored_event_reads_back_as_it_was() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = EventId::random();
        let sent = with(
            body("a", 0),
            json!({"event_id": id.to_string(), "extra": {"ü": "→"}}),
        );
        let stored = shop.store(sent);
        assert!(stored.new_issue && !stored.duplicate && !stored.regressed);

        shop.database
            .read_blocking(|c| {
                let row = event::get(c, shop.project, id)?.unwrap();
                assert_eq!((row.issue_id, row.timestamp), (stored.issue_id, NOON));
                let dictionaries = shop.database.dictionaries();
                let text = event::body(c, dictionaries, shop.project, id)?.unwrap();
                let read: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(read["extra"]["ü"], "→");
                assert_eq!(event::body(c, dictionaries, ProjectId(99), id)?, None);

                let found = issue::get(c, stored.issue_id)?.unwrap();
                assert_eq!((found.short_number, found.event_count), (1, 1));
                assert_eq!(found.title, "a failed");
                assert_eq!(found.logger.as_deref(), Some("shop.views"));
                assert_eq!(found.first_release.as_deref(), Some("shop@1.0"));
                let project = project::get(c, shop.project)?.unwrap();
                assert_eq!(project.first_event_at, Some(NOON));
                let kinds: Vec<_> = activity::list(c, found.id, 10)?;
                assert_eq!(kinds[0].kind, activity::ActivityKind::FirstSeen);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn an_event_that_comes_again_is_stored_and_counted_once() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = EventId::random().to_string();
        let sent = with(body("a", 0), json!({ "event_id": id }));
        let first = shop.store(sent.clone());
        let again = shop.store(sent.clone());
        assert_eq!(again.issue_id, first.issue_id);
        assert!(again.duplicate && !again.new_issue);

        // Twice in one transaction, and with another fingerprint: still the same event.
        let other = EventId::random().to_string();
        let sent = with(body("b", 0), json!({ "event_id": other }));
        let moved = with(body("c", 0), json!({ "event_id": other }));
        let results = shop.store_all([shop.event(sent), shop.event(moved)]);
        let results: Vec<_> = results.into_iter().map(Result::unwrap).collect();
        assert!(!results[0].duplicate && results[1].duplicate);
        assert_eq!(results[0].issue_id, results[1].issue_id);

        shop.shutdown();
        shop.database
            .read_blocking(|c| {
                assert_eq!(issue::get(c, first.issue_id)?.unwrap().event_count, 1);
                let query = issue::IssueQuery {
                    projects: vec![shop.project],
                    ..Default::default()
                };
                assert_eq!(issue::list(c, &query)?.total, 2);
                Ok(())
            })
            .unwrap();
        assert_eq!(
            totals(&shop),
            [
                (Outcome::Accepted, String::new(), 2),
                (Outcome::Invalid, "duplicate".to_owned(), 2)
            ]
        );
    });
}

#[test]
fn the_same_id_in_another_project_is_another_event() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let other = shop.other_project("other");
        let sent = with(
            body("a", 0),
            json!({ "event_id": EventId::random().to_string() }),
        );
        let here = shop.event(sent.clone());
        let there = new_event(&shop.database, other, shop.key_id, &sent);
        let results = shop.store_all([here, there]);
        let issues: HashSet<_> = results.iter().map(|r| r.unwrap().issue_id).collect();
        assert!(results.iter().all(|r| !r.unwrap().duplicate));
        assert_eq!(issues.len(), 2);
    });
}

#[test]
fn many_first_events_at_once_make_one_issue() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        // Several writers stand for several processes.
        let start = || Writer::start(&shop.database, &WriterOptions::default()).unwrap();
        let writers: Vec<Writer> = (0..4).map(|_| start()).collect();
        let results = std::thread::scope(|scope| {
            let run = |writer: &Writer| {
                let events = (0..25).map(|n| shop.event(body("same", n)));
                let storing = events.map(|event| writer.store(event));
                block_on(futures_util::future::join_all(storing))
            };
            let running: Vec<_> = writers
                .iter()
                .map(|writer| scope.spawn(move || run(writer)))
                .collect();
            running
                .into_iter()
                .flat_map(|r| r.join().unwrap())
                .collect::<Vec<_>>()
        });
        writers
            .iter()
            .for_each(|writer| block_on(writer.shutdown()));
        let issues: HashSet<_> = results
            .iter()
            .map(|r| r.unwrap().kept().unwrap().issue_id)
            .collect();
        assert_eq!((results.len(), issues.len()), (100, 1));
        assert_eq!(
            results
                .iter()
                .filter(|r| r.unwrap().kept().unwrap().new_issue)
                .count(),
            1
        );
        let id = *issues.iter().next().unwrap();
        let found = shop
            .database
            .read_blocking(|c| issue::get(c, id))
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.event_count, found.user_count, found.short_number),
            (100, 1, 1)
        );
    });
}

#[test]
fn one_commit_stores_many_events() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let marker = |shop: &Shop| {
            let ids = [shop.project];
            shop.database
                .read_blocking(|c| project::change_marker(c, &ids))
                .unwrap()
        };
        let before = marker(&shop);
        let events: Vec<_> = (0..200).map(|n| shop.event(body("same", n))).collect();
        assert!(shop.store_all(events).iter().all(Result::is_ok));
        // The marker grows by one with each commit.
        let commits = marker(&shop) - before;
        assert!((1..100).contains(&commits), "{commits}");
    });
}

#[test]
fn one_bad_event_does_not_cost_its_neighbours() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let mut events: Vec<_> = (0..5).map(|n| shop.event(body("good", n))).collect();
        // No project has this number: the database refuses the event.
        let bad = new_event(&shop.database, ProjectId(999), 0, &body("bad", 0));
        events.insert(2, bad);
        let results = shop.store_all(events);
        assert_eq!(results[2], Err(WriteError::Down));
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 5);
    });
}

#[test]
fn a_full_queue_is_busy_and_a_writer_that_was_shut_down_is_down() {
    let test = TestDatabase::sqlite();
    let shop = Shop::open(&test);
    let options = WriterOptions {
        queue_events_max: 1,
        batch_events_max: 1,
        ..WriterOptions::default()
    };
    let writer = Writer::start(&shop.database, &options).unwrap();
    let events: Vec<_> = (0..50).map(|n| shop.event(body("same", n))).collect();
    let results = block_on(futures_util::future::join_all(
        events.into_iter().map(|event| writer.store(event)),
    ));
    assert!(results.contains(&Err(WriteError::Busy)));
    assert!(results.iter().any(Result::is_ok));
    block_on(writer.shutdown());
    let late = block_on(writer.store(shop.event(body("late", 0))));
    assert_eq!(late, Err(WriteError::Down));
}

#[test]
fn large_events_that_wait_are_bounded_by_their_bytes() {
    let test = TestDatabase::sqlite();
    let shop = Shop::open(&test);
    let options = WriterOptions {
        queue_bytes_max: 1,
        ..WriterOptions::default()
    };
    let writer = Writer::start(&shop.database, &options).unwrap();
    let events: Vec<_> = (0..50).map(|n| shop.event(body("same", n))).collect();
    let results = block_on(futures_util::future::join_all(
        events.into_iter().map(|event| writer.store(event)),
    ));
    // One event is taken whatever its size; while it waits, others are not.
    assert!(results.contains(&Err(WriteError::Busy)));
    assert!(results.iter().any(Result::is_ok));
    let later = block_on(writer.store(shop.event(body("later", 0))));
    assert!(later.is_ok(), "the bytes of answered events are given back");
}

#[test]
fn outcomes_are_counted_without_events_and_before_the_writer_ends() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        for quantity in [1, 2] {
            shop.writer.count(OutcomeCount {
                project: Some(shop.project),
                key_id: Some(shop.key_id),
                category: Cow::Borrowed("error"),
                outcome: Outcome::Filtered,
                reason: Cow::Borrowed("ignore-rule 12"),
                at: NOON,
                quantity,
                message: None,
            });
        }
        shop.shutdown();
        assert_eq!(
            totals(&shop),
            [(Outcome::Filtered, "ignore-rule 12".to_owned(), 3)]
        );
    });
}

#[test]
fn bodies_are_read_whatever_dictionary_they_were_written_with() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let mut ids = Vec::new();
        for round in 0..3 {
            let events: Vec<_> = (0..150)
                .map(|n| {
                    let id = EventId::random();
                    ids.push(id);
                    let number = round * 150 + n;
                    let extra = json!({
                        "event_id": id.to_string(),
                        "extra": {"number": number, "text": "the shop was closed ".repeat(20)},
                    });
                    shop.event(with(body("same", number), extra))
                })
                .collect();
            assert!(shop.store_all(events).iter().all(Result::is_ok));
        }
        // Training runs beside; wait until it has found something or given up.
        let trained = (0..200).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            shop.database.dictionaries().count() > 0
        });
        assert!(trained);
        let last = EventId::random();
        ids.push(last);
        shop.store(with(
            body("same", 0),
            json!({ "event_id": last.to_string() }),
        ));
        for id in ids {
            let dictionaries = shop.database.dictionaries();
            let read =
                |c: &mut watchfire_store::Conn<'_>| event::body(c, dictionaries, shop.project, id);
            let text = shop.database.read_blocking(read).unwrap().unwrap();
            let read: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(read["event_id"], id.to_string());
        }
    });
}
