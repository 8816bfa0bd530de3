//! Two people who change the same rules, or settings, at one moment: nothing is lost silently.

use serde_json::{Value, json};
use watchfire_event::UserId;
use watchfire_filter::ignore::parse_json;
use watchfire_store::ignore_rule::{self, ChangeKind, Hit, Import};
use watchfire_store::project::{self, SettingBase};
use watchfire_store::{Error, user};
use watchfire_testkit::database::for_each_database;

use crate::ignore_rules::{add, drops, get, here};
use crate::support::{NOON, Shop};

fn person(shop: &Shop, name: &str) -> UserId {
    let new = user::NewUser {
        email: format!("{name}@example.org"),
        name: name.to_owned(),
        password_hash: String::new(),
        is_superuser: false,
    };
    shop.write(|c| user::create(c, &new, NOON).map(|user| user.id))
}

#[track_caller]
fn overtaken<T: std::fmt::Debug>(result: watchfire_store::Result<T>) -> String {
    match result {
        Err(Error::Overtaken(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn of_two_edits_at_one_moment_one_is_told_and_none_is_lost() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let people = ["Ada", "Bob"].map(|name| person(&shop, name));
        let id = add(&shop, here(&shop), &drops("rule", "A"));
        for round in 0..8 {
            let stored = get(&shop, id);
            let results: Vec<_> = std::thread::scope(|scope| {
                let saves = people.map(|who| {
                    let (shop, stored) = (&shop, &stored);
                    scope.spawn(move || {
                        let rule = drops("rule", &format!("round {round} of {}", who.0));
                        shop.database.write_blocking(|c| {
                            ignore_rule::edit(c, stored, &rule, Some(who), NOON)
                        })
                    })
                });
                saves.map(|save| save.join().unwrap()).into()
            });
            let winners: Vec<usize> = (0..2).filter(|place| results[*place].is_ok()).collect();
            assert_eq!(winners.len(), 1, "{results:?}");
            let winner = winners[0];
            let text = get(&shop, id).text;
            let said = format!("round {round} of {}", people[winner].0);
            assert!(text.contains(&said), "{text}");
            let told = overtaken(results.into_iter().nth(1 - winner).unwrap());
            let name = ["Ada", "Bob"][winner];
            assert!(
                told.starts_with(&format!(
                    "this rule was changed by {name} at 2026-11-20 10:00 UTC"
                )),
                "{told}"
            );
        }
    });
}

#[test]
fn who_changes_what_they_had_not_seen_is_told_what_was_done() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = add(&shop, here(&shop), &drops("rule", "A"));
        let seen = get(&shop, id);
        let current = get(&shop, id);
        shop.write(|c| ignore_rule::switch(c, &current, false, None, NOON));
        let current = get(&shop, id);
        let checked = shop
            .database
            .read_blocking(|c| ignore_rule::check_base(c, &current, seen.changed_at));
        let told = overtaken(checked);
        assert!(
            told.starts_with("this rule was switched off by somebody at"),
            "{told}"
        );
        for result in [
            shop.database
                .write_blocking(|c| ignore_rule::remove(c, &seen, None, NOON)),
            shop.database
                .write_blocking(|c| ignore_rule::edit(c, &seen, &drops("b", "B"), None, NOON)),
        ] {
            overtaken(result);
        }
        assert!(!get(&shop, id).is_removed);
    });
}

#[test]
fn a_rule_goes_back_to_any_version_of_its_history() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = add(&shop, here(&shop), &drops("first", "A"));
        for (name, kind) in [("first", "B"), ("second", "C")] {
            let stored = get(&shop, id);
            shop.write(|c| ignore_rule::edit(c, &stored, &drops(name, kind), None, NOON));
        }
        let stored = get(&shop, id);
        let history = shop.read(|c| ignore_rule::history(c, &stored));
        let after: Vec<_> = history
            .iter()
            .map(|step| parse_json(&step.after).unwrap())
            .collect();
        assert_eq!(
            after,
            [
                drops("second", "C"),
                drops("first", "B"),
                drops("first", "A")
            ]
        );
        let oldest = history[2].id;
        shop.write(|c| ignore_rule::go_back(c, &stored, oldest, None, NOON));
        let now = get(&shop, id);
        assert_eq!(
            (now.name.as_str(), now.rule.clone().unwrap()),
            ("first", drops("first", "A"))
        );
        let history = shop.read(|c| ignore_rule::history(c, &now));
        assert_eq!(history[0].change, ChangeKind::WentBack);
        assert_eq!(
            parse_json(&history[0].before).unwrap(),
            drops("second", "C")
        );
        // What another rule is called by then, a version cannot be called again.
        add(&shop, here(&shop), &drops("second", "D"));
        let taken = shop
            .database
            .write_blocking(|c| ignore_rule::go_back(c, &now, history[1].id, None, NOON));
        assert!(matches!(taken, Err(Error::Refused(_))), "{taken:?}");
        let missing = shop
            .database
            .write_blocking(|c| ignore_rule::go_back(c, &now, 999, None, NOON));
        assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
    });
}

#[test]
fn rules_that_move_at_one_moment_keep_one_order() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let ids = ["a", "b", "c", "d"].map(|name| add(&shop, here(&shop), &drops(name, name)));
        let up = [ids[1], ids[3]].map(|id| get(&shop, id));
        std::thread::scope(|scope| {
            for stored in &up {
                scope.spawn(|| {
                    shop.write(|c| ignore_rule::move_by_one(c, stored, true, None, NOON))
                });
            }
        });
        let order = |shop: &Shop| -> Vec<i64> {
            let rules = shop.read(|c| ignore_rule::rules(c, here(shop)));
            rules.iter().map(|rule| rule.id).collect()
        };
        assert_eq!(order(&shop), [ids[1], ids[0], ids[3], ids[2]], "both moved");
        let stale = shop.database.write_blocking(|c| {
            let (order, base) = ([ids[3], ids[2], ids[1], ids[0]], Some(&ids[..]));
            ignore_rule::reorder(c, here(&shop), &order, base, None, NOON)
        });
        assert!(overtaken(stale).contains("the rules were changed by somebody"));
        assert_eq!(order(&shop), [ids[1], ids[0], ids[3], ids[2]]);
    });
}

#[test]
fn a_file_is_taken_over_as_it_was_planned_and_equal_rules_stay_who_they_are() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (ada, bob) = (person(&shop, "Ada"), person(&shop, "Bob"));
        let same = drops("same", "A");
        let id = shop.write(|c| ignore_rule::add(c, here(&shop), &same, None, Some(ada), NOON));
        shop.writer.note_hit(Hit {
            project: shop.project,
            rule: id,
            at: NOON,
            title: None,
        });
        shop.shutdown();
        let file = [drops("new", "B"), same];
        let plan = |shop: &Shop| {
            shop.read(|c| ignore_rule::plan_import(c, here(shop), &file, Import::Replace))
        };
        let seen = plan(&shop).state;
        add(&shop, here(&shop), &drops("of somebody else", "C"));
        let import = |base: &str| {
            shop.database.write_blocking(|c| {
                let how = (Import::Replace, Some(base));
                ignore_rule::import(c, here(&shop), &file, how, Some(bob), NOON)
            })
        };
        overtaken(import(&seen));
        let imported = import(&plan(&shop).state).unwrap();
        assert_eq!(
            (imported.added.len(), imported.removed.len(), imported.same),
            (1, 1, 1)
        );
        let kept = get(&shop, id);
        assert_eq!((kept.user_id, kept.changed_at), (Some(ada), NOON));
        let hits = shop.read(|c| ignore_rule::hits(c, &[id], None, 1, NOON));
        assert_eq!(hits[0].total, 1);
    });
}

#[test]
fn a_version_that_a_file_made_has_a_name_of_its_own() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let ids = ["edited", "removed"].map(|name| add(&shop, here(&shop), &drops(name, "A")));
        let seen = ids.map(|id| get(&shop, id));
        let file = [drops("edited", "B")];
        // At the moment at which they were made, as far as the clock tells.
        shop.write(|c| {
            let how = (Import::Replace, None);
            ignore_rule::import(c, here(&shop), &file, how, None, NOON)
        });
        for seen in seen {
            let current = get(&shop, seen.id);
            assert_ne!((&current.text, current.is_removed), (&seen.text, false));
            assert!(current.changed_at > seen.changed_at, "{current:?}");
            let late = drops("late", "C");
            overtaken(
                shop.database
                    .write_blocking(|c| ignore_rule::edit(c, &seen, &late, None, NOON)),
            );
        }
    });
}

#[test]
fn settings_that_somebody_else_saved_are_not_written_over() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let people = ["Ada", "Bob"].map(|name| person(&shop, name));
        let version = |shop: &Shop| {
            let project = shop.read(|c| project::get(c, shop.project)).unwrap();
            project::setting_version(&project.settings, "filter")
        };
        let seen = version(&shop);
        let save = |who: UserId, said: Value| {
            let base = SettingBase {
                version: Some(seen.clone()),
                author: Some(who),
                now: NOON,
            };
            shop.database.write_blocking(|c| {
                project::save_setting(c, shop.project, "filter", &base, |_| Ok(said))
            })
        };
        let results = std::thread::scope(|scope| {
            let save = &save;
            let saves = people.map(|who| scope.spawn(move || save(who, json!({"by": who.0}))));
            saves.map(|it| it.join().unwrap())
        });
        let winner = results.iter().position(Result::is_ok).unwrap();
        assert_eq!(
            results.iter().filter(|it| it.is_ok()).count(),
            1,
            "{results:?}"
        );
        assert_eq!(*results[winner].as_ref().unwrap(), version(&shop));
        let project = shop.read(|c| project::get(c, shop.project)).unwrap();
        let settings: Value = serde_json::from_str(&project.settings).unwrap();
        assert_eq!(settings["filter"]["by"], people[winner].0);
        let told = overtaken(results.into_iter().nth(1 - winner).unwrap());
        let name = ["Ada", "Bob"][winner];
        assert!(
            told.starts_with(&format!("these settings were changed by {name} at")),
            "{told}"
        );
        // Nobody is named for what an unknown one changed.
        shop.write(|c| project::set_setting(c, shop.project, "filter", json!({"by": "api"})));
        let told = overtaken(save(people[0], json!({})));
        assert!(told.contains("by somebody"), "{told}");
    });
}
