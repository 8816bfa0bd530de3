use serde_json::{Value, json};
use watchfire_event::{EventId, IssueId, ProjectId};
use watchfire_store::feedback::{self, Feedback, NewFeedback, Source};
use watchfire_store::outcome::Outcome;
use watchfire_store::{Cursor, NewRecord, Saved, project};
use watchfire_testkit::database::for_each_database;

use crate::support::{NOON, SECOND, Shop, block_on, body, scrubbed, with};

/// Feedback this many seconds after [`NOON`], with these fields in its context.
fn new(shop: &Shop, source: Source, seconds: i64, context: Value) -> Option<NewFeedback> {
    let id = context.get("id").and_then(Value::as_str);
    let id = id.map_or_else(|| EventId::random().to_string(), str::to_owned);
    let event = json!({
        "event_id": id,
        "timestamp": (NOON.0 + seconds * SECOND) as f64 / SECOND as f64,
        "environment": "production",
        "release": "shop@1.0",
        "contexts": { "feedback": context },
    });
    let text = event.to_string();
    let event = scrubbed(&text);
    let dictionaries = shop.database.dictionaries();
    NewFeedback::new(shop.project, shop.key_id, source, &event, dictionaries)
}

pub(crate) fn record(shop: &Shop, source: Source, seconds: i64, context: Value) -> NewRecord {
    NewRecord::Feedback(Box::new(new(shop, source, seconds, context).unwrap()))
}

pub(crate) fn about(event_id: EventId, message: &str) -> Value {
    json!({ "message": message, "associated_event_id": event_id.to_string() })
}

fn list(shop: &Shop, status: Option<bool>) -> Vec<Feedback> {
    shop.read(|c| feedback::list(c, &[shop.project], status, None, 100))
}

fn messages(found: &[Feedback]) -> Vec<&str> {
    found.iter().map(|one| one.message.as_str()).collect()
}

fn event_of(shop: &Shop, id: EventId) -> IssueId {
    let id = json!({ "event_id": id.to_string() });
    shop.store(with(body("a", 0), id)).issue_id
}

#[test]
fn feedback_reads_back_as_it_was_said() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (id, event_id) = (EventId::random(), EventId::random());
        let new = new(
            &shop,
            Source::Widget,
            5,
            json!({
                "id": id.to_string(),
                "message": "  It broke. ",
                "name": "Ada",
                "contact_email": "ada@example.org",
                "url": "https://shop.example/pay",
                "associated_event_id": event_id.to_string(),
                "replay_id": "c0ffee00c0ffee00c0ffee00c0ffee00",
            }),
        );
        let new = new.unwrap();
        assert_eq!(new.feedback_id(), id);
        assert_eq!(new.associated_event_id(), Some(event_id));
        assert_eq!(shop.save(NewRecord::Feedback(Box::new(new))), Saved::New);
        let found = list(&shop, None);
        let one = &found[0];
        assert_eq!((one.feedback_id, one.event_id), (id, Some(event_id)));
        assert_eq!((one.project_id, one.issue_id), (shop.project, None));
        assert_eq!(one.message, "It broke.");
        assert_eq!(
            (one.name.as_str(), one.email.as_str()),
            ("Ada", "ada@example.org")
        );
        assert_eq!(one.url, "https://shop.example/pay");
        assert_eq!(
            one.replay_id.as_deref(),
            Some("c0ffee00c0ffee00c0ffee00c0ffee00")
        );
        assert_eq!(one.environment.as_deref(), Some("production"));
        assert_eq!(one.release.as_deref(), Some("shop@1.0"));
        assert_eq!(one.created_at, NOON.plus_micros(5 * SECOND));
        assert_eq!((one.source, one.is_resolved), (Source::Widget, false));
        assert_eq!(shop.read(|c| feedback::get(c, one.id)).as_ref(), Some(one));
        assert_eq!(shop.read(|c| feedback::get(c, 99)), None);
        let dictionaries = shop.database.dictionaries();
        let text = shop.read(|c| feedback::body(c, dictionaries, shop.project, id));
        let body: Value = serde_json::from_str(&text.unwrap()).unwrap();
        assert_eq!(body["contexts"]["feedback"]["name"], "Ada");
        let none = shop.read(|c| feedback::body(c, dictionaries, shop.project, event_id));
        assert_eq!(none, None);
    });
}

#[test]
fn feedback_without_a_message_is_none_and_long_texts_are_cut() {
    let test = watchfire_testkit::database::TestDatabase::sqlite();
    let shop = Shop::open(&test);
    for context in [
        json!({}),
        json!({ "message": " \n" }),
        json!({ "name": "Ada" }),
    ] {
        assert!(new(&shop, Source::Widget, 0, context).is_none());
    }
    let long = json!({ "message": "ä".repeat(5_000), "name": "n".repeat(5_000) });
    shop.save(record(&shop, Source::Widget, 0, long));
    let found = list(&shop, None);
    assert_eq!(found[0].message.chars().count(), 4_096);
    assert_eq!(found[0].name.len(), 250);
}

#[test]
fn a_widget_may_say_much_about_an_event_but_nothing_twice() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let event_id = EventId::random();
        let once = record(&shop, Source::Widget, 0, about(event_id, "first"));
        let results = shop.save_all([
            once.clone(),
            record(&shop, Source::Widget, 1, about(event_id, "second")),
            once.clone(),
        ]);
        assert_eq!(
            results,
            [Ok(Saved::New), Ok(Saved::New), Ok(Saved::Duplicate)]
        );
        assert_eq!(shop.save(once), Saved::Duplicate);
        let found = shop.read(|c| feedback::of_event(c, shop.project, event_id));
        assert_eq!(messages(&found), ["second", "first"]);
        let feedback = || "feedback".to_owned();
        assert_eq!(
            shop.counted(),
            [
                (feedback(), Outcome::Accepted, String::new(), 2),
                (feedback(), Outcome::Invalid, "duplicate".to_owned(), 2)
            ]
        );
    });
}

#[test]
fn a_later_report_about_an_event_replaces_the_earlier_one() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let event_id = EventId::random();
        shop.save(record(&shop, Source::Widget, 0, about(event_id, "widget")));
        shop.save(record(&shop, Source::Report, 1, about(event_id, "report")));
        let again = record(&shop, Source::Dialog, 2, about(event_id, "dialog"));
        assert_eq!(shop.save(again), Saved::New);
        let found = shop.read(|c| feedback::of_event(c, shop.project, event_id));
        assert_eq!(messages(&found), ["dialog", "widget"]);
        assert_eq!(found[0].source, Source::Dialog);
        assert_eq!(found[0].created_at, NOON.plus_micros(2 * SECOND));
        // Reports about other events, and about none, stay beside it.
        let other = about(EventId::random(), "other");
        shop.save(record(&shop, Source::Report, 3, other));
        for n in 4..6 {
            let nothing = json!({ "message": "about nothing" });
            shop.save(record(&shop, Source::Report, n, nothing));
        }
        assert_eq!(list(&shop, None).len(), 5);
    });
}

#[test]
fn feedback_belongs_to_the_issue_of_its_event_whichever_comes_first() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (early, late, never) = (EventId::random(), EventId::random(), EventId::random());
        shop.save(record(
            &shop,
            Source::Report,
            0,
            about(late, "before its event"),
        ));
        shop.save(record(
            &shop,
            Source::Report,
            0,
            about(never, "without event"),
        ));
        let issue = event_of(&shop, early);
        shop.save(record(
            &shop,
            Source::Report,
            1,
            about(early, "after its event"),
        ));
        assert_eq!(event_of(&shop, late), issue);
        let check = |shop: &Shop| {
            let found = shop.read(|c| feedback::of_issue(c, issue, 10));
            assert_eq!(messages(&found), ["after its event", "before its event"]);
            assert_eq!(shop.read(|c| feedback::count_of_issue(c, issue)), 2);
            let latest = shop.read(|c| feedback::of_issue(c, issue, 1));
            assert_eq!(messages(&latest), ["after its event"]);
            let all = list(shop, None);
            let linked = all.iter().filter(|one| one.issue_id == Some(issue));
            assert_eq!((all.len(), linked.count()), (3, 2));
            let by_event = shop.read(|c| feedback::of_event(c, shop.project, late));
            assert_eq!(by_event[0].issue_id, Some(issue));
        };
        check(&shop);
        assert_eq!(shop.read(|c| feedback::of_issue(c, IssueId(99), 10)), []);
        assert_eq!(shop.read(|c| feedback::count_of_issue(c, IssueId(99))), 0);
    });
}

#[test]
fn feedback_finds_an_event_of_the_same_commit() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = EventId::random();
        let event = shop.event(with(body("a", 0), json!({ "event_id": id.to_string() })));
        let record = record(&shop, Source::Report, 0, about(id, "together"));
        let (saved, stored) = block_on(futures_util::future::join(
            shop.writer.save(record),
            shop.writer.store(event),
        ));
        assert_eq!(saved, Ok(Saved::New));
        let found = list(&shop, None);
        assert_eq!(
            found[0].issue_id,
            Some(stored.unwrap().kept().unwrap().issue_id)
        );
    });
}

#[test]
fn the_list_has_pages_and_knows_what_is_dealt_with() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let records = (0..7).map(|n| {
            // Two at a time.
            let context = json!({ "message": format!("{n}") });
            record(&shop, Source::Widget, n / 2, context)
        });
        assert!(shop.save_all(records).iter().all(Result::is_ok));
        let all = list(&shop, None);
        assert_eq!(messages(&all), ["6", "5", "4", "3", "2", "1", "0"]);
        let page = |at: Option<&Feedback>, is_previous| {
            let cursor = at.map(|one| Cursor {
                value: one.created_at.0,
                id: one.id,
                is_previous,
            });
            shop.read(|c| feedback::list(c, &[shop.project], None, cursor.as_ref(), 3))
        };
        assert_eq!(page(None, false), all[..3]);
        assert_eq!(page(Some(&all[2]), false), all[3..6]);
        assert_eq!(page(Some(&all[5]), false), all[6..]);
        assert_eq!(page(Some(&all[6]), true), all[3..6]);
        assert_eq!(page(Some(&all[1]), true), all[..1]);
        assert_eq!(shop.read(|c| feedback::list(c, &[], None, None, 3)), []);

        let set = |project, id, is_resolved| {
            shop.write(|c| feedback::set_resolved(c, project, id, is_resolved))
        };
        assert!(set(shop.project, all[1].id, true));
        assert!(set(shop.project, all[2].id, true));
        assert!(set(shop.project, all[2].id, false));
        assert!(!set(ProjectId(99), all[3].id, true));
        assert_eq!(messages(&list(&shop, Some(true))), ["5"]);
        assert_eq!(list(&shop, Some(false)).len(), 6);
    });
}

#[test]
fn open_pages_hear_of_feedback() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let marker = || shop.read(|c| project::change_marker(c, &[shop.project]));
        let before = marker();
        shop.save(record(
            &shop,
            Source::Widget,
            0,
            json!({ "message": "hello" }),
        ));
        assert_ne!(marker(), before);
    });
}
