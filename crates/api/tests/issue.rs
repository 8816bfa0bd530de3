//! One issue.

use actix_web::http::Method;
use serde_json::json;

use crate::harness::{ALL, has_keys, on_each};

#[test]
fn an_issue_is_found_by_number_and_by_short_id() {
    on_each(|site| {
        site.store_simple("a", 1);
        let list = site.get("/organizations/acme/issues/").good();
        let id = list[0]["id"].as_str().unwrap();
        let shown = site.get(&format!("/issues/{id}/")).good();
        has_keys(
            &shown,
            "activity seenBy participants firstRelease lastRelease tags userReportCount \
             pluginActions",
        );
        assert_eq!(shown["stats"]["30d"].as_array().unwrap().len(), 30);
        assert_eq!(shown["stats"]["30d"][29][1], 1);
        for name in ["SHOP-1", "shop-1", "%20SHOP-1%20"] {
            let found = site.get(&format!("/organizations/acme/issues/{name}/"));
            assert_eq!(found.good()["id"], shown["id"], "{name}");
        }
        site.get("/issues/99999/").refused(404);
        site.get("/issues/SHOP-99/").refused(404);
        let named = site.get("/organizations/acme/shortids/shop-1/").good();
        assert_eq!(named["groupId"], shown["id"]);
        assert_eq!(named["shortId"], "SHOP-1");
        assert_eq!(named["projectSlug"], "shop");
    });
}

#[test]
fn an_issue_is_resolved_archived_and_reopened() {
    on_each(|site| {
        site.store_simple("a", 1);
        let user = site.user("ada@x.org", true);
        site.token("ada", Some(user), &["event:write"]);
        let put = |body: serde_json::Value| {
            let body = body.to_string();
            site.ask(Method::PUT, "/issues/SHOP-1/", "ada", Some(&body))
        };
        assert_eq!(
            put(json!({"status": "resolved"})).good()["status"],
            "resolved"
        );
        let again = put(json!({"status": "unresolved"})).good();
        assert_eq!(again["status"], "unresolved");
        let archived = put(json!({"status": "ignored", "substatus": "archived_until_escalating"}));
        assert_eq!(archived.good()["substatus"], "archived_until_escalating");
        let forever = put(json!({"status": "ignored"})).good();
        assert_eq!(forever["status"], "ignored");
        let latest = &forever["activity"][0];
        assert_eq!(latest["type"], "set_ignored");
        assert_eq!(latest["user"]["email"], "ada@x.org");
        assert_eq!(latest["user"]["name"], "Ada");
        assert_eq!(put(json!({"hasSeen": true})).good()["hasSeen"], true);
        assert!(
            put(json!({"status": "purple"}))
                .refused(400)
                .contains("purple")
        );
        site.ask(Method::PUT, "/issues/SHOP-1/", ALL, Some("{"))
            .refused(400);
        site.ask(Method::PUT, "/issues/SHOP-1/", ALL, None)
            .refused(400);
    });
}

#[test]
fn tags_of_an_issue_are_counted() {
    on_each(|site| {
        site.store_simple("a", 1);
        let tags = site.get("/issues/SHOP-1/tags/").good();
        assert!(
            tags.as_array()
                .unwrap()
                .iter()
                .any(|tag| tag["key"] == "level")
        );
        let level = site.get("/issues/SHOP-1/tags/level/").good();
        has_keys(&level, "key name totalValues uniqueValues topValues");
        has_keys(&level["topValues"][0], "value count firstSeen lastSeen");
        assert_eq!(level["topValues"][0]["value"], "error");
        site.get("/issues/SHOP-1/tags/nothing/").refused(404);
    });
}

#[test]
fn a_security_report_is_an_issue_and_an_event_of_type_csp() {
    on_each(|site| {
        site.store_report(&json!({"csp-report": {
            "document-uri": "https://shop.example/cart",
            "effective-directive": "script-src",
            "violated-directive": "script-src 'self'",
            "blocked-uri": "https://evil.example/x.js",
            "original-policy": "default-src 'self'; script-src 'self'",
        }}));
        let list = site.get("/organizations/acme/issues/").good();
        assert_eq!(list[0]["type"], "csp");
        let issue = site.get("/issues/SHOP-1/").good();
        assert_eq!(issue["type"], "csp");
        assert_eq!(issue["title"], "Blocked 'script' from 'evil.example'");
        let event = site.get("/issues/SHOP-1/events/latest/").good();
        assert_eq!(event["type"], "csp");
        let entries = event["entries"].as_array().unwrap();
        let report = entries.iter().find(|entry| entry["type"] == "csp");
        let data = &report.expect("the report")["data"];
        assert_eq!(data["effective_directive"], "script-src");
    });
}
