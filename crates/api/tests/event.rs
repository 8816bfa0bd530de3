//! Events.

use serde_json::{Value, json};

use crate::harness::{has_keys, on_each};

fn failure() -> Value {
    json!({
        "platform": "python",
        "level": "error",
        "environment": "production",
        "release": "shop@1.0",
        "server_name": "web-1",
        "transaction": "/pay",
        "user": {"id": "7", "email": "a@b.org"},
        "logentry": {"message": "no %s", "params": ["money"]},
        "breadcrumbs": {"values": [{"message": "clicked", "timestamp": 1_795_168_800.5}]},
        "request": {"url": "http://shop/pay", "method": "POST", "query_string": "a=1"},
        "exception": {"values": [{
            "type": "KeyError", "value": "'a'", "thread_id": 3,
            "mechanism": {"type": "django", "handled": false},
            "stacktrace": {"frames": [{
                "filename": "shop/views.py", "module": "shop.views", "function": "pay",
                "lineno": 12, "in_app": true, "abs_path": "/srv/shop/views.py",
                "pre_context": ["one", "two"], "context_line": "three", "post_context": ["four"],
                "vars": {"password": "hunter2", "n": "1"},
            }]},
        }]},
        "extra": {"api_key": "abc"},
    })
}

fn entry<'e>(event: &'e Value, kind: &str) -> &'e Value {
    let mut entries = event["entries"].as_array().unwrap().iter();
    &entries
        .find(|entry| entry["type"] == kind)
        .expect("an entry")["data"]
}

#[test]
fn an_event_has_every_key_of_sentrys() {
    on_each(|site| {
        let id = site.store(&failure());
        let event = site
            .get(&format!("/projects/acme/shop/events/{id}/"))
            .good();
        has_keys(
            &event,
            "id eventID groupID projectID title message type platform culprit dateCreated \
             dateReceived tags user contexts context sdk packages entries errors fingerprints \
             occurrence release dist _meta nextEventID previousEventID location metadata",
        );
        let issue = &site.get("/organizations/acme/issues/").good()[0];
        for key in ["title", "culprit", "metadata"] {
            assert_eq!(event[key], issue[key], "{key}");
        }
        assert_eq!(event["type"], "error");
        assert_eq!(event["message"], "no money");
        assert_eq!(event["release"]["version"], "shop@1.0");
        for (key, value) in [
            ("level", "error"),
            ("release", "shop@1.0"),
            ("environment", "production"),
            ("server_name", "web-1"),
            ("user", "id:7"),
            ("handled", "no"),
            ("mechanism", "django"),
            ("transaction", "/pay"),
            ("url", "http://shop/pay"),
        ] {
            let tag = json!({"key": key, "value": value});
            assert!(event["tags"].as_array().unwrap().contains(&tag), "{tag}");
        }
    });
}

#[test]
fn entries_have_sentrys_names_and_the_notes_of_scrubbing() {
    on_each(|site| {
        let id = site.store(&failure());
        let event = site
            .get(&format!("/projects/acme/shop/events/{id}/"))
            .good();
        let exception = &entry(&event, "exception")["values"][0];
        assert_eq!(exception["threadId"], 3);
        let frame = &exception["stacktrace"]["frames"][0];
        assert_eq!(frame["lineNo"], 12);
        assert_eq!(frame["inApp"], true);
        assert_eq!(
            frame["context"],
            json!([[10, "one"], [11, "two"], [12, "three"], [13, "four"]])
        );
        assert_ne!(frame["vars"]["password"], "hunter2");
        assert_eq!(entry(&event, "request")["query"], json!([["a", "1"]]));
        let crumb = &entry(&event, "breadcrumbs")["values"][0];
        assert!(
            crumb["timestamp"].as_str().unwrap().starts_with("20"),
            "{crumb}"
        );
        let place = event["entries"].as_array().unwrap().iter();
        let place = place
            .clone()
            .position(|entry| entry["type"] == "exception")
            .unwrap();
        let noted = &event["_meta"]["entries"][place.to_string()]["data"]["values"]["0"]["stacktrace"]
            ["frames"]["0"]["vars"]["password"];
        assert!(noted[""]["rem"].is_array(), "{}", event["_meta"]);
        assert!(event["_meta"]["context"]["api_key"].is_object());
    });
}

#[test]
fn a_policy_violation_is_an_event_of_its_own_kind() {
    on_each(|site| {
        let id = site.store(&json!({
            "platform": "other",
            "csp": {
                "effective_directive": "img-src",
                "blocked_uri": "https://evil.example/x.png",
                "document_uri": "https://shop.example/",
            },
            "contexts": {"trace": {"trace_id": "4c79f60c11214eb38604f4ae0781bfb2",
                                   "span_id": "fa90fdead5f74052", "op": "navigation"}},
        }));
        let event = site
            .get(&format!("/projects/acme/shop/events/{id}/"))
            .good();
        assert_eq!(event["type"], "csp");
        assert_eq!(entry(&event, "csp")["effective_directive"], "img-src");
        let trace = &event["contexts"]["trace"];
        assert_eq!(trace["trace_id"], "4c79f60c11214eb38604f4ae0781bfb2");
        assert_eq!(event["attachmentCount"], 0);
        assert!(event["userReport"].is_null());
    });
}

#[test]
fn events_of_an_issue_are_listed_and_named() {
    on_each(|site| {
        let older = site.store_simple("a", 30);
        let middle = site.store_simple("a", 20);
        let newer = site.store_simple("a", 10);
        let stranger = site.store_simple("b", 5);
        let base = "/issues/SHOP-1/events";
        let page = site.get(&format!("{base}/?per_page=2"));
        let list = page.good();
        assert_eq!(list[0]["eventID"], newer.to_string());
        assert!(list[0]["entries"].is_array());
        let next = page.cursor("next").unwrap();
        let rest = site
            .get(&format!("{base}/?per_page=2&cursor={next}"))
            .good();
        assert_eq!(rest[0]["eventID"], older.to_string());
        site.get(&format!("{base}/?cursor=1:x:0")).refused(400);

        let named = |name: &str| site.get(&format!("{base}/{name}/")).good();
        for name in ["latest", "recommended"] {
            assert_eq!(named(name)["eventID"], newer.to_string());
        }
        assert_eq!(named("oldest")["eventID"], older.to_string());
        let shown = named(&middle.to_string());
        assert_eq!(shown["previousEventID"], older.to_string());
        assert_eq!(shown["nextEventID"], newer.to_string());
        assert!(named("latest")["nextEventID"].is_null());
        site.get(&format!("{base}/{stranger}/")).refused(404);
        site.get(&format!("{base}/never/")).refused(400);
    });
}

#[test]
fn events_of_a_project_come_newest_first_whatever_their_issue() {
    on_each(|site| {
        let mut ids = Vec::new();
        for (ago, name) in [(50, "a"), (40, "b"), (30, "a"), (20, "c"), (10, "b")] {
            ids.insert(0, site.store_simple(name, ago).to_string());
        }
        let path = "/projects/acme/shop/events/";
        let shown = |list: &Value| {
            let events = list.as_array().unwrap().iter();
            events
                .map(|event| event["eventID"].as_str().unwrap().to_owned())
                .collect::<Vec<String>>()
        };
        assert_eq!(shown(&site.get(path).good()), ids);
        let (mut seen, mut cursor) = (Vec::new(), "0:0:0".to_owned());
        for _ in 0..3 {
            let page = site.get(&format!("{path}?per_page=2&cursor={cursor}"));
            seen.extend(shown(&page.good()));
            has_keys(&page.json()[0], "eventID dateCreated title user tags");
            cursor = page.cursor("next").unwrap_or_default();
        }
        assert_eq!(seen, ids);
        assert_eq!(cursor, "", "the last page leads nowhere");
        let all = site.get(&format!("{path}?per_page=100"));
        assert_eq!(shown(&all.good()), ids);
    });
}

#[test]
fn an_event_is_found_by_its_id_and_given_as_stored() {
    on_each(|site| {
        let id = site.store(&failure());
        let found = site
            .get(&format!("/organizations/acme/eventids/{id}/"))
            .good();
        assert_eq!(found["projectSlug"], "shop");
        assert_eq!(found["eventId"], id.to_string());
        let raw = site.get(&format!("/projects/acme/shop/events/{id}/json/"));
        assert_eq!(raw.header("content-type"), "application/json");
        assert_eq!(raw.json()["exception"]["values"][0]["type"], "KeyError");
        let unknown = "0".repeat(31) + "1";
        site.get(&format!("/organizations/acme/eventids/{unknown}/"))
            .refused(404);
        site.get(&format!("/projects/acme/shop/events/{unknown}/"))
            .refused(404);
        site.get("/projects/acme/shop/events/xyz/").refused(400);
    });
}
