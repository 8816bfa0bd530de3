use serde_json::{Value, json};
use watchfire_event::ProjectId;
use watchfire_store::project::ProjectChange;
use watchfire_store::{Error, key, project};
use watchfire_testkit::database::for_each_database;

use crate::support::{HOUR, NOON, Shop};

#[test]
fn a_key_is_renamed_switched_off_and_deleted_by_its_own_project_only() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let other = shop.other_project("other");
        let id = shop.key_id;
        shop.write(|c| {
            assert!(!key::rename(c, other, id, "Stolen")?);
            assert!(!key::delete(c, other, id)?);
            assert_eq!(key::get(c, other, id)?, None);
            assert_eq!(key::rotate(c, other, id, NOON)?, None);

            assert!(key::rename(c, shop.project, id, "Browser")?);
            assert!(key::set_active(c, shop.project, id, false)?);
            let found = key::get(c, shop.project, id)?.unwrap();
            assert_eq!((found.label.as_str(), found.is_active), ("Browser", false));
            assert!(key::delete(c, shop.project, id)?);
            assert!(!key::delete(c, shop.project, id)?);
            assert_eq!(key::get(c, shop.project, id)?, None);
            assert_eq!(key::find(c, &found.public_key)?, None);
            Ok(())
        });
    });
}

#[test]
fn a_rotated_key_keeps_its_number_and_name_and_forgets_its_old_dsn() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        shop.write(|c| {
            let before = key::get(c, shop.project, shop.key_id)?.unwrap();
            let later = NOON.plus_micros(HOUR);
            let after = key::rotate(c, shop.project, shop.key_id, later)?.unwrap();
            assert_eq!((after.id, &after.label), (before.id, &before.label));
            assert_eq!(after.created_at, later);
            assert_eq!(after.public_key.len(), 32);
            assert_ne!(after.public_key, before.public_key);
            assert_eq!(key::find(c, &before.public_key)?, None);
            assert_eq!(key::find(c, &after.public_key)?.unwrap().0, after);
            Ok(())
        });
    });
}

#[test]
fn one_setting_changes_without_touching_the_others() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let set = |key: &str, value: Value| {
            shop.write(|c| project::set_setting(c, shop.project, key, value));
            let project = shop.read(|c| project::get(c, shop.project)).unwrap();
            serde_json::from_str::<Value>(&project.settings).unwrap()
        };
        set("scrub", json!({ "scrub_data": false }));
        assert_eq!(
            set("allowedDomains", json!(["example.org"])),
            json!({ "scrub": { "scrub_data": false }, "allowedDomains": ["example.org"] })
        );
        assert_eq!(
            set("scrub", Value::Null),
            json!({ "allowedDomains": ["example.org"] })
        );
        let missing = shop
            .database
            .write_blocking(|c| project::set_setting(c, ProjectId(99), "a", json!(1)));
        assert!(matches!(missing, Err(Error::NotFound)));
    });
}

#[test]
fn settings_that_many_change_at_once_all_arrive() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        std::thread::scope(|scope| {
            for n in 0..8 {
                let shop = &shop;
                scope.spawn(move || {
                    let name = format!("key-{n}");
                    shop.write(|c| project::set_setting(c, shop.project, &name, json!(n)));
                });
            }
        });
        let project = shop.read(|c| project::get(c, shop.project)).unwrap();
        let settings: Value = serde_json::from_str(&project.settings).unwrap();
        assert_eq!(settings.as_object().unwrap().len(), 8, "{settings}");
    });
}

#[test]
fn fields_of_a_project_change_one_by_one_and_a_slug_stays_unique() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        shop.other_project("other");
        let change = |change: ProjectChange| {
            shop.database
                .write_blocking(|c| project::change(c, shop.project, &change))
        };
        let renamed = change(ProjectChange {
            name: Some("The shop".to_owned()),
            ..ProjectChange::default()
        });
        let renamed = renamed.unwrap().unwrap();
        assert_eq!(
            (renamed.slug.as_str(), renamed.name.as_str()),
            ("shop", "The shop")
        );
        assert_eq!(renamed.platform.as_deref(), Some("python"));
        let moved = change(ProjectChange {
            slug: Some("store".to_owned()),
            platform: Some(None),
            ..ProjectChange::default()
        });
        let moved = moved.unwrap().unwrap();
        assert_eq!((moved.slug.as_str(), moved.platform), ("store", None));
        let taken = change(ProjectChange {
            slug: Some("other".to_owned()),
            ..ProjectChange::default()
        });
        assert!(matches!(taken, Err(Error::Taken(_))), "{taken:?}");
        let none = shop.write(|c| project::change(c, ProjectId(99), &ProjectChange::default()));
        assert_eq!(none, None);
    });
}
