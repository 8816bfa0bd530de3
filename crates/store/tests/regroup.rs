use serde_json::{Value, json};
use watchfire_event::{IssueId, Timestamp};
use watchfire_store::grouping_rules::{self, Action};
use watchfire_store::issue::{self, Status};
use watchfire_store::job::{self, JobState};
use watchfire_store::regroup::{self, Change, Target};
use watchfire_store::tag;
use watchfire_testkit::database::for_each_database;

use crate::support::{NOON, SECOND, Shop, with};
use crate::team::{
    add, apply, counts, error, issues, moves, preview, project, status, store, the_job,
};

pub(crate) const JOIN: &str = r#"error.type:"KeyError" -> joined"#;

/// Twenty events of one issue and ten of another.
pub(crate) fn two_issues(shop: &Shop) -> (IssueId, IssueId) {
    let large: Vec<Value> = (0..20).map(|at| error("KeyError", "a", at)).collect();
    let small: Vec<Value> = (20..30).map(|at| error("KeyError", "b", at)).collect();
    let (large, small) = (store(shop, &large)[0], store(shop, &small)[0]);
    assert_ne!(large, small);
    (large, small)
}

/// Everything that is counted of the visible issues.
pub(crate) fn everything(shop: &Shop) -> Vec<Value> {
    let mut all = Vec::new();
    for it in issues(shop) {
        let hashes = shop.read(|c| issue::hashes(c, it.id));
        let mut hashes: Vec<Value> = hashes
            .iter()
            .map(|hash| {
                json!([
                    hash.to_string(),
                    hash.event_count,
                    hash.latest_event.map(|id| id.to_string())
                ])
            })
            .collect();
        hashes.sort_by_key(ToString::to_string);
        let hours = shop.read(|c| issue::sparklines(c, &[it.id], NOON.0 / SECOND / 3_600, 2));
        let region = shop.read(|c| tag::get(c, it.id, "region", 10)).unwrap();
        let regions: Vec<_> = region.top.iter().map(|it| (&it.value, it.count)).collect();
        all.push(json!([
            it.id.0,
            it.title,
            format!("{:?}", it.status),
            it.event_count,
            it.user_count,
            it.first_seen.0,
            it.last_seen.0,
            hashes,
            format!("{hours:?}"),
            format!("{regions:?}"),
        ]));
    }
    all
}

#[test]
fn a_preview_tells_what_a_merge_would_do_and_writes_nothing() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        let before = everything(&shop);
        let told = preview(&shop, &add(&shop, Action::Merge, JOIN));
        assert_eq!((told.events, told.issues, told.changed_events), (30, 2, 30));
        assert_eq!(told.oldest, Some(NOON));
        assert_eq!(moves(&told), [(small, Some(large), 10)]);
        let examples = &told.moves[0].examples;
        assert_eq!(examples.len(), 3);
        assert_eq!(examples[0].title, "KeyError: b");
        assert_eq!(everything(&shop), before);
        let project = project(&shop);
        assert!(shop.read(|c| grouping_rules::rules(c, &project)).is_empty());
        assert!(shop.read(|c| job::list(c, shop.project)).is_empty());
    });
}

#[test]
fn a_change_that_does_nothing_moves_nothing() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        two_issues(&shop);
        let told = preview(
            &shop,
            &add(&shop, Action::Written, "type:Other -> x\nnonsense"),
        );
        assert_eq!((told.events, told.changed_events), (30, 0));
        assert!(told.moves.is_empty());
        assert_eq!(told.problems.len(), 1);
        assert_eq!(told.problems[0].line, 2);
    });
}

#[test]
fn a_merge_of_the_past_does_what_the_preview_said_and_is_undone() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        let before = everything(&shop);
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        job::run_waiting(&shop.database).unwrap();

        let done = the_job(&shop, applied.job_id);
        assert_eq!((done.state, done.moved), (JobState::Done, 10));
        assert_eq!((done.done, done.total), (30, 30));
        assert_eq!(done.rule_id, applied.rule_id);
        assert_eq!(counts(&shop), [(large, 30)]);
        // The empty one leads on.
        assert_eq!(shop.read(|c| issue::follow(c, small)), large);
        // Later events of either kind land there.
        let later = [error("KeyError", "b", 40), error("KeyError", "c", 41)];
        assert_eq!(store(&shop, &later), [large, large]);

        let now = Timestamp::now();
        shop.write(|c| job::undo(c, done.id, None, now));
        let rule = shop.read(|c| grouping_rules::rule(c, applied.rule_id.unwrap()));
        assert!(!rule.unwrap().is_active);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(the_job(&shop, applied.job_id).state, JobState::Undone);
        // What came meanwhile goes where it belongs without the rule.
        let after = issues(&shop);
        assert_eq!(after.len(), 3);
        assert_eq!((after[0].id, after[0].event_count), (large, 20));
        assert_eq!((after[1].id, after[1].event_count), (small, 11));
        assert_eq!(after[2].title, "KeyError: c");
        assert_eq!(before.len(), 2);
        assert_eq!(everything(&shop)[0], before[0]);
    });
}

#[test]
fn an_undo_restores_everything_that_is_counted() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        store(&shop, &[error("Other", "x", 5)]);
        let resolve = issue::Change::Resolve;
        shop.write(|c| issue::change_status(c, &[small], resolve, None, NOON));
        let before = everything(&shop);
        for text in [
            JOIN,
            r#"error.type:"KeyError" -> {{ default }}, {{ tags.region }}"#,
        ] {
            let applied = apply(&shop, &add(&shop, Action::Written, text), true);
            job::run_waiting(&shop.database).unwrap();
            assert_ne!(everything(&shop), before, "{text}");
            let id = applied.job_id.unwrap();
            shop.write(|c| job::undo(c, id, None, Timestamp::now()));
            job::run_waiting(&shop.database).unwrap();
            assert_eq!(everything(&shop), before, "{text}");
        }
        assert_eq!(status(&shop, small), Some(Status::Resolved));
        let more = [error("KeyError", "a", 50), error("KeyError", "b", 51)];
        assert_eq!(store(&shop, &more), [large, small]);
    });
}

#[test]
fn a_split_leaves_the_largest_part_where_it_is() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let bodies: Vec<Value> = (0..9)
            .map(|at| {
                let region = ["eu", "eu", "us"][at as usize % 3];
                with(
                    error("KeyError", "a", at),
                    json!({"tags": {"region": region}}),
                )
            })
            .collect();
        let id = store(&shop, &bodies)[0];
        let change = add(
            &shop,
            Action::Split,
            r#"error.type:"KeyError" -> {{ default }}, {{ tags.region }}"#,
        );
        let told = preview(&shop, &change);
        assert_eq!(told.changed_events, 9);
        assert_eq!(moves(&told), [(id, None, 3)]);
        assert!(matches!(&told.moves[0].to, Target::New { title, .. } if title == "KeyError: a"));
        apply(&shop, &change, true);
        job::run_waiting(&shop.database).unwrap();
        let after = counts(&shop);
        assert_eq!((after.len(), after[0], after[1].1), (2, (id, 6), 3));
        let later = store(&shop, &[bodies[0].clone(), bodies[2].clone()]);
        assert_eq!(later, [id, after[1].0]);
    });
}

#[test]
fn without_the_past_only_later_events_follow_a_rule() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), false);
        assert_eq!(applied.job_id, None);
        assert_eq!(store(&shop, &[error("KeyError", "b", 40)]), [large]);
        assert_eq!(counts(&shop), [(large, 21), (small, 10)]);
        // Switched off, they go where they went before.
        let id = applied.rule_id.unwrap();
        let off = Change::SwitchRule {
            id,
            is_active: false,
        };
        apply(&shop, &off, false);
        assert_eq!(store(&shop, &[error("KeyError", "b", 41)]), [small]);
    });
}

#[test]
fn a_removed_rule_gives_the_past_back() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&shop), [(large, 30)]);
        let remove = Change::RemoveRule {
            id: applied.rule_id.unwrap(),
        };
        let told = preview(&shop, &remove);
        assert_eq!(moves(&told), [(large, Some(small), 10)]);
        apply(&shop, &remove, true);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&shop), [(large, 20), (small, 10)]);
        assert_eq!(status(&shop, small), Some(Status::Unresolved));
    });
}

#[test]
fn an_event_by_an_old_hash_brings_an_emptied_issue_back() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (_, small) = two_issues(&shop);
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(status(&shop, small), Some(Status::Merged));
        let id = applied.rule_id.unwrap();
        let off = Change::SwitchRule {
            id,
            is_active: false,
        };
        apply(&shop, &off, false);
        assert_eq!(store(&shop, &[error("KeyError", "b", 41)]), [small]);
        assert_eq!(status(&shop, small), Some(Status::Unresolved));
    });
}

#[test]
fn what_people_merged_leads_where_it_led_after_an_undo() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        let third = store(&shop, &[error("KeyError", "c", 40)])[0];
        shop.write(|c| issue::merge(c, small, &[third], None, Timestamp::now()));
        job::run_waiting(&shop.database).unwrap();
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&shop), [(large, 31)]);
        assert_eq!(shop.read(|c| issue::follow(c, third)), large);
        let id = applied.job_id.unwrap();
        shop.write(|c| job::undo(c, id, None, Timestamp::now()));
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&shop), [(large, 20), (small, 11)]);
        assert_eq!(shop.read(|c| issue::follow(c, third)), small);
        assert_eq!(store(&shop, &[error("KeyError", "c", 41)]), [small]);
    });
}

#[test]
fn a_preview_looks_at_a_thousand_events_and_those_of_the_issue_in_question() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        shop.keep_all();
        let old: Vec<Value> = (0..10).map(|at| error("Old", "a", at)).collect();
        let new: Vec<Value> = (10..1_020).map(|at| error("New", "a", at)).collect();
        let old = store(&shop, &old)[0];
        store(&shop, &new);
        let (project, dictionaries) = (project(&shop), shop.database.dictionaries());
        let change = add(&shop, Action::Written, "type:Old -> x");
        for (focus, events, changed) in [(None, 1_000, 0), (Some(old), 1_010, 10)] {
            let told = shop.read(|c| regroup::preview(c, dictionaries, &project, &change, focus));
            assert_eq!((told.events, told.changed_events), (events, changed));
        }
    });
}
