//! Ignore rules: their order, history and limits, what applies to a project, and files of them.

use diesel::RunQueryDsl;
use watchfire_event::{IssueId, ProjectId, UserId};
use watchfire_filter::ignore::{Rule, parse_json, parse_toml};
use watchfire_store::grouping_rules::Scope;
use watchfire_store::ignore_rule::{
    self, ChangeKind, Import, RULES_PER_SCOPE_MAX, StoredRule, of_project,
};
use watchfire_store::{Conn, Error, project, user};
use watchfire_testkit::database::for_each_database;

use crate::support::{HOUR, NOON, Shop, body};

/// A rule that drops events of a type.
pub(crate) fn drops(name: &str, kind: &str) -> Rule {
    let text = serde_json::json!({
        "name": name,
        "action": "drop",
        "when": { "field": "exception.type", "op": "is", "value": kind },
    });
    parse_json(&text.to_string()).unwrap()
}

pub(crate) fn here(shop: &Shop) -> Scope {
    Scope::Project(shop.project)
}

pub(crate) fn everywhere(shop: &Shop) -> Scope {
    let project = shop.read(|c| project::get(c, shop.project)).unwrap();
    Scope::Organization(project.organization_id)
}

pub(crate) fn add(shop: &Shop, scope: Scope, rule: &Rule) -> i64 {
    shop.write(|c| ignore_rule::add(c, scope, rule, None, None, NOON))
}

pub(crate) fn get(shop: &Shop, id: i64) -> StoredRule {
    shop.read(|c| ignore_rule::get(c, id)).unwrap()
}

fn names(shop: &Shop, scope: Scope) -> Vec<String> {
    let rules = shop.read(|c| ignore_rule::rules(c, scope));
    rules.into_iter().map(|rule| rule.name).collect()
}

fn applied(shop: &Shop, project: ProjectId) -> Vec<String> {
    let (rules, problems) = shop.read(|c| {
        let project = project::get(c, project)?.unwrap();
        of_project(c, &project)
    });
    assert_eq!(problems, []);
    rules.into_iter().map(|it| it.rule.name).collect()
}

pub(crate) fn refused<T: std::fmt::Debug>(result: watchfire_store::Result<T>) -> String {
    match result {
        Err(Error::Refused(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rules_of_the_organisation_come_first_and_hold_for_all_its_projects() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let other = shop.other_project("other");
        add(&shop, here(&shop), &drops("mine", "A"));
        add(&shop, everywhere(&shop), &drops("ours", "B"));
        add(&shop, here(&shop), &drops("mine too", "C"));
        assert_eq!(applied(&shop, shop.project), ["ours", "mine", "mine too"]);
        assert_eq!(applied(&shop, other), ["ours"]);
    });
}

#[test]
fn every_step_of_a_rule_is_kept_and_a_removed_one_comes_back_to_its_place() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let ada = ada(&shop);
        let issue = shop.store(body("a", 0)).issue_id;
        let at = |hours: i64| NOON.plus_micros(hours * HOUR);
        let first = drops("first", "A");
        let id =
            shop.write(|c| ignore_rule::add(c, here(&shop), &first, Some(issue), Some(ada), at(1)));
        add(&shop, here(&shop), &drops("second", "B"));
        let step = |work: &dyn Fn(&mut Conn<'_>, &StoredRule) -> _| {
            let stored = get(&shop, id);
            shop.write(|c| work(c, &stored));
        };
        let edited = drops("first", "AA");
        step(&|c, it| ignore_rule::edit(c, it, &edited, Some(ada), at(2)));
        // The same again is no step.
        step(&|c, it| ignore_rule::edit(c, it, &edited, Some(ada), at(3)));
        step(&|c, it| ignore_rule::switch(c, it, false, Some(ada), at(4)));
        step(&|c, it| ignore_rule::remove(c, it, None, at(5)));
        assert_eq!(names(&shop, here(&shop)), ["second"]);
        let removed = shop.read(|c| ignore_rule::removed(c, here(&shop)));
        assert_eq!(removed.len(), 1);
        step(&|c, it| ignore_rule::restore(c, it, Some(ada), at(6)));
        assert_eq!(names(&shop, here(&shop)), ["first", "second"]);
        let stored = get(&shop, id);
        let rule = stored.rule.clone().unwrap();
        assert!(!rule.enabled && rule.when == edited.when);
        assert_eq!(stored.issue_id, Some(issue));
        assert_eq!((stored.created_at, stored.changed_at), (at(1), at(6)));
        let stored = get(&shop, id);
        let history = shop.read(|c| ignore_rule::history(c, &stored));
        let kinds: Vec<ChangeKind> = history.iter().map(|step| step.change).collect();
        assert_eq!(
            kinds,
            [
                ChangeKind::Restored,
                ChangeKind::Removed,
                ChangeKind::SwitchedOff,
                ChangeKind::Edited,
                ChangeKind::Added,
            ]
        );
        assert_eq!(history[1].user_id, None);
        assert_eq!(history[3].user_id, Some(ada));
        // What it said before the edit.
        assert_eq!(parse_json(&history[3].before).unwrap(), first);
    });
}

fn ada(shop: &Shop) -> UserId {
    shop.write(|c| {
        let new = user::NewUser {
            email: "ada@example.org".to_owned(),
            name: "Ada".to_owned(),
            password_hash: String::new(),
            is_superuser: false,
        };
        user::create(c, &new, NOON).map(|user| user.id)
    })
}

#[test]
fn an_order_names_every_rule_once() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let ids: Vec<i64> = ["a", "b", "c"]
            .map(|name| add(&shop, here(&shop), &drops(name, name)))
            .into();
        let order = |ids: &[i64]| {
            shop.database
                .write_blocking(|c| ignore_rule::reorder(c, here(&shop), ids, None, None, NOON))
        };
        order(&[ids[2], ids[0], ids[1]]).unwrap();
        assert_eq!(names(&shop, here(&shop)), ["c", "a", "b"]);
        let step = |id: i64, is_up: bool| {
            let stored = get(&shop, id);
            shop.write(|c| ignore_rule::move_by_one(c, &stored, is_up, None, NOON));
        };
        step(ids[1], true);
        assert_eq!(names(&shop, here(&shop)), ["c", "b", "a"]);
        step(ids[0], false);
        assert_eq!(names(&shop, here(&shop)), ["c", "b", "a"]);
        assert!(refused(order(&ids[..2])).contains("each rule once"));
        assert!(refused(order(&[ids[0], ids[0], ids[1]])).contains("each rule once"));
        let elsewhere = add(&shop, everywhere(&shop), &drops("d", "d"));
        assert!(refused(order(&[ids[0], ids[1], elsewhere])).contains("each rule once"));
    });
}

#[test]
fn a_name_is_taken_once_in_a_place_and_there_is_room_for_so_many_rules() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = add(&shop, here(&shop), &drops("Bots", "A"));
        let try_add = |scope, rule: &Rule| {
            shop.database
                .write_blocking(|c| ignore_rule::add(c, scope, rule, None, None, NOON))
        };
        assert!(refused(try_add(here(&shop), &drops("bots ", "B"))).contains("“bots"));
        try_add(everywhere(&shop), &drops("bots", "B")).unwrap();
        let stored = get(&shop, id);
        shop.write(|c| ignore_rule::remove(c, &stored, None, NOON));
        for number in 0..RULES_PER_SCOPE_MAX {
            let name = if number == 0 {
                "bots"
            } else {
                &format!("r{number}")
            };
            try_add(here(&shop), &drops(name, "B")).unwrap();
        }
        assert!(refused(try_add(here(&shop), &drops("more", "B"))).contains("at most 200"));
        let stored = get(&shop, id);
        let restored = shop
            .database
            .write_blocking(|c| ignore_rule::restore(c, &stored, None, NOON));
        assert!(refused(restored).contains("at most 200"));
    });
}

#[test]
fn a_rule_that_cannot_be_read_is_broken_and_the_others_work() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = add(&shop, here(&shop), &drops("from the future", "A"));
        add(&shop, here(&shop), &drops("fine", "B"));
        break_rule(&shop, id, r#"{"name":"x","action":"teleport","when":{}}"#);
        let stored = get(&shop, id);
        assert_eq!(stored.name, "from the future");
        assert!(stored.rule.is_err());
        let source = shop.read(|c| {
            let project = project::get(c, shop.project)?.unwrap();
            ignore_rule::filter_source(c, &project)
        });
        let names: Vec<_> = source.rules.iter().map(|it| &it.rule.name).collect();
        assert_eq!(names, ["fine"]);
        assert_eq!(source.problems.len(), 1);
        let problem = source.problems[0].to_string();
        assert!(
            problem.contains(&format!("ignore rule {id}")) && problem.contains("from the future"),
            "{problem}"
        );
        let switched = shop
            .database
            .write_blocking(|c| ignore_rule::switch(c, &stored, false, None, NOON));
        assert!(refused(switched).contains("edit or remove"));
        shop.write(|c| ignore_rule::edit(c, &stored, &drops("mended", "C"), None, NOON));
        assert_eq!(applied(&shop, shop.project), ["mended", "fine"]);
    });
}

/// Stores what only another version of Watchfire would.
fn break_rule(shop: &Shop, id: i64, text: &str) {
    let sql = format!("UPDATE ignore_rule SET rule = '{text}' WHERE id = {id}");
    shop.write(|c| {
        let count = match c {
            Conn::Sqlite(c) => diesel::sql_query(&sql).execute(*c),
            Conn::Pg(c) => diesel::sql_query(&sql).execute(*c),
        };
        assert_eq!(count, Ok(1));
        Ok(())
    });
}

const FILE: &str = r#"
[[rule]]
name = "Timeouts"
action = { keep_one_in = 10 }
when = { field = "exception.type", op = "ends_with", value = "Timeout" }

[[rule]]
name = "bots"
action = "drop"
when = { field = "user_agent", op = "contains", value = "bot" }
"#;

#[test]
fn a_file_is_merged_by_name_or_replaces_all() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let kept = add(&shop, here(&shop), &drops("Bots", "A"));
        add(&shop, here(&shop), &drops("old", "B"));
        let file = parse_toml(FILE).unwrap();
        let import = |how| {
            shop.write(|c| ignore_rule::import(c, here(&shop), &file, (how, None), None, NOON))
        };
        let merged = import(Import::Merge);
        assert_eq!(
            (merged.added, merged.changed),
            (vec!["Timeouts".to_owned()], vec!["bots".to_owned()])
        );
        assert!(merged.removed.is_empty() && merged.same == 0);
        assert_eq!(names(&shop, here(&shop)), ["bots", "old", "Timeouts"]);
        assert_eq!(get(&shop, kept).name, "bots");
        let planned =
            shop.read(|c| ignore_rule::plan_import(c, here(&shop), &file, Import::Replace));
        let replaced = import(Import::Replace);
        assert_eq!(planned, replaced);
        assert_eq!(replaced.removed, ["old"]);
        assert!(replaced.same == 2 && replaced.is_reordered);
        assert_eq!(names(&shop, here(&shop)), ["Timeouts", "bots"]);
        let rules = shop.read(|c| ignore_rule::rules(c, here(&shop)));
        let rules: Vec<Rule> = rules.into_iter().map(|it| it.rule.unwrap()).collect();
        assert_eq!(
            parse_toml(&watchfire_filter::ignore::to_toml(&rules)).unwrap(),
            rules
        );
        let again = import(Import::Replace);
        assert!(again.same == 2 && !again.is_reordered && again.added.is_empty());
    });
}

#[test]
fn a_file_that_replaces_all_spares_what_no_file_could_hold() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = add(&shop, here(&shop), &drops("from the future", "A"));
        add(&shop, here(&shop), &drops("old", "B"));
        break_rule(&shop, id, r#"{"name":"x","action":"teleport","when":{}}"#);
        let stored = shop.read(|c| ignore_rule::rules(c, here(&shop)));
        let exported = ignore_rule::file_of(&stored);
        assert!(
            exported.starts_with("# left out: \"from the future\" cannot be read: action: "),
            "{exported}"
        );
        let import = |text: &str| {
            let file = parse_toml(text).unwrap();
            shop.write(|c| {
                ignore_rule::import(c, here(&shop), &file, (Import::Replace, None), None, NOON)
            })
        };
        let imported = import(&exported);
        assert_eq!((imported.same, imported.removed.len()), (1, 0));
        assert_eq!(imported.unreadable, ["from the future"]);
        assert_eq!(names(&shop, here(&shop)), ["old", "from the future"]);
        let mended = import(&FILE.replace("bots", "from the FUTURE"));
        assert_eq!(mended.changed, ["from the FUTURE"]);
        assert!(mended.unreadable.is_empty() && mended.removed == ["old"]);
        assert!(get(&shop, id).rule.is_ok());
    });
}

#[test]
fn nothing_of_a_file_with_a_mistake_is_saved() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        add(&shop, here(&shop), &drops("old", "B"));
        let mut file = parse_toml(FILE).unwrap();
        file.push(drops("BOTS", "A"));
        let import = |file: &[Rule]| {
            shop.database.write_blocking(|c| {
                ignore_rule::import(c, here(&shop), file, (Import::Replace, None), None, NOON)
            })
        };
        assert!(refused(import(&file)).contains("“BOTS”"));
        let many: Vec<Rule> = (0..=RULES_PER_SCOPE_MAX)
            .map(|number| drops(&format!("r{number}"), "A"))
            .collect();
        assert!(refused(import(&many)).contains("at most 200"));
        assert_eq!(names(&shop, here(&shop)), ["old"]);
    });
}

#[test]
fn a_rule_outlives_the_issue_that_it_was_made_on_but_not_its_project() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let other = shop.other_project("other");
        let id = add(&shop, Scope::Project(other), &drops("theirs", "A"));
        let nobody = shop.database.write_blocking(|c| {
            let scope = Scope::Project(ProjectId(99));
            ignore_rule::add(c, scope, &drops("a", "A"), None::<IssueId>, None, NOON)
        });
        assert!(matches!(nobody, Err(Error::NotFound)));
        shop.write(|c| project::delete(c, other));
        assert_eq!(shop.read(|c| ignore_rule::get(c, id)), None);
    });
}

#[test]
fn a_filter_that_cannot_be_read_costs_no_other() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        add(&shop, here(&shop), &drops("fine", "B"));
        let settings = r#"{"filter":{"localhost":true,"errorMessages":"no list"}}"#;
        shop.write(|c| project::set_settings(c, shop.project, settings));
        let source = shop.read(|c| {
            let project = project::get(c, shop.project)?.unwrap();
            ignore_rule::filter_source(c, &project)
        });
        assert!(source.settings.localhost);
        assert_eq!(source.rules.len(), 1);
        assert_eq!(source.problems.len(), 1, "{:?}", source.problems);
        assert!(source.problems[0].at.starts_with("filter."));
    });
}
