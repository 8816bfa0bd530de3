//! What looks at events before anything is changed: who may, and how many at once.

use actix_web::http::Method;
use serde_json::{Value, json};
use watchfire_store::{Error, job};

use crate::harness::{ALL, on_each};

const PROJECT: &str = "/projects/acme/shop/";

fn rule() -> Value {
    json!({
        "name": "n",
        "action": "drop",
        "when": { "field": "message", "op": "contains", "value": "a" },
    })
}

/// Every address that looks at many events, and a body for it.
fn previews() -> Vec<(Method, String, String)> {
    let post = |path: &str, body: Value| (Method::POST, path.to_owned(), body.to_string());
    vec![
        post(&format!("{PROJECT}ignore-rules/try/"), rule()),
        post("/organizations/acme/ignore-rules/try/", rule()),
        post(
            &format!("{PROJECT}scrubbing/preview/"),
            json!({ "document": "{}" }),
        ),
        post(
            &format!("{PROJECT}grouping-rules/preview/"),
            json!({ "change": "add_rule", "kind": "variable", "text": "n: /A-\\d+/" }),
        ),
        post(
            &format!("{PROJECT}erasures/preview/"),
            json!({ "kind": "id", "value": "7" }),
        ),
        (
            Method::GET,
            format!("{PROJECT}scrubbing/suggestions/"),
            String::new(),
        ),
    ]
}

#[test]
fn past_the_limit_previews_are_put_off_and_issues_are_still_listed() {
    on_each(|site| {
        site.store_simple("a", 1);
        let mut held = Vec::new();
        site.wait(async {
            loop {
                match site.database().preview_permit().await {
                    Ok(permit) => held.push(permit),
                    Err(error) => break assert!(matches!(error, Error::Busy), "{error}"),
                }
            }
        });
        for (method, path, body) in previews() {
            let answer = site.ask(method, &path, ALL, Some(&body));
            assert_eq!(answer.status, 503, "{path}: {}", answer.text);
            assert_eq!(answer.header("retry-after"), "5", "{path}");
            assert!(answer.refused(503).contains("try again in a few seconds"));
            let issues = site.get(&format!("{PROJECT}issues/")).good();
            assert_eq!(issues.as_array().unwrap().len(), 1);
        }
        held.clear();
        for (method, path, body) in previews() {
            let answer = site.ask(method, &path, ALL, Some(&body));
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        }
    });
}

#[test]
fn what_shows_events_takes_the_right_to_read_them_and_to_change_the_rest() {
    on_each(|site| {
        site.token("changer", None, &["project:admin", "org:admin"]);
        site.token("reader", None, &["event:read", "project:read", "org:read"]);
        for (method, path, body) in previews() {
            // How many events a user has is told without showing one.
            if !path.contains("erasures") {
                let refused = site.ask(method.clone(), &path, "changer", Some(&body));
                assert!(refused.refused(403).contains("event:read"), "{path}");
            }
            if !path.contains("suggestions") {
                let refused = site.ask(method, &path, "reader", Some(&body));
                assert!(refused.refused(403).contains(':'), "{path}");
            }
        }
    });
}

#[test]
fn jobs_that_remove_for_good_take_wider_rights() {
    on_each(|site| {
        site.store_simple("a", 1);
        site.token("writer", None, &["project:write", "event:write"]);
        let post = |token: &str, path: &str, body: Value| {
            let path = format!("{PROJECT}{path}");
            site.ask(Method::POST, &path, token, Some(&body.to_string()))
        };
        let dry = post("writer", "scrubbing/jobs/", json!({ "dryRun": true }));
        assert_eq!(dry.status, 202, "{}", dry.text);
        let refused = post("writer", "scrubbing/jobs/", json!({}));
        assert!(refused.refused(403).contains("event:admin"));
        let refused = post("writer", "erasures/", json!({ "kind": "id", "value": "7" }));
        assert!(refused.refused(403).contains("project:admin"));

        let erase = post(ALL, "erasures/", json!({ "kind": "id", "value": "7" })).good();
        let number = erase["job"].to_string().replace('"', "");
        for step in ["pause", "resume"] {
            let path = format!("jobs/{number}/{step}/");
            let refused = post("writer", &path, json!({}));
            assert!(refused.refused(403).contains("project:admin"), "{step}");
            post(ALL, &path, json!({})).good();
        }
        job::run_waiting(site.database()).unwrap();
    });
}

#[test]
fn settings_are_read_by_readers_and_changed_by_writers_alone() {
    on_each(|site| {
        site.token("reader", None, &["project:read", "org:read", "event:admin"]);
        let reading = [
            "ignore-rules/",
            "ignore-rules/toml/",
            "filters/",
            "sampling/",
            "scrubbing/",
            "scrubbing/rules/",
        ];
        for path in reading {
            let path = format!("{PROJECT}{path}");
            site.token(&path, None, &["event:admin", "team:admin"]);
            assert_eq!(
                site.ask(Method::GET, &path, &path, None).status,
                403,
                "{path}"
            );
            let read = site.ask(Method::GET, &path, "reader", None);
            assert_eq!(read.status, 200, "{path}");
        }
        let id = site
            .post(&format!("{PROJECT}ignore-rules/"), &rule())
            .good();
        let one = format!("ignore-rules/{}/", id["id"].as_str().unwrap());
        let writing = [
            (Method::POST, "ignore-rules/".to_owned()),
            (Method::PUT, "ignore-rules/order/".to_owned()),
            (Method::PUT, "ignore-rules/toml/".to_owned()),
            (Method::POST, "ignore-rules/toml/".to_owned()),
            (Method::PUT, one.clone()),
            (Method::DELETE, one.clone()),
            (Method::POST, format!("{one}restore/")),
            (Method::POST, format!("{one}revert/")),
            (Method::PUT, "filters/localhost/".to_owned()),
            (Method::PUT, "sampling/".to_owned()),
        ];
        for (method, path) in writing {
            let path = format!("{PROJECT}{path}");
            let refused = site.ask(method, &path, "reader", Some("{}"));
            assert!(refused.refused(403).contains("project:write"), "{path}");
        }
    });
}
