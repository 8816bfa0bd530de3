//! Other changes of the grouping than a single rule of the project.

use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_grouping::{RuleKind, Version};
use watchfire_store::activity::{self, ActivityKind};
use watchfire_store::grouping_rules::{self, Action, Scope};
use watchfire_store::issue;
use watchfire_store::job;
use watchfire_store::regroup::Change;
use watchfire_testkit::database::for_each_database;

use crate::regroup::{JOIN, everything, two_issues};
use crate::support::{Shop, with};
use crate::team::{add, apply, counts, error, moves, preview, project, rule, store};

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
