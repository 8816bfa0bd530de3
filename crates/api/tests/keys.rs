//! Client keys and limits.

use actix_web::http::Method;
use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_store::outcome::{Outcome, OutcomeCount};

use crate::harness::{ALL, Site, has_keys, on_each};

const KEYS: &str = "/projects/acme/shop/keys/";
const QUOTAS: &str = "/projects/acme/shop/quotas/";

fn delete(site: &Site<'_>, path: &str) -> u16 {
    site.ask(Method::DELETE, path, ALL, None).status.as_u16()
}

/// The address of the project's first key, and the key.
fn first_key(site: &Site<'_>) -> (String, Value) {
    let key = site.get(KEYS).good()[0].clone();
    (format!("{KEYS}{}/", key["id"].as_str().unwrap()), key)
}

#[test]
fn a_key_has_every_key_of_sentrys_and_an_address_for_every_way_to_report() {
    on_each(|site| {
        let (path, key) = first_key(site);
        has_keys(
            &key,
            "id name label public secret projectId isActive rateLimit dsn browserSdkVersion \
             browserSdk dateCreated dynamicSdkLoaderOptions",
        );
        assert_eq!(site.get(&path).good(), key);
        let public = key["public"].as_str().unwrap();
        let base = format!("https://errors.example.com/api/{}", site.project);
        let dsn = &key["dsn"];
        assert_eq!(
            dsn["public"],
            format!("https://{public}@errors.example.com/{}", site.project)
        );
        for (name, endpoint) in [
            ("csp", "csp-report"),
            ("security", "security"),
            ("minidump", "minidump"),
            ("nel", "nel"),
        ] {
            assert_eq!(
                dsn[name],
                format!("{base}/{endpoint}/?sentry_key={public}"),
                "{name}"
            );
        }
        assert_eq!(dsn["unreal"], format!("{base}/unreal/{public}/"));
        has_keys(dsn, "secret cdn crons");
    });
}

#[test]
fn a_key_is_named_limited_switched_off_and_deleted() {
    on_each(|site| {
        let (path, _) = first_key(site);
        let changed = site
            .put(
                &path,
                &json!({"name": " web ", "isActive": false, "unknown": 1,
                        "rateLimit": {"window": 3600, "count": 1000}}),
            )
            .good();
        assert_eq!(changed["label"], "web");
        assert_eq!(changed["isActive"], false);
        assert_eq!(changed["rateLimit"], json!({"window": 3600, "count": 1000}));
        // What is not named stays.
        let renamed = site.put(&path, &json!({"name": "web 2"})).good();
        assert_eq!(renamed["rateLimit"]["window"], 3600);
        // Another limit takes its place, null takes it away.
        let daily = json!({"rateLimit": {"window": 86400, "count": 5}});
        let daily = site.put(&path, &daily).good();
        assert_eq!(daily["rateLimit"], json!({"window": 86400, "count": 5}));
        let free = site
            .put(&path, &json!({"rateLimit": null, "isActive": true}))
            .good();
        assert!(free["rateLimit"].is_null());
        assert_eq!(site.get(QUOTAS).good(), json!([]));

        assert_eq!(delete(site, &path), 204);
        site.get(&path).refused(404);
        assert_eq!(delete(site, &path), 404);
        assert_eq!(site.get(KEYS).good(), json!([]));
    });
}

#[test]
fn a_key_is_found_by_its_number_and_rotated_in_its_place() {
    on_each(|site| {
        let made = site.post(
            KEYS,
            &json!({"name": "worker", "rateLimit": {"window": 60, "count": 1}}),
        );
        assert_eq!(made.status, 201);
        let old = made.json()["public"].as_str().unwrap().to_owned();
        let number = site
            .database()
            .read_blocking(|c| watchfire_store::key::find(c, &old))
            .unwrap()
            .unwrap()
            .0
            .id;
        assert_eq!(site.get(&format!("{KEYS}{number}/")).good()["public"], old);
        let rotated = site
            .post(&format!("{KEYS}{old}/rotate/"), &json!({}))
            .good();
        assert_ne!(rotated["public"], old);
        assert_eq!(rotated["label"], "worker");
        assert_eq!(rotated["rateLimit"]["count"], 1);
        site.get(&format!("{KEYS}{old}/")).refused(404);
        assert_eq!(
            site.get(&format!("{KEYS}{number}/")).good()["public"],
            rotated["public"]
        );
        site.post(&format!("{KEYS}{old}/rotate/"), &json!({}))
            .refused(404);
    });
}

#[test]
fn keys_are_listed_by_status_and_page() {
    on_each(|site| {
        site.post(KEYS, &json!({"name": "off", "isActive": false}))
            .good();
        site.post(KEYS, &json!({})).good();
        let labels = |query: &str| {
            let found = site.get(&format!("{KEYS}?{query}")).good();
            let labels = found.as_array().unwrap().iter();
            labels
                .map(|key| key["label"].as_str().unwrap().to_owned())
                .collect::<Vec<String>>()
        };
        assert_eq!(labels("status=inactive"), ["off"]);
        assert_eq!(labels("status=active"), ["Default", "API"]);
        let page = site.get(&format!("{KEYS}?per_page=2"));
        assert_eq!(page.header("x-hits"), "3");
        assert_eq!(page.cursor("previous"), None);
        let next = page.cursor("next").unwrap();
        let rest = site.get(&format!("{KEYS}?per_page=2&cursor={next}"));
        assert_eq!(rest.good().as_array().unwrap().len(), 1);
        assert_eq!(rest.cursor("next"), None);
        let back = rest.cursor("previous").unwrap();
        let back = site.get(&format!("{KEYS}?per_page=2&cursor={back}"));
        assert_eq!(back.good(), page.good());
    });
}

#[test]
fn bad_values_are_refused_by_field_and_change_nothing() {
    on_each(|site| {
        let (path, before) = first_key(site);
        for (field, body) in [
            ("name", json!({"name": "", "isActive": false})),
            ("name", json!({"name": "x".repeat(201)})),
            ("name", json!({"name": 5})),
            ("isActive", json!({"isActive": "perhaps"})),
            ("rateLimit", json!({"rateLimit": "many"})),
            (
                "rateLimit",
                json!({"rateLimit": {"window": 60, "count": -1}}),
            ),
            (
                "rateLimit",
                json!({"name": "new", "rateLimit": {"window": 100_000, "count": 1}}),
            ),
        ] {
            let answer = site.put(&path, &body);
            assert_eq!(answer.status, 400, "{body}");
            let words = answer.json()[field][0].as_str().map(str::len);
            assert!(words.is_some_and(|length| length > 10), "{}", answer.text);
        }
        site.put(&path, &json!([1])).refused(400);
        site.put(&format!("{KEYS}nobody/"), &json!({})).refused(404);
        assert_eq!(site.get(&path).good(), before);
        site.token("reader", None, &["project:read"]);
        site.token("writer", None, &["project:write"]);
        let ask = |method, token| site.ask(method, &path, token, Some("{}"));
        ask(Method::PUT, "reader").refused(403);
        ask(Method::DELETE, "writer").refused(403);
        ask(Method::PUT, "writer").good();
    });
}

#[test]
fn limits_are_listed_with_what_was_used_and_set_all_at_once() {
    on_each(|site| {
        let (path, key) = first_key(site);
        let public = key["public"].as_str().unwrap();
        let wanted = json!([
            {"scope": "project", "category": "error", "window": "month", "limit": 10_000},
            {"scope": "project", "category": "all", "window": "minute", "limit": 50},
            {"scope": "key", "key": public, "category": "attachments", "window": 7200, "limit": 1},
            {"scope": "key", "key": public, "category": "1", "window": "day", "limit": 0},
        ]);
        site.put(QUOTAS, &wanted).good();
        let count = |category: &'static str, quantity| OutcomeCount {
            project: Some(site.project),
            key_id: None,
            category: category.into(),
            outcome: Outcome::Accepted,
            reason: "".into(),
            at: Timestamp::now(),
            quantity,
            message: None,
        };
        site.count(vec![count("security", 3), count("session", 9)]);
        let shown = site.get(QUOTAS).good();
        // The event that brings the counts in is an error too.
        assert_eq!(
            shown[0],
            json!({"scope": "project", "key": null, "category": "error", "window": "month",
                   "limit": 10_000, "used": 4})
        );
        assert_eq!(shown[1]["category"], "all");
        assert!(shown[1]["used"].is_null(), "{}", shown[1]);
        assert_eq!(shown[2]["category"], "attachment");
        assert_eq!(shown[2]["window"], 7200);
        assert_eq!(shown[2]["used"], 0);
        assert_eq!(shown[3]["key"], public);
        assert_eq!(shown.as_array().unwrap().len(), 4);
        assert_eq!(site.get(&path).good()["rateLimit"]["window"], 86400);

        for wrong in [
            json!([{"scope": "planet", "window": "day", "limit": 1}]),
            json!([{"scope": "key", "key": "nobody", "window": "day", "limit": 1}]),
            json!([{"scope": "project", "category": "purple", "window": "day", "limit": 1}]),
            json!([{"scope": "project", "window": "year", "limit": 1}]),
            json!([{"scope": "project", "window": "day", "limit": -1}]),
            json!([{"scope": "project", "window": "day"}]),
            json!([{"scope": "project", "window": "day", "limit": 1},
                   {"scope": "project", "window": 86400, "limit": 2}]),
            json!({"scope": "project"}),
        ] {
            assert!(site.put(QUOTAS, &wrong).refused(400).len() > 10, "{wrong}");
        }
        assert_eq!(site.get(QUOTAS).good(), shown);
        assert_eq!(site.put(QUOTAS, &json!([])).good(), json!([]));
    });
}
