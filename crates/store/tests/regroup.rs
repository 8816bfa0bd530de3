use std::time::{Duration, Instant};

use serde_json::{Value, json};
use watchfire_event::{IssueId, Timestamp};
use watchfire_grouping::{Grouper, RuleKind, Version};
use watchfire_store::activity::{self, ActivityKind};
use watchfire_store::grouping_rules::{self, Action, Scope};
use watchfire_store::issue::{self, Status};
use watchfire_store::job::{self, JobState};
use watchfire_store::regroup::{self, Change, Target};
use watchfire_store::{Error, tag};
use watchfire_testkit::database::for_each_database;

use crate::support::{NOON, SECOND, Shop, with};
use crate::team::{
    add, apply, counts, error, issues, moves, preview, project, rule, status, store, store_by,
    the_job,
};

const JOIN: &str = r#"error.type:"KeyError" -> joined"#;

/// Twenty events of one issue and ten of another.
fn two_issues(shop: &Shop) -> (IssueId, IssueId) {
    let large: Vec<Value> = (0..20).map(|at| error("KeyError", "a", at)).collect();
    let small: Vec<Value> = (20..30).map(|at| error("KeyError", "b", at)).collect();
    let (large, small) = (store(shop, &large)[0], store(shop, &small)[0]);
    assert_ne!(large, small);
    (large, small)
}

/// Everything that is counted of the visible issues.
fn everything(shop: &Shop) -> Vec<Value> {
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
fn a_paused_job_waits_until_it_is_resumed() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        let id = applied.job_id.unwrap();
        let now = Timestamp::now();
        assert_eq!(
            shop.write(|c| job::pause(c, id, now)).state,
            JobState::Paused
        );
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&shop), [(large, 20), (small, 10)]);
        assert_eq!(
            shop.write(|c| job::resume(c, id, now)).state,
            JobState::Waiting
        );
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&shop), [(large, 30)]);
        let again = shop.database.write_blocking(|c| job::pause(c, id, now));
        assert!(matches!(again, Err(Error::Refused(_))));
    });
}

#[test]
fn another_worker_goes_on_where_a_killed_one_was() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let many: Vec<Value> = (0..260).map(|at| error("KeyError", "a", at)).collect();
        let more: Vec<Value> = (260..510).map(|at| error("KeyError", "b", at)).collect();
        let (large, small) = (store(&shop, &many)[0], store(&shop, &more)[0]);
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        // It dies in the middle of moving: four steps look, the fifth to the tenth would move.
        let began = Instant::now();
        while the_job(&shop, applied.job_id).moved == 0 {
            assert!(began.elapsed() < Duration::from_secs(60), "nothing moves");
            job::run_steps(&shop.database, 8, Duration::from_millis(1)).unwrap();
        }
        let cut = the_job(&shop, applied.job_id);
        assert_eq!(cut.state, JobState::Running);
        assert!(cut.moved > 0 && cut.moved < 250, "moved {}", cut.moved);
        // Events come while nobody works.
        assert_eq!(store(&shop, &[error("KeyError", "b", 600)]), [large]);
        job::run_waiting(&shop.database).unwrap();
        let done = the_job(&shop, applied.job_id);
        assert_eq!((done.state, done.moved), (JobState::Done, 250));
        assert_eq!(counts(&shop), [(large, 511)]);
        assert_eq!(shop.read(|c| issue::follow(c, small)), large);
    });
}

#[test]
fn a_job_catches_events_that_others_still_grouped_by_the_former_rules() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        let late = store_by(&shop, &Grouper::default(), &[error("KeyError", "b", 31)]);
        assert_eq!(late, [small]);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&shop), [(large, 31)]);
    });
}

#[test]
fn what_was_deleted_has_no_way_back() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, _) = two_issues(&shop);
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        job::run_waiting(&shop.database).unwrap();
        shop.write(|c| issue::delete(c, &[large], None, Timestamp::now()));
        let id = applied.job_id.unwrap();
        let undone = shop
            .database
            .write_blocking(|c| job::undo(c, id, None, Timestamp::now()));
        let Err(Error::Refused(reason)) = undone else {
            panic!("undone");
        };
        assert!(reason.contains("deleted"), "{reason}");
        // Nothing was reverted.
        let rule = shop.read(|c| grouping_rules::rule(c, applied.rule_id.unwrap()));
        assert!(rule.unwrap().is_active);
    });
}

#[test]
fn another_version_splits_no_issue_and_is_undone() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        let before = everything(&shop);
        let change = Change::SetVersion(Version::Newstyle2023);
        let told = preview(&shop, &change);
        assert!(told.moves.is_empty(), "{:?}", told.moves);
        let applied = apply(&shop, &change, true);
        let pinned = shop.read(|c| grouping_rules::version(c, shop.project));
        assert_eq!(pinned.version, Version::Newstyle2023);
        assert_eq!(pinned.older.unwrap().0, Version::Newstyle2026);
        job::run_waiting(&shop.database).unwrap();
        let more = [error("KeyError", "a", 50), error("KeyError", "b", 51)];
        assert_eq!(store(&shop, &more), [large, small]);
        assert_eq!(counts(&shop), [(large, 21), (small, 11)]);

        let id = applied.job_id.unwrap();
        shop.write(|c| job::undo(c, id, None, Timestamp::now()));
        job::run_waiting(&shop.database).unwrap();
        let pinned = shop.read(|c| grouping_rules::version(c, shop.project));
        assert_eq!((pinned.version, pinned.older), (Version::LATEST, None));
        assert_eq!(counts(&shop), [(large, 21), (small, 11)]);
        assert_eq!(before.len(), 2);
    });
}

#[test]
fn rules_of_the_organisation_reach_all_of_its_projects() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, _) = two_issues(&shop);
        let other = Shop {
            database: shop.database.clone(),
            project: shop.other_project("other"),
            key_id: shop.key_id,
            writer: shop.writer.clone(),
        };
        let (far, far_small) = two_issues(&other);
        let mut new = rule(&shop, RuleKind::Fingerprint, Action::Merge, JOIN);
        new.scope = Scope::Organization(project(&shop).organization_id);
        let applied = apply(&shop, &Change::AddRule(new), true);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&shop), [(large, 30)]);
        assert_eq!(counts(&other), [(far, 30)]);
        let id = applied.job_id.unwrap();
        shop.write(|c| job::undo(c, id, None, Timestamp::now()));
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&other), [(far, 20), (far_small, 10)]);
    });
}

#[test]
fn the_issues_tell_what_a_rule_did_to_them() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        job::run_waiting(&shop.database).unwrap();
        for (id, directions) in [(large, ["in", "rule"]), (small, ["out", "rule"])] {
            let list = shop.read(|c| activity::list(c, id, 10));
            let told: Vec<Value> = list
                .iter()
                .filter(|it| it.kind == ActivityKind::Regrouped)
                .map(|it| serde_json::from_str(&it.data).unwrap())
                .collect();
            let words: Vec<&str> = told
                .iter()
                .map(|it| it["direction"].as_str().unwrap())
                .collect();
            assert_eq!(words, directions);
            assert!(told.iter().all(|it| it["events"] == 10));
            assert!(
                told.iter()
                    .all(|it| it["rule_id"] == applied.rule_id.unwrap())
            );
        }
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
fn variables_and_ignored_frames_join_issues_too() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let message = |text: &str, at| {
            let alone = json!({"logentry": {"message": text}, "exception": null});
            with(error("A", "x", at), alone)
        };
        let crash = |wrapper: &str, at| {
            let frame = |name: &str| json!({"function": name, "module": name, "in_app": true});
            let frames = [frame("main"), frame(wrapper), frame("load")];
            let exception = json!({"type": "E", "value": "v", "stacktrace": {"frames": frames}});
            with(
                error("E", "v", at),
                json!({"exception": {"values": [exception]}}),
            )
        };
        let bodies = [
            message("no disk alpha", 0),
            message("no disk beta", 1),
            crash("retry", 2),
            crash("plain", 3),
        ];
        let ids = store(&shop, &bodies);
        for (kind, action, text, from, to) in [
            (
                RuleKind::Variable,
                Action::Variable,
                "disk: /alpha|beta/",
                ids[1],
                ids[0],
            ),
            (
                RuleKind::StackTrace,
                Action::IgnoreFrame,
                "function:retry -group\nfunction:plain -group",
                ids[3],
                ids[2],
            ),
        ] {
            let change = Change::AddRule(rule(&shop, kind, action, text));
            assert_eq!(moves(&preview(&shop, &change)), [(from, Some(to), 1)]);
            apply(&shop, &change, true);
            job::run_waiting(&shop.database).unwrap();
            assert_eq!(shop.read(|c| issue::follow(c, from)), to);
        }
        assert_eq!(counts(&shop), [(ids[0], 2), (ids[2], 2)]);
    });
}

#[test]
fn a_preview_looks_at_a_thousand_events_and_those_of_the_issue_in_question() {
    for_each_database(|test| {
        let shop = Shop::open(test);
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

#[test]
fn of_two_runners_one_does_a_job() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, _) = two_issues(&shop);
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        let options = job::RunnerOptions {
            settle: Duration::ZERO,
            ..job::RunnerOptions::default()
        };
        let runners = [1, 2].map(|_| job::Runner::start(&shop.database, &options).unwrap());
        let began = Instant::now();
        while the_job(&shop, applied.job_id).state != JobState::Done {
            assert!(began.elapsed() < Duration::from_secs(60), "not done");
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(runners);
        assert_eq!(the_job(&shop, applied.job_id).moved, 10);
        assert_eq!(counts(&shop), [(large, 30)]);
    });
}
