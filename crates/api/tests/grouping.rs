//! How a project groups: versions, texts of rules, explanations and similar issues.

use actix_web::http::Method;
use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_grouping::Version;

use crate::harness::{ALL, Site, has_keys, on_each};

const PROJECT: &str = "/projects/acme/shop/";

/// Stores an event with a stack of one function.
fn store(site: &Site<'_>, function: &str, value: &str) -> String {
    let event = json!({"platform": "python", "exception": {"values": [
        {"type": "KeyError", "value": value, "stacktrace": {"frames": [
            {"module": "shop.views", "function": "dispatch", "in_app": true},
            {"module": "shop.cart", "function": function, "in_app": true},
        ]}},
    ]}});
    site.store(&event).to_string()
}

#[test]
fn versions_are_listed() {
    on_each(|site| {
        for path in [
            "/grouping-configs/",
            "/organizations/acme/grouping-configs/",
        ] {
            let listed = site.get(path).good();
            let listed = listed.as_array().unwrap();
            assert_eq!(listed.len(), Version::ALL.len());
            for config in listed {
                has_keys(
                    config,
                    "id base strategies delegates changelog hidden risk latest",
                );
            }
            assert_eq!(listed[1]["id"], Version::LATEST.id());
            assert_eq!(
                (&listed[0]["latest"], &listed[1]["latest"]),
                (&json!(false), &json!(true))
            );
            assert!(
                listed[1]["changelog"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty())
            );
        }
        site.get("/organizations/nobody/grouping-configs/")
            .refused(404);
        let nobody = site.ask(Method::GET, "/grouping-configs/", "", None);
        assert_eq!(nobody.status, 401);
    });
}

#[test]
fn rules_are_fields_of_the_project_and_bad_lines_are_named() {
    on_each(|site| {
        let before = site.get(PROJECT).good();
        has_keys(
            &before,
            "fingerprintingRules groupingEnhancements groupingConfig secondaryGroupingConfig \
             secondaryGroupingExpiry",
        );
        assert_eq!(before["fingerprintingRules"], "");
        let rules = "# ours\nerror.type:KeyError -> key-error\n";
        let frames = "stack.function:dispatch -group";
        let body = json!({"fingerprintingRules": rules, "groupingEnhancements": frames});
        let after = site.put(PROJECT, &body).good();
        assert_eq!(
            (
                &after["fingerprintingRules"],
                &after["groupingEnhancements"]
            ),
            (&json!(rules), &json!(frames))
        );
        assert_eq!(
            site.get(PROJECT).good()["fingerprintingRules"],
            json!(rules)
        );

        let bad = json!({"fingerprintingRules": "error.type:A -> a\n\nnonsense\n", "name": "New"});
        let refused = site.put(PROJECT, &bad);
        assert_eq!(refused.status, 400);
        let messages = refused.json()["fingerprintingRules"].clone();
        assert_eq!(messages.as_array().unwrap().len(), 1);
        let message = messages[0].as_str().unwrap();
        assert!(
            message.starts_with("line 3: ") && message.ends_with("nonsense"),
            "{message}"
        );
        assert_eq!(
            site.get(PROJECT).good()["name"],
            "Shop",
            "nothing is changed"
        );
        for wrong in [json!(5), json!("x".repeat(70_000))] {
            assert_eq!(
                site.put(PROJECT, &json!({"groupingEnhancements": wrong}))
                    .status,
                400
            );
        }
        let gone = site
            .put(PROJECT, &json!({"fingerprintingRules": null}))
            .good();
        assert_eq!(gone["fingerprintingRules"], "");
        site.token("reader", None, &["project:read"]);
        let body = body.to_string();
        site.ask(Method::PUT, PROJECT, "reader", Some(&body))
            .refused(403);
    });
}

#[test]
fn the_version_is_a_field_of_the_project_and_the_older_one_stays_for_a_while() {
    on_each(|site| {
        let [old, new] = Version::ALL.map(Version::id);
        let before = site.get(PROJECT).good();
        assert_eq!(
            (
                &before["groupingConfig"],
                &before["secondaryGroupingConfig"]
            ),
            (&json!(new), &Value::Null)
        );
        let changed = site.put(PROJECT, &json!({"groupingConfig": old})).good();
        assert_eq!(
            (
                &changed["groupingConfig"],
                &changed["secondaryGroupingConfig"]
            ),
            (&json!(old), &json!(new))
        );
        let in_days = |days: i64| Timestamp::now().plus_micros(days * 86_400_000_000).0 / 1_000_000;
        let until = changed["secondaryGroupingExpiry"].as_i64().unwrap();
        assert!((in_days(89)..=in_days(91)).contains(&until), "{until}");

        let soon = in_days(3);
        let body = json!({"groupingConfig": new, "secondaryGroupingConfig": old, "secondaryGroupingExpiry": soon});
        let back = site.put(PROJECT, &body).good();
        assert_eq!(
            (&back["groupingConfig"], &back["secondaryGroupingConfig"]),
            (&json!(new), &json!(old))
        );
        assert_eq!(back["secondaryGroupingExpiry"], soon);
        let far = site
            .put(PROJECT, &json!({"secondaryGroupingExpiry": in_days(900)}))
            .good();
        assert!(far["secondaryGroupingExpiry"].as_i64().unwrap() <= in_days(91));
        let none = site
            .put(PROJECT, &json!({"secondaryGroupingConfig": ""}))
            .good();
        assert_eq!(
            (
                &none["secondaryGroupingConfig"],
                &none["secondaryGroupingExpiry"]
            ),
            (&Value::Null, &json!(0))
        );

        let unknown = site.put(PROJECT, &json!({"groupingConfig": "newstyle:1999"}));
        assert_eq!(unknown.status, 400);
        assert!(
            unknown.json()["groupingConfig"][0]
                .as_str()
                .unwrap()
                .contains(new)
        );
        for wrong in [json!(0), json!("soon"), json!([])] {
            assert_eq!(
                site.put(PROJECT, &json!({"secondaryGroupingExpiry": wrong}))
                    .status,
                400
            );
        }
    });
}

#[test]
fn an_event_explains_its_variants() {
    on_each(|site| {
        let id = store(site, "checkout", "'a'");
        let info = site
            .get(&format!("{PROJECT}events/{id}/grouping-info/"))
            .good();
        let app = &info["app"];
        has_keys(
            app,
            "key type description contributes hint hash hashMismatch config component",
        );
        assert_eq!(
            (&app["key"], &app["type"], &app["contributes"]),
            (&json!("app"), &json!("component"), &json!(true))
        );
        assert_eq!(app["hash"].as_str().map(str::len), Some(32));
        assert_eq!(app["hashMismatch"], false);
        assert_eq!(app["config"]["id"], Version::LATEST.id());
        has_keys(&app["component"], "id name contributes hint values");
        for path in [
            "/issues/SHOP-1/grouping-info/".to_owned(),
            "/organizations/acme/issues/SHOP-1/events/latest/grouping-info/".to_owned(),
            format!("/issues/SHOP-1/events/{id}/grouping-info/"),
        ] {
            assert_eq!(site.get(&path).good(), info, "{path}");
        }
        let old = Version::Newstyle2023.id();
        let other = site
            .get(&format!("{PROJECT}events/{id}/grouping-info/?config={old}"))
            .good();
        assert_eq!(other["system"]["config"]["id"], old);
        let event =
            site.store(&json!({"message": "build of 3f2a91b failed", "platform": "python"}));
        let path = format!("{PROJECT}events/{event}/grouping-info/");
        let differs = site.get(&format!("{path}?config={old}")).good();
        assert_eq!(differs["default"]["hashMismatch"], true, "{differs}");
        assert_eq!(site.get(&path).good()["default"]["hashMismatch"], false);
        site.get(&format!("{PROJECT}events/{id}/grouping-info/?config=x"))
            .refused(404);
        site.get(&format!(
            "{PROJECT}events/{}/grouping-info/",
            "0".repeat(32)
        ))
        .refused(404);

        let rules = json!({"fingerprintingRules": "error.type:KeyError -> key-error"});
        site.put(PROJECT, &rules).good();
        let ruled = site
            .get(&format!("{PROJECT}events/{id}/grouping-info/"))
            .good();
        let custom = &ruled["custom-fingerprint"];
        assert_eq!(custom["contributes"], true);
        assert_eq!(
            custom["hashMismatch"], false,
            "the rule's hash leads to the issue"
        );
        assert_eq!(ruled["app"]["contributes"], false);
    });
}

#[test]
fn similar_issues_come_in_pairs_with_how_they_are_alike() {
    on_each(|site| {
        store(site, "checkout", "'a'");
        store(site, "check_out", "'a'");
        for path in ["similar", "similar-issues-embeddings"] {
            let pairs = site
                .get(&format!("/organizations/acme/issues/SHOP-1/{path}/"))
                .good();
            let pairs = pairs.as_array().unwrap();
            assert_eq!(pairs.len(), 1, "{pairs:?}");
            assert_eq!(pairs[0][0]["shortId"], "SHOP-2");
            has_keys(&pairs[0][0], "id title count stats");
            has_keys(
                &pairs[0][1],
                "exception shouldBeGrouped reason difference latestEvent",
            );
        }
        let related = site.get("/issues/SHOP-1/related-issues/").good();
        assert_eq!(related["data"].as_array().unwrap().len(), 1);
        site.ask(Method::GET, "/issues/SHOP-9/similar/", ALL, None)
            .refused(404);
    });
}
