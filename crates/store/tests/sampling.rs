//! Events that are counted without a body.

use serde_json::{Value, json};
use watchfire_event::{EventId, IssueId};
use watchfire_filter::{Sample, Verdict};
use watchfire_store::issue::{self, Status};
use watchfire_store::outcome::Outcome;
use watchfire_store::sampling::{self, Settings, spike};
use watchfire_store::{NewRecord, Saved, Stored, event, tag};
use watchfire_testkit::database::for_each_database;

use crate::merge::get;
use crate::recount;
use crate::support::{HOUR, NOON, Shop, body, with};

/// A rule that keeps one event in some, and not this one.
pub(crate) fn not_kept() -> Verdict {
    Verdict {
        sample: Some(Sample {
            rule: 12,
            one_in: 10,
            is_kept: false,
        }),
        ..Verdict::default()
    }
}

pub(crate) fn set(shop: &Shop, settings: Settings) {
    shop.write(|c| sampling::set(c, shop.project, &settings));
}

pub(crate) fn budget(issue_budget: i64) -> Settings {
    Settings {
        issue_budget,
        ..Settings::default()
    }
}

/// The body with an id of its own.
pub(crate) fn with_id(fingerprint: &str, seconds: i64) -> (EventId, Value) {
    let id = EventId::random();
    let body = with(
        body(fingerprint, seconds),
        json!({"event_id": id.to_string()}),
    );
    (id, body)
}

fn is_stored(shop: &Shop, id: EventId) -> bool {
    shop.read(|c| event::get(c, shop.project, id)).is_some()
}

/// How many seconds after noon each event happened that has its body.
pub(crate) fn seconds_kept(shop: &Shop, id: IssueId) -> Vec<i64> {
    let events = recount::events(shop, id);
    let seconds = |it: &recount::Read| (it.row.timestamp.0 - NOON.0) / 1_000_000;
    let mut seconds: Vec<i64> = events.iter().map(seconds).collect();
    seconds.sort_unstable();
    seconds
}

#[test]
fn an_event_that_a_rule_does_not_keep_is_counted_in_full() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let first = shop.store(body("a", 0));
        let (id, sent) = with_id("a", 7_200);
        let sent = with(
            sent,
            json!({"release": "shop@2.0", "environment": "stage", "user": {"id": "2"},
                "level": "fatal", "tags": {"server_name": "web-2"}}),
        );
        let stored = shop.send_all([shop.judged(&sent, &not_kept())]);
        let Ok(Stored::Counted(kept)) = stored[0] else {
            panic!("{stored:?}");
        };
        assert_eq!(kept.issue_id, first.issue_id);
        assert!(!kept.duplicate && !kept.new_issue && !kept.muted);
        assert!(!is_stored(&shop, id));

        let found = get(&shop, first.issue_id);
        assert_eq!((found.event_count, found.sampled_count), (2, 1));
        assert_eq!((found.user_count, found.level.as_str()), (2, "fatal"));
        assert_eq!(found.last_seen, NOON.plus_micros(2 * HOUR));
        assert_eq!(found.last_release.as_deref(), Some("shop@2.0"));
        let hours = shop.read(|c| issue::sparklines(c, &[found.id], NOON.0 / HOUR, 3));
        assert_eq!(hours, [[1, 0, 1]]);
        let servers = shop.read(|c| tag::distribution(c, found.id, 9));
        let servers = servers.iter().find(|it| it.key == "server_name").unwrap();
        assert_eq!((servers.value_count, servers.event_count), (2, 2));
        let hashes = shop.read(|c| issue::hashes(c, found.id));
        assert_eq!(hashes.iter().map(|it| it.event_count).sum::<i64>(), 2);
        shop.shutdown();
        let accepted = |reason: &str, count| {
            (
                "error".to_owned(),
                Outcome::Accepted,
                reason.to_owned(),
                count,
            )
        };
        assert_eq!(
            shop.counted(),
            [accepted("", 1), accepted("sampled:ignore-rule 12", 1)]
        );
    });
}

#[test]
fn the_event_that_makes_an_issue_keeps_its_body() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (first, sent) = with_id("a", 0);
        let (second, again) = with_id("a", 1);
        let events = [sent, again].map(|body| shop.judged(&body, &not_kept()));
        let stored = shop.send_all(events);
        assert!(matches!(stored[0], Ok(Stored::Kept(kept)) if kept.new_issue));
        assert!(matches!(stored[1], Ok(Stored::Counted(_))));
        assert!(is_stored(&shop, first) && !is_stored(&shop, second));
    });
}

#[test]
fn a_repeated_event_is_counted_once_whether_it_was_kept_or_not() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let issue = shop.store(body("a", 0)).issue_id;
        let (_, counted) = with_id("a", 1);
        let (_, kept) = with_id("a", 2);
        let send = |body: &Value, verdict: &Verdict| shop.send_all([shop.judged(body, verdict)]);
        assert!(matches!(
            send(&counted, &not_kept())[0],
            Ok(Stored::Counted(_))
        ));
        assert!(matches!(
            send(&kept, &Verdict::default())[0],
            Ok(Stored::Kept(_))
        ));
        // The rule may have changed meanwhile, or the server may have been killed.
        let sister = shop.process();
        for shop in [&shop, &sister] {
            for verdict in [not_kept(), Verdict::default()] {
                for body in [&counted, &kept] {
                    let again = shop.send_all([shop.judged(body, &verdict)]);
                    let Ok(Stored::Kept(again)) = again[0] else {
                        panic!("{again:?}");
                    };
                    assert!(again.duplicate);
                    assert_eq!(again.issue_id, issue);
                }
            }
        }
        // Twice in one batch.
        let (_, twice) = with_id("a", 3);
        let events = [&twice, &twice].map(|body| shop.judged(body, &not_kept()));
        let stored = shop.send_all(events);
        assert!(matches!(stored[0], Ok(Stored::Counted(_))));
        assert!(matches!(stored[1], Ok(Stored::Kept(kept)) if kept.duplicate));
        assert_eq!(get(&shop, issue).event_count, 4);
    });
}

#[test]
fn beyond_its_budget_an_issue_keeps_the_first_the_latest_and_an_even_sample() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        set(&shop, budget(10));
        let mut issue = None;
        for seconds in 0..40 {
            issue = Some(shop.store(body("a", seconds)).issue_id);
        }
        let issue = issue.unwrap();
        // The first five, every eighth of the others, and the latest.
        assert_eq!(
            seconds_kept(&shop, issue),
            [0, 1, 2, 3, 4, 12, 20, 28, 36, 39]
        );
        let found = get(&shop, issue);
        assert_eq!((found.event_count, found.sampled_count), (40, 30));
        // The next hour has a budget of its own, and the last of this one stays.
        shop.store_all((0..10).map(|n| shop.event(body("a", 3_600 + n))));
        let kept = seconds_kept(&shop, issue);
        assert_eq!(kept.len(), 20);
        assert!(kept.contains(&39));
        // Another issue is none the worse for it.
        let other = shop.store(body("b", 0)).issue_id;
        assert_eq!(seconds_kept(&shop, other), [0]);
        shop.shutdown();
        let counted = shop.counted();
        let sampled = counted.iter().find(|it| it.2 == "sampled:issue-budget");
        assert!(sampled.is_some_and(|it| it.1 == Outcome::Accepted && it.3 < 30));
    });
}

#[test]
fn large_batches_keep_to_the_budget() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        set(&shop, budget(10));
        let events = (0..500).map(|n| shop.event(body("a", n)));
        let issue = shop.store_all(events).remove(0).unwrap().issue_id;
        let kept = seconds_kept(&shop, issue);
        assert!(kept.len() <= 11, "{kept:?}");
        assert_eq!(kept[..5], [0, 1, 2, 3, 4]);
        assert_eq!(kept.last(), Some(&499));
        assert_eq!(get(&shop, issue).event_count, 500);
        // Without a limit everything is kept.
        set(&shop, budget(0));
        let events = (0..50).map(|n| shop.event(body("b", n)));
        let issue = shop.store_all(events).remove(0).unwrap().issue_id;
        assert_eq!(seconds_kept(&shop, issue).len(), 50);
    });
}

#[test]
fn two_processes_keep_to_one_budget() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        set(&shop, budget(10));
        let other = shop.process();
        let mut issue = None;
        for seconds in 0..60 {
            let shop = if seconds % 2 == 0 { &shop } else { &other };
            issue = Some(shop.store(body("a", seconds)).issue_id);
        }
        let kept = seconds_kept(&shop, issue.unwrap());
        assert!(kept.len() <= 11, "{kept:?}");
        assert_eq!(get(&shop, issue.unwrap()).event_count, 60);
    });
}

#[test]
fn archived_events_make_archived_issues_and_reopen_none() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let muted = Verdict {
            is_muted: true,
            ..Verdict::default()
        };
        let stored = shop.send_all([shop.judged(&body("a", 0), &muted)]);
        let kept = stored[0].unwrap().kept().unwrap();
        assert!(kept.new_issue && kept.muted);
        assert_eq!(get(&shop, kept.issue_id).status, Status::Ignored);

        let resolved = shop.store(body("b", 0)).issue_id;
        let change = issue::Change::Resolve;
        shop.write(|c| issue::change_status(c, &[resolved], change, None, NOON));
        let stored = shop.send_all([shop.judged(&body("b", 1), &muted)]);
        assert!(!stored[0].unwrap().kept().unwrap().regressed);
        assert_eq!(get(&shop, resolved).status, Status::Resolved);
        assert_eq!(get(&shop, resolved).event_count, 2);
        // One that no rule archives does.
        assert!(shop.store(body("b", 2)).regressed);
        assert_eq!(get(&shop, resolved).status, Status::Unresolved);
    });
}

#[test]
fn the_files_of_an_event_without_a_body_are_not_stored() {
    use watchfire_store::attachment::{NewAttachment, new_blob_key};

    for_each_database(|test| {
        let shop = Shop::open(test);
        set(&shop, budget(2));
        shop.store(body("a", 0));
        let (counted, sent) = with_id("a", 1);
        shop.send_all([shop.judged(&sent, &not_kept())]);
        let file = |event_id| {
            NewRecord::Attachment(NewAttachment {
                project: shop.project,
                key_id: shop.key_id,
                event_id,
                filename: "log.txt".to_owned(),
                content_type: None,
                kind: "event.attachment".to_owned(),
                size: 3,
                blob_key: new_blob_key(shop.project, event_id),
                received_at: NOON,
            })
        };
        assert_eq!(shop.save(file(counted)), Saved::Refused);
        // One that was the latest for a while loses its files with its body.
        let (latest, sent) = with_id("a", 3);
        shop.store(sent);
        assert_eq!(shop.save(file(latest)), Saved::New);
        shop.store(body("a", 4));
        assert!(!is_stored(&shop, latest));
        let files = shop.read(|c| watchfire_store::attachment::of_event(c, shop.project, latest));
        assert!(files.is_empty());
        shop.shutdown();
        let counted = shop.counted();
        let refused = counted.iter().find(|it| it.2 == "sampled-event");
        assert!(
            refused.is_some_and(|it| it.1 == Outcome::Filtered && it.0.starts_with("attachment"))
        );
    });
}

#[test]
fn a_new_project_has_no_usual_hour_and_no_spike() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let settings = Settings {
            spike_floor: 10,
            spike_budget: 1,
            ..Settings::default()
        };
        set(&shop, settings);
        let flood: Vec<_> = (0..200).map(|n| shop.event(body("loop", n))).collect();
        let issue = shop.store_all(flood).remove(0).unwrap().issue_id;
        assert_eq!(shop.read(|c| spike::current(c, &[shop.project], NOON)), []);
        assert_eq!(seconds_kept(&shop, issue).len(), 200);
    });
}

#[test]
fn a_spike_is_sampled_by_issue_and_recorded() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let settings = Settings {
            spike_floor: 100,
            spike_budget: 4,
            ..Settings::default()
        };
        set(&shop, settings);
        shop.age();
        let quiet: Vec<_> = (0..90).map(|n| shop.event(body("loop", n))).collect();
        let issue = shop.store_all(quiet).remove(0).unwrap().issue_id;
        assert_eq!(shop.read(|c| spike::current(c, &[shop.project], NOON)), []);
        let flood: Vec<_> = (90..400).map(|n| shop.event(body("loop", n))).collect();
        shop.store_all(flood);
        shop.store_all([shop.event(body("rare", 0))]);

        let running = shop.read(|c| spike::current(c, &[shop.project], NOON));
        assert_eq!(running.len(), 1);
        assert_eq!((running[0].threshold, running[0].end(NOON)), (100, None));
        assert!(running[0].arrived >= 300 && running[0].kept < running[0].arrived);
        // What came before stays; of the flood few, and the first of every issue.
        let kept = seconds_kept(&shop, issue);
        assert!(kept.len() >= 90 && kept.len() < 130, "{}", kept.len());
        assert_eq!(kept.last(), Some(&399));
        assert_eq!(get(&shop, issue).event_count, 400);
        // It ends by itself: in the record with the next event, on pages after ten minutes.
        let later = NOON.plus_micros(HOUR / 2);
        assert_eq!(shop.read(|c| spike::current(c, &[shop.project], later)), []);
        assert_eq!(running[0].end(later), Some(NOON));
    });
}
