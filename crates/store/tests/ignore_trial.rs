//! Rules tried on events that are stored and on the remembered heads of dropped ones, and what
//! rules matched.

use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_filter::ignore::{Rule, parse_json};
use watchfire_store::dropped::{self, HEADS_PER_PROJECT_MAX, NewHead};
use watchfire_store::ignore_rule::{self, Hit, Trial};
use watchfire_store::{Conn, NewRecord, project};
use watchfire_testkit::database::for_each_database;

use crate::ignore_rules::drops;
use crate::support::{HOUR, NOON, Shop, body, scrubbed, with};

fn error(kind: &str, value: &str, seconds: i64) -> Value {
    with(
        body(kind, seconds),
        json!({ "exception": { "values": [{ "type": kind, "value": value }] } }),
    )
}

fn head(shop: &Shop, body: &Value) -> NewRecord {
    let text = body.to_string();
    let grouped = watchfire_grouping::Grouper::default().group(scrubbed(&text));
    let dictionaries = shop.database.dictionaries();
    NewRecord::Head(NewHead::new(
        shop.project,
        "ignore-rule 7",
        &grouped,
        dictionaries,
    ))
}

fn try_rule(shop: &Shop, rule: &Rule, before: Option<&Rule>, limit: usize) -> Trial {
    shop.read(|c| {
        let project = project::get(c, shop.project)?.unwrap();
        let dictionaries = shop.database.dictionaries();
        ignore_rule::try_rule(c, dictionaries, &[project], rule, before, limit)
    })
}

#[test]
fn a_trial_lists_what_a_rule_would_match_by_issue() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let events = [
            error("Timeout", "slow db", 0),
            error("Timeout", "slow disk", 1),
            error("KeyError", "a", 2),
            error("Timeouts", "x", 3),
        ];
        let stored = shop.store_all(events.map(|body| shop.event(body)));
        shop.save(head(&shop, &error("Timeout", "dropped", 4)));
        shop.save(head(&shop, &error("Other", "dropped", 5)));
        let trial = try_rule(&shop, &drops("n", "timeout"), None, 1_000);
        assert_eq!((trial.events.looked_at, trial.events.matched), (4, 2));
        assert_eq!((trial.issues_looked_at, trial.issues_matched), (3, 1));
        let [issue] = trial.issues.as_slice() else {
            panic!("{trial:?}");
        };
        assert_eq!(issue.id, stored[0].as_ref().unwrap().issue_id);
        assert_eq!((issue.tally.matched, issue.tally.looked_at), (2, 2));
        let times: Vec<Timestamp> = issue.examples.iter().map(|it| it.timestamp).collect();
        assert_eq!(times, [NOON.plus_micros(1_000_000), NOON]);
        assert_eq!((trial.heads.looked_at, trial.heads.matched), (2, 1));
        assert_eq!(trial.titles[0].title, "Timeout: dropped");
        assert_eq!(trial.titles[0].reason, "ignore-rule 7");
        assert!(trial.oldest == Some(NOON) && !trial.is_cut);
        let newest = try_rule(&shop, &drops("n", "timeout"), None, 2);
        assert_eq!((newest.events.looked_at, newest.events.matched), (2, 0));
    });
}

#[test]
fn a_trial_of_an_edit_tells_what_changes() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        for (number, kind) in ["A", "A", "B", "C"].iter().enumerate() {
            shop.store(error(kind, "x", number as i64));
        }
        let trial = try_rule(&shop, &drops("n", "B"), Some(&drops("n", "A")), 1_000);
        assert_eq!(trial.events.matched, 1);
        assert_eq!((trial.events.newly, trial.events.no_longer), (1, 2));
        let parts = trial.issues.iter();
        let parts: Vec<_> = parts
            .map(|it| (it.title.as_str(), it.tally.newly, it.tally.no_longer))
            .collect();
        assert_eq!(parts, [("A: x", 0, 2), ("B: x", 1, 0)]);
        assert_eq!(trial.issues[0].examples.len(), 2);
    });
}

#[test]
fn a_trial_of_all_projects_looks_at_each() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let other = shop.other_project("other");
        shop.store(error("A", "x", 0));
        let event = crate::support::new_event(&shop.database, other, 0, &error("A", "y", 1));
        shop.store_all([event]);
        let trial = shop.read(|c| {
            let projects = [shop.project, other].map(|id| project::get(c, id).unwrap().unwrap());
            let dictionaries = shop.database.dictionaries();
            ignore_rule::try_rule(c, dictionaries, &projects, &drops("n", "A"), None, 1_000)
        });
        let mut found: Vec<_> = trial.issues.iter().map(|it| it.project_id).collect();
        found.sort_unstable();
        assert_eq!(found, [shop.project, other]);
    });
}

#[test]
fn a_limit_that_does_not_come_out_even_leaves_no_project_out() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let others = ["one", "two"].map(|slug| shop.other_project(slug));
        let ids = [shop.project, others[0], others[1]];
        for id in ids {
            let events = [0, 1].map(|seconds| error("A", "x", seconds));
            shop.store_all(events.map(|it| crate::support::new_event(&shop.database, id, 0, &it)));
        }
        let looked_at = |limit: usize| {
            let trial = shop.read(|c| {
                let projects = ids.map(|id| project::get(c, id).unwrap().unwrap());
                let dictionaries = shop.database.dictionaries();
                let rule = drops("n", "A");
                ignore_rule::try_rule(c, dictionaries, &projects, &rule, None, limit)
            });
            let counts = ids.map(|id| {
                let of_project = trial.issues.iter().filter(|it| it.project_id == id);
                of_project.map(|it| it.tally.looked_at).sum::<usize>()
            });
            (trial.events.looked_at, counts)
        };
        assert_eq!(looked_at(4), (4, [2, 1, 1]));
        assert_eq!(looked_at(2), (2, [1, 1, 0]));
    });
}

#[test]
fn a_trial_names_what_was_scrubbed_and_cannot_be_seen() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let scrubbed = json!({
            "user": { "id": "1", "ip_address": null },
            "request": { "headers": [["Cookie", "[Filtered]"], ["User-Agent", "curl"]] },
            "_meta": {
                "user": { "ip_address": { "": { "rem": [["@ip:remove", "x"]] } } },
                "request": { "headers": { "0": { "1": { "": { "rem": [["@cookie:filter", "s"]] } } } } },
            },
        });
        shop.store(with(error("A", "x", 0), scrubbed));
        shop.store(error("B", "x", 1));
        let rule = json!({
            "name": "n",
            "action": "drop",
            "when": { "any": [
                { "field": "user.ip", "op": "is", "value": "10.0.0.0/8" },
                { "field": "user_agent", "op": "contains", "value": "wget" },
            ] },
        });
        let rule = parse_json(&rule.to_string()).unwrap();
        let trial = try_rule(&shop, &rule, None, 1_000);
        assert_eq!(trial.hidden.len(), 1, "{:?}", trial.hidden);
        assert_eq!(trial.hidden[0].field, "User address");
        assert_eq!(trial.hidden[0].events, 1);
        assert_eq!(trial.hidden[0].rules, ["@ip:remove"]);
    });
}

#[test]
fn heads_of_dropped_events_are_read_back_and_the_oldest_forgotten() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let heads =
            |number: i64| shop.save_all((0..number).map(|at| head(&shop, &error("A", "x", at))));
        shop.save(head(&shop, &error("First", "x", 0)));
        heads(HEADS_PER_PROJECT_MAX);
        let read = || {
            shop.read(|c| {
                let dictionaries = shop.database.dictionaries();
                dropped::heads(c, dictionaries, shop.project, usize::MAX)
            })
        };
        let all = read();
        assert_eq!(all.len(), 1_000);
        assert!(all.iter().all(|head| head.title == "A: x"));
        let event = all[0].event().unwrap();
        assert_eq!(event.body.get_str("release"), Some("shop@1.0"));
        let body = error("Changed", "[Filtered]", 0).to_string();
        let changed = watchfire_grouping::Grouper::default().group(scrubbed(&body));
        let (id, other) = (all[0].id, all[1].id);
        shop.write(|c| dropped::replace(c, shop.database.dictionaries(), id, &changed));
        shop.write(|c| dropped::remove(c, &[other]));
        let left = read();
        assert_eq!(left.len(), 999);
        assert_eq!(left[0].title, "Changed: [Filtered]");
        shop.write(|c| project::delete(c, shop.project));
        assert!(read().is_empty());
    });
}

#[test]
fn hits_are_counted_by_hour_with_the_last_title() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let other = shop.other_project("other");
        let hit = |project, at: i64, title: Option<&str>| {
            shop.writer.note_hit(Hit {
                project,
                rule: 7,
                at: NOON.plus_micros(at),
                title: title.map(ToOwned::to_owned),
            });
        };
        hit(shop.project, -HOUR, Some("An hour ago"));
        hit(shop.project, 0, Some("Now"));
        hit(shop.project, 1, None);
        hit(other, 2, Some("Elsewhere"));
        // What is noted is written at the latest when the writer ends.
        shop.shutdown();
        let hits = |project| {
            let read = |c: &mut Conn<'_>| {
                ignore_rule::hits(c, &[7, 8], project, 24, NOON.plus_micros(HOUR))
            };
            shop.read(read)
        };
        let [mine, none] = hits(Some(shop.project)).try_into().unwrap();
        assert_eq!((mine.hours.len(), mine.total), (24, 3));
        assert_eq!(mine.hours[21..], [1, 2, 0]);
        assert_eq!(mine.last_hit_at, Some(NOON.plus_micros(1)));
        assert_eq!(mine.last_title.as_deref(), Some("Now"));
        assert_eq!(
            (none.total, none.last_hit_at, none.last_title),
            (0, None, None)
        );
        let [all, _] = hits(None).try_into().unwrap();
        assert_eq!(
            (all.total, all.last_title.as_deref()),
            (4, Some("Elsewhere"))
        );
        shop.write(|c| ignore_rule::forget_titles(c, shop.project));
        assert_eq!(hits(Some(shop.project))[0].last_title, None);
        assert_eq!(hits(Some(shop.project))[0].total, 3);
    });
}

#[test]
fn a_head_is_no_event() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        shop.save(head(&shop, &error("A", "x", 0)));
        let row = shop.read(|c| {
            let all = dropped::heads(c, shop.database.dictionaries(), shop.project, 1)?;
            watchfire_store::event::get(c, shop.project, all[0].event_id)
        });
        assert_eq!(row, None);
        assert_eq!(shop.counted(), []);
    });
}
