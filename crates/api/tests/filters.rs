//! The inbound filters in Sentry's shapes.

use serde_json::{Value, json};
use watchfire_event::ProjectId;
use watchfire_store::project;

use crate::harness::on_each;

const FILTERS: &str = "/projects/acme/shop/filters/";
const SHOP: &str = "/projects/acme/shop/";

fn active(filters: &Value, id: &str) -> Value {
    let mut all = filters.as_array().unwrap().iter();
    let filter = all.find(|filter| filter["id"] == id);
    filter.unwrap_or_else(|| panic!("{id} in {filters}"))["active"].clone()
}

#[test]
fn filters_are_listed_and_switched_one_by_one() {
    on_each(|site| {
        let filters = site.get(FILTERS).good();
        assert_eq!(filters.as_array().unwrap().len(), 7);
        assert_eq!(active(&filters, "chunk-load-error"), true);
        assert_eq!(active(&filters, "localhost"), false);
        assert_eq!(active(&filters, "legacy-browsers"), false);
        let put = |id: &str, body: Value| site.put(&format!("{FILTERS}{id}/"), &body);
        assert_eq!(
            put("localhost", json!({"active": true})).status.as_u16(),
            204
        );
        assert_eq!(
            put("chunk-load-error", json!({"active": false}))
                .status
                .as_u16(),
            204
        );
        assert_eq!(
            put("legacy-browsers", json!({"subfilters": ["ie", "safari"]}))
                .status
                .as_u16(),
            204
        );
        let filters = site.get(FILTERS).good();
        assert_eq!(active(&filters, "localhost"), true);
        assert_eq!(active(&filters, "chunk-load-error"), false);
        assert_eq!(active(&filters, "legacy-browsers"), json!(["ie", "safari"]));
        assert_eq!(
            put("legacy-browsers", json!({"active": false}))
                .status
                .as_u16(),
            204
        );
        assert_eq!(active(&site.get(FILTERS).good(), "legacy-browsers"), false);
    });
}

#[test]
fn what_cannot_be_read_of_stored_filters_is_not_lost() {
    on_each(|site| {
        let set = |filter: Value| {
            let set = site
                .database()
                .write(move |conn| project::set_setting(conn, ProjectId(1), "filter", filter));
            site.wait(set).unwrap();
        };
        let stored = || {
            let read = site
                .database()
                .read(|conn| project::get(conn, ProjectId(1)));
            let project = site.wait(read).unwrap().unwrap();
            serde_json::from_str::<Value>(&project.settings).unwrap()["filter"].clone()
        };
        let path = format!("{FILTERS}localhost/");
        set(json!({"releases": ["[a", "1.*"], "fromTheFuture": 1}));
        let saved = site.put(&path, &json!({"active": true}));
        assert_eq!(saved.status.as_u16(), 204);
        let now = stored();
        assert_eq!(
            (&now["localhost"], &now["releases"], &now["fromTheFuture"]),
            (&json!(true), &json!(["[a", "1.*"]), &json!(1))
        );
        let relay = json!({"clientIps": {"blacklistedIps": ["10.0.0.0/99"]}});
        set(relay.clone());
        let refused = site.put(&path, &json!({"active": true})).refused(400);
        assert!(refused.contains("cannot be read"), "{refused}");
        assert_eq!(stored(), relay);
    });
}

#[test]
fn what_is_no_filter_is_refused() {
    on_each(|site| {
        let put = |id: &str, body: Value| site.put(&format!("{FILTERS}{id}/"), &body);
        put("gremlins", json!({"active": true})).refused(404);
        assert_eq!(put("localhost", json!({})).status.as_u16(), 400);
        assert_eq!(
            put("localhost", json!({"active": "perhaps"}))
                .status
                .as_u16(),
            400
        );
        assert_eq!(put("legacy-browsers", json!({})).status.as_u16(), 400);
        let unknown = put("legacy-browsers", json!({"subfilters": ["netscape"]}));
        assert_eq!(unknown.status.as_u16(), 400);
        assert!(unknown.text.contains("netscape"));
        assert_eq!(active(&site.get(FILTERS).good(), "localhost"), false);
    });
}

#[test]
fn lists_are_options_of_the_project() {
    on_each(|site| {
        let options = json!({"filters:blacklisted_ips": "10.0.0.0/8\n192.0.2.7",
            "sentry:csp_ignored_sources": "*.ads.example", "sentry:csp_ignored_sources_defaults": false,
            "filters:filtered-transaction": false});
        let changed = site.put(SHOP, &json!({"options": options})).good();
        for (name, value) in options.as_object().unwrap() {
            assert_eq!(changed["options"][name], *value, "{name}");
        }
        let bad = json!({"options": {"filters:blacklisted_ips": "10.0.0.0/99"}});
        assert_eq!(site.put(SHOP, &bad).status.as_u16(), 400);
        let shown = site.get(SHOP).good();
        assert_eq!(
            shown["options"]["filters:blacklisted_ips"],
            options["filters:blacklisted_ips"]
        );
    });
}
