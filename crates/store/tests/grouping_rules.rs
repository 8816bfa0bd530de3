use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_grouping::{RULE_TEXT_CHARS_MAX, RuleKind, Version};
use watchfire_store::grouping_rules::{
    self, Action, ChangeKind, OLDER_VERSION_DAYS, RULES_PER_SCOPE_MAX, Scope,
};
use watchfire_store::regroup::{self, Change};
use watchfire_store::{Error, user};
use watchfire_testkit::database::for_each_database;

use crate::support::{HOUR, NOON, Shop};
use crate::team::{add, apply, error, project, rule, store};

fn set_text(shop: &Shop, scope: Scope, kind: RuleKind, text: &str) {
    let text = text.to_owned();
    apply(shop, &Change::SetText { scope, kind, text }, false);
}

#[test]
fn rules_apply_from_the_projects_newest_to_the_organisations_text() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let project = project(&shop);
        let organization = Scope::Organization(project.organization_id);
        for (scope, kind, text) in [
            (
                organization,
                RuleKind::Fingerprint,
                "type:A -> organization",
            ),
            (organization, RuleKind::StackTrace, "family:native -app"),
            (organization, RuleKind::Variable, "o: /o+/"),
            (
                Scope::Project(project.id),
                RuleKind::Fingerprint,
                "type:A -> project",
            ),
            (
                Scope::Project(project.id),
                RuleKind::StackTrace,
                "family:native +app",
            ),
        ] {
            set_text(&shop, scope, kind, text);
        }
        let mut numbers = Vec::new();
        for (kind, text) in [
            (RuleKind::Fingerprint, "type:A -> first"),
            (RuleKind::Fingerprint, "type:A -> second"),
            (RuleKind::StackTrace, "function:a -group"),
            (RuleKind::StackTrace, "function:b -group"),
        ] {
            let new = rule(&shop, kind, Action::Written, text);
            numbers.extend(apply(&shop, &Change::AddRule(new), false).rule_id);
        }
        let settings = shop.read(|c| grouping_rules::settings(c, &project));
        let origin = |number: usize| format!("rule {}", numbers[number]);
        let origins: Vec<&str> = settings.texts.iter().map(|it| it.origin.as_str()).collect();
        assert_eq!(
            origins,
            [
                &origin(1),
                &origin(0),
                "project rules",
                "organization rules",
                "organization rules",
                "project rules",
                &origin(2),
                &origin(3),
                "organization rules",
            ]
        );
        assert_eq!(
            store(&shop, &[error("A", "x", 0), error("A", "y", 1)]).len(),
            2
        );
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
fn every_step_of_a_rule_is_kept_with_who_and_when() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let project = project(&shop);
        let ada = ada(&shop);
        let dictionaries = shop.database.dictionaries();
        let at = |hours: i64| NOON.plus_micros(hours * HOUR);
        let run = |change: &Change, hours| {
            let at = at(hours);
            shop.write(|c| regroup::apply(c, dictionaries, &project, change, Some(ada), at, false))
        };
        let issue = store(&shop, &[error("A", "x", 0)])[0];
        let mut new = rule(&shop, RuleKind::Fingerprint, Action::Merge, "type:A -> a");
        new.issue_id = Some(issue);
        let id = run(&Change::AddRule(new), 1).rule_id.unwrap();
        let text = "type:A -> b".to_owned();
        run(
            &Change::EditRule {
                id,
                text: text.clone(),
            },
            2,
        );
        // The same text again is no step.
        run(&Change::EditRule { id, text }, 3);
        let switch = |is_active| Change::SwitchRule { id, is_active };
        run(&switch(false), 4);
        run(&switch(true), 5);
        let rule = shop.read(|c| grouping_rules::rule(c, id)).unwrap();
        assert_eq!(
            (rule.text.as_str(), rule.note.as_str()),
            ("type:A -> b", "because")
        );
        assert_eq!((rule.issue_id, rule.user_id), (Some(issue), Some(ada)));
        assert_eq!((rule.created_at, rule.changed_at), (at(1), at(5)));
        run(&Change::RemoveRule { id }, 6);

        let steps = shop.read(|c| grouping_rules::history(c, id));
        let told: Vec<(ChangeKind, &str, Timestamp)> = steps
            .iter()
            .map(|step| (step.change, step.text.as_str(), step.created_at))
            .collect();
        assert_eq!(
            told,
            [
                (ChangeKind::Removed, "type:A -> b", at(6)),
                (ChangeKind::SwitchedOn, "type:A -> b", at(5)),
                (ChangeKind::SwitchedOff, "type:A -> b", at(4)),
                (ChangeKind::Edited, "type:A -> a", at(2)),
                (ChangeKind::Added, "type:A -> a", at(1)),
            ]
        );
        assert!(steps.iter().all(|step| step.user_id == Some(ada)));
        assert!(shop.read(|c| grouping_rules::rules(c, &project)).is_empty());
        let settings = shop.read(|c| grouping_rules::settings(c, &project));
        assert!(settings.texts.is_empty());
        assert!(
            shop.read(|c| grouping_rules::rule(c, id))
                .unwrap()
                .is_removed
        );
    });
}

#[test]
fn texts_are_kept_and_an_old_one_is_stored_again_to_go_back() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let scope = Scope::Project(shop.project);
        let kind = RuleKind::Fingerprint;
        assert_eq!(shop.read(|c| grouping_rules::text(c, scope, kind)), None);
        for text in [
            "type:A -> a",
            "type:A -> b",
            "type:A -> b",
            "type:A -> a",
            "",
        ] {
            set_text(&shop, scope, kind, text);
        }
        let history = shop.read(|c| grouping_rules::text_history(c, scope, kind));
        let texts: Vec<&str> = history.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["", "type:A -> a", "type:A -> b", "type:A -> a"]);
        let project = project(&shop);
        let settings = shop.read(|c| grouping_rules::settings(c, &project));
        assert!(settings.texts.is_empty());
    });
}

#[test]
fn a_broken_line_is_told_and_the_others_work() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let text = "type:A -> one\nthis is no rule\ntype:B -> one";
        set_text(
            &shop,
            Scope::Project(shop.project),
            RuleKind::Fingerprint,
            text,
        );
        let project = project(&shop);
        let problems = shop.read(|c| grouping_rules::problems(c, &project));
        assert_eq!(problems.len(), 1);
        assert_eq!(
            (problems[0].line, problems[0].origin.as_str()),
            (2, "project rules")
        );
        let stored = store(&shop, &[error("A", "x", 0), error("B", "y", 1)]);
        assert_eq!(stored[0], stored[1]);
    });
}

#[test]
fn what_is_too_long_or_too_much_is_refused_with_the_number() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let project = project(&shop);
        let dictionaries = shop.database.dictionaries();
        let refused = |change: &Change| {
            let result = shop.database.write_blocking(|c| {
                regroup::apply(c, dictionaries, &project, change, None, NOON, false)
            });
            match result {
                Err(Error::Refused(reason)) => reason,
                other => panic!("{other:?}"),
            }
        };
        let scope = Scope::Project(shop.project);
        let kind = RuleKind::Variable;
        let text = "x".repeat(RULE_TEXT_CHARS_MAX + 1);
        let reason = refused(&Change::SetText { scope, kind, text });
        assert!(
            reason.contains("65537") && reason.contains("65536"),
            "{reason}"
        );
        refused(&add(&shop, Action::Written, " \n"));
        refused(&add(&shop, Action::Written, &"x".repeat(20_000)));
        for number in 0..RULES_PER_SCOPE_MAX {
            let text = format!("type:T{number} -> x");
            let change = add(&shop, Action::Written, &text);
            shop.write(|c| regroup::apply(c, dictionaries, &project, &change, None, NOON, false));
        }
        let reason = refused(&add(&shop, Action::Written, "type:A -> x"));
        assert!(reason.contains("500"), "{reason}");
    });
}

#[test]
fn the_older_version_is_looked_up_for_ninety_days() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let project = project(&shop);
        let dictionaries = shop.database.dictionaries();
        let now = Timestamp::now();
        let change = Change::SetVersion(Version::Newstyle2023);
        shop.write(|c| regroup::apply(c, dictionaries, &project, &change, None, now, false));
        let settings = shop.read(|c| grouping_rules::settings(c, &project));
        assert_eq!(settings.version, Version::Newstyle2023);
        assert_eq!(settings.older, Some(Version::Newstyle2026));
        let until = shop
            .read(|c| grouping_rules::version(c, project.id))
            .older
            .unwrap()
            .1;
        assert_eq!(until, now.plus_micros(OLDER_VERSION_DAYS * 24 * HOUR));
        let over = Some((Version::Newstyle2026, now.plus_micros(-1)));
        shop.write(|c| grouping_rules::set_older(c, project.id, over));
        let settings = shop.read(|c| grouping_rules::settings(c, &project));
        assert_eq!(settings.older, None);
    });
}

#[test]
fn rules_of_somebody_else_are_not_found() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let other = shop.other_project("other");
        let mut new = rule(&shop, RuleKind::Fingerprint, Action::Written, "type:A -> a");
        new.scope = Scope::Project(other);
        let id = {
            let dictionaries = shop.database.dictionaries();
            let change = Change::AddRule(new.clone());
            shop.write(|c| {
                let other = watchfire_store::project::get(c, other)?.unwrap();
                regroup::apply(c, dictionaries, &other, &change, None, NOON, false)
            })
        };
        let project = project(&shop);
        let dictionaries = shop.database.dictionaries();
        for change in [
            Change::AddRule(new),
            Change::RemoveRule {
                id: id.rule_id.unwrap(),
            },
        ] {
            let result = shop.database.read_blocking(|c| {
                regroup::preview(c, dictionaries, &project, &change, Some(IssueId(1)))
            });
            assert!(matches!(result, Err(Error::NotFound)));
        }
    });
}
