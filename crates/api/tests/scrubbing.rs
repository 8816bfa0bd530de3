//! Documents of scrubbing, what they mean and would do, and the jobs that apply them and erase
//! users.

use actix_web::http::Method;
use serde_json::{Value, json};
use watchfire_store::job;

use crate::harness::{ALL, has_keys, on_each};

const PROJECT: &str = "/projects/acme/shop/";
const DOCUMENT: &str = "/projects/acme/shop/scrubbing/";
const ORGANIZATION: &str = "/organizations/acme/scrubbing/";

fn event(address: &str) -> Value {
    json!({
        "message": "no stock",
        "platform": "python",
        "user": { "email": address },
        "extra": { "note": format!("asked by {address}"), "cart": { "size": 3 } },
    })
}

fn no_addresses() -> Value {
    json!({ "piiConfig": { "applications": {
        "extra.note": ["@email:replace"],
        "extra.cart": ["@anything:remove"],
        "extra.never": ["@anything:remove"],
    }}})
}

#[test]
fn a_document_is_stored_with_its_history_and_a_bad_one_refused_with_its_places() {
    on_each(|site| {
        let empty = site.get(DOCUMENT).good();
        assert_eq!(
            empty,
            json!({ "document": "", "problems": [], "history": [] })
        );
        let bad = json!({ "document": { "scrubData": 5, "piiConfig": { "applications": { "$foo": [] } } } });
        let refused = site.put(DOCUMENT, &bad);
        assert_eq!(refused.status, 400, "{}", refused.text);
        let places: Vec<Value> = refused.json()["problems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|problem| problem["at"].clone())
            .collect();
        assert_eq!(places.len(), 2, "{}", refused.text);
        assert_eq!(places[0], "scrubData");

        let first = site.put(DOCUMENT, &json!({ "document": "{}" })).good();
        let stored = site
            .put(DOCUMENT, &json!({ "document": no_addresses() }))
            .good();
        assert_eq!(stored["history"].as_array().unwrap().len(), 2);
        has_keys(&stored["history"][0], "id document user dateCreated");
        let base = &first["history"][0]["id"];
        let late = site.put(DOCUMENT, &json!({ "document": "{}", "base": base }));
        assert!(late.refused(409).contains("by somebody at"));
        site.put(
            ORGANIZATION,
            &json!({ "document": { "scrubIpAddresses": true } }),
        )
        .good();
        let rules = site.get(&format!("{DOCUMENT}rules/")).good();
        let origins = |origin: &str| {
            let rules = rules["rules"].as_array().unwrap();
            rules.iter().any(|rule| rule["origin"] == origin)
        };
        assert!(
            origins("ip_addresses") && origins("project") && origins("default"),
            "{rules}"
        );

        site.token("reader", None, &["project:read", "org:read"]);
        for path in [DOCUMENT, ORGANIZATION] {
            let body = json!({ "document": "{}" }).to_string();
            let answer = site.ask(Method::PUT, path, "reader", Some(&body));
            assert_eq!(answer.status, 403, "{path}");
            assert!(
                site.ask(Method::GET, path, "reader", None)
                    .status
                    .is_success()
            );
        }
    });
}

#[test]
fn a_project_has_the_same_under_the_names_of_sentry() {
    on_each(|site| {
        let shown = site.get(PROJECT).good();
        assert_eq!(shown["dataScrubber"], true);
        assert_eq!(shown["relayPiiConfig"], Value::Null);
        let config = r#"{"applications":{"$string":["@email:replace"]}}"#;
        let changed = site
            .put(
                PROJECT,
                &json!({
                    "scrubIPAddresses": true, "sensitiveFields": ["iban"], "relayPiiConfig": config,
                }),
            )
            .good();
        assert_eq!(changed["scrubIPAddresses"], true);
        assert_eq!(changed["sensitiveFields"], json!(["iban"]));
        let told: Value =
            serde_json::from_str(changed["relayPiiConfig"].as_str().unwrap()).unwrap();
        assert_eq!(told, serde_json::from_str::<Value>(config).unwrap());
        let stored = site.get(DOCUMENT).good();
        let document: Value = serde_json::from_str(stored["document"].as_str().unwrap()).unwrap();
        assert_eq!(document["scrubIpAddresses"], true);
        // What is not named stays; nothing changed makes no version.
        site.put(PROJECT, &json!({ "name": "Shop 2" })).good();
        assert_eq!(site.get(DOCUMENT).good(), stored);
        let bad = site.put(
            PROJECT,
            &json!({ "relayPiiConfig": "{\"applications\":{\"**\":5}}" }),
        );
        assert_eq!(bad.status, 400, "{}", bad.text);
        assert!(bad.text.contains("relayPiiConfig"), "{}", bad.text);
        let none = site.put(PROJECT, &json!({ "relayPiiConfig": "" })).good();
        assert_eq!(none["relayPiiConfig"], Value::Null);
    });
}

#[test]
fn a_document_is_tried_on_recent_events() {
    on_each(|site| {
        let id = site.store(&event("anna@mail.example"));
        let body = json!({ "document": no_addresses() });
        let shown = site.post(&format!("{DOCUMENT}preview/"), &body).good();
        has_keys(&shown, "lookedAt isComplete events by warnings");
        assert_eq!(shown["lookedAt"], 1);
        assert_eq!(shown["events"][0]["eventID"], id.to_string());
        let changes = shown["events"][0]["changes"].as_array().unwrap();
        let note = changes
            .iter()
            .find(|it| it["path"] == "extra.note")
            .unwrap();
        assert_eq!(note["before"], "asked by anna@mail.example");
        assert_eq!(note["after"], "asked by [email]");
        let warnings = shown["warnings"].as_array().unwrap();
        let kinds: Vec<_> = warnings
            .iter()
            .map(|it| it["kind"].as_str().unwrap())
            .collect();
        assert!(kinds.contains(&"matches_nothing"), "{shown}");
        assert!(kinds.contains(&"blanks_container"), "{shown}");
        let bad = site.post(&format!("{DOCUMENT}preview/"), &json!({ "document": "{" }));
        assert_eq!(bad.status, 400);
        let offered = site.get(&format!("{DOCUMENT}suggestions/")).good();
        let note = |it: &&Value| it["selector"].as_str().unwrap().contains("note");
        assert!(
            offered.as_array().unwrap().iter().any(|it| note(&it)),
            "{offered}"
        );
    });
}

#[test]
fn stored_events_are_scrubbed_by_a_job_with_a_report() {
    on_each(|site| {
        let id = site.store(&event("anna@mail.example"));
        site.put(DOCUMENT, &json!({ "document": no_addresses() }))
            .good();
        let jobs = format!("{DOCUMENT}jobs/");
        let wrong = json!({ "issue": 1, "start": "2026-01-01T00:00:00Z" });
        assert_eq!(site.post(&jobs, &wrong).status, 400);
        assert_eq!(
            site.post(&jobs, &json!({ "start": "soon", "end": "later" }))
                .status,
            400
        );
        assert_eq!(site.post(&jobs, &json!({ "issue": 9_999 })).status, 404);
        let started = site.post(&jobs, &json!({ "dryRun": true }));
        assert_eq!(started.status, 202, "{}", started.text);
        job::run_waiting(site.database()).unwrap();
        let number = started.json()["job"]["id"].as_str().unwrap().to_owned();
        let report = site.get(&format!("{jobs}{number}/")).good();
        has_keys(
            &report,
            "job startedBy isDryRun span documents events changed unreadable by left",
        );
        assert_eq!(
            (&report["changed"], &report["job"]["kind"]),
            (&json!(1), &json!("dry_run"))
        );
        let text = site.get(&format!("{PROJECT}events/{id}/json/")).text;
        assert!(
            text.contains("anna@mail.example by") || text.contains("asked by anna"),
            "{text}"
        );
        let started = site.post(&jobs, &json!({})).good();
        job::run_waiting(site.database()).unwrap();
        let number = started["job"]["id"].as_str().unwrap().to_owned();
        let report = site.get(&format!("{jobs}{number}/")).good();
        assert_eq!(report["job"]["state"], "done");
        let paths: Vec<_> = report["by"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["path"].clone())
            .collect();
        assert!(paths.contains(&json!("extra.note")), "{report}");
        let text = site.get(&format!("{PROJECT}events/{id}/json/")).text;
        assert!(text.contains("asked by [email]"), "{text}");
        assert_eq!(site.get(&format!("{jobs}9999/")).status, 404);
    });
}

#[test]
fn a_user_is_erased_with_a_receipt() {
    on_each(|site| {
        site.store(&event("anna@mail.example"));
        site.store(&event("ben@mail.example"));
        let erasures = format!("{PROJECT}erasures/");
        let anna = json!({ "kind": "email", "value": "Anna@mail.example" });
        let found = site.post(&format!("{erasures}preview/"), &anna).good();
        assert_eq!(
            (&found["events"], &found["isComplete"]),
            (&json!(1), &json!(true))
        );
        let wrong = json!({ "kind": "email", "value": "anna" });
        assert_eq!(site.post(&erasures, &wrong).status, 400);
        site.token("writer", None, &["project:read", "project:write"]);
        let refused = site.ask(Method::POST, &erasures, "writer", Some(&anna.to_string()));
        assert_eq!(refused.status, 403);
        let started = site.post(&erasures, &anna);
        assert_eq!(started.status, 202, "{}", started.text);
        job::run_waiting(site.database()).unwrap();
        let one = format!("{erasures}{}/", started.json()["job"]);
        let receipt = site.ask(Method::GET, &one, ALL, None);
        assert!(receipt.header("content-disposition").contains("attachment"));
        let receipt = receipt.good();
        assert_eq!(
            (&receipt["state"], &receipt["removed"]["event"]),
            (&json!("done"), &json!(1))
        );
        assert!(!receipt.to_string().contains("anna"), "{receipt}");
        assert_eq!(
            site.post(&format!("{erasures}preview/"), &anna).good()["events"],
            0
        );
    });
}
