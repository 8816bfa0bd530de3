//! Organisations, projects and keys.

use actix_web::http::Method;
use serde_json::json;

use crate::harness::{ALL, has_keys, on_each};

#[test]
fn organizations_have_every_key_that_sentry_cli_needs() {
    on_each(|site| {
        let found = site.get("/organizations/").good();
        has_keys(
            &found[0],
            "id slug name dateCreated isEarlyAdopter require2FA requireEmailVerification features",
        );
        assert_eq!(found[0]["slug"], "acme");
        let by_number = format!("/organizations/{}/", site.organization);
        assert_eq!(site.get(&by_number).good()["slug"], "acme");
    });
}

#[test]
fn projects_are_listed_shown_and_made() {
    on_each(|site| {
        let all = site.get("/projects/").good();
        assert_eq!(all[0]["slug"], "shop");
        assert_eq!(site.get("/organizations/acme/projects/").good(), all);
        let shown = site.get("/projects/acme/shop/").good();
        has_keys(
            &shown,
            "id slug name platform dateCreated firstEvent organization",
        );
        let by_number = format!("/projects/acme/{}/", site.project);
        assert_eq!(site.get(&by_number).good(), shown);

        let path = "/organizations/acme/projects/";
        let made = site.post(path, &json!({"name": "My Bakery", "platform": "node"}));
        assert_eq!(made.status, 201);
        assert_eq!(made.json()["slug"], "my-bakery");
        site.post(path, &json!({"name": "my bakery"})).refused(409);
        site.post(path, &json!({"name": "!!"})).refused(400);
        site.post(path, &json!({})).refused(400);
        site.ask(Method::POST, path, ALL, Some("{nonsense"))
            .refused(400);
    });
}

#[test]
fn settings_of_a_project_are_shown_and_changed() {
    on_each(|site| {
        let path = "/projects/acme/shop/";
        let shown = site.get(path).good();
        assert_eq!(shown["allowedDomains"], json!(["*"]));
        assert_eq!(shown["dataScrubber"], true);
        assert_eq!(shown["options"]["filters:chunk-load-error"], true);
        let changed = site
            .put(
                path,
                &json!({
                    "name": "Store", "slug": "store", "platform": null, "color": "#fff",
                    "allowedDomains": ["https://shop.example", " *.example.org "],
                    "sensitiveFields": ["iban"], "scrubIPAddresses": true,
                    "options": {"filters:localhost": "1", "filters:releases": "1.*\n2.0"},
                }),
            )
            .good();
        assert_eq!(changed["name"], "Store");
        assert!(changed["platform"].is_null());
        assert_eq!(
            changed["allowedDomains"],
            json!(["https://shop.example", "*.example.org"])
        );
        assert_eq!(changed["sensitiveFields"], json!(["iban"]));
        assert_eq!(changed["scrubIPAddresses"], true);
        assert_eq!(changed["dataScrubberDefaults"], true);
        assert_eq!(changed["options"]["filters:localhost"], true);
        assert_eq!(changed["options"]["filters:releases"], "1.*\n2.0");
        site.get(path).refused(404);
        let path = "/projects/acme/store/";
        assert_eq!(site.get(path).good(), changed);
        // What is not named stays.
        let again = site.put(path, &json!({"platform": "rust"})).good();
        assert_eq!(again["platform"], "rust");
        assert_eq!(again["allowedDomains"], changed["allowedDomains"]);
        for (field, body) in [
            ("name", json!({"name": " "})),
            ("slug", json!({"slug": "Not A Slug"})),
            ("slug", json!({"slug": "123"})),
            ("allowedDomains", json!({"allowedDomains": []})),
            ("allowedDomains", json!({"allowedDomains": ["a b"]})),
            ("allowedDomains", json!({"name": "x", "allowedDomains": 5})),
            ("dataScrubber", json!({"dataScrubber": "maybe"})),
            (
                "filters:releases",
                json!({"options": {"filters:releases": "[a"}}),
            ),
        ] {
            let answer = site.put(path, &body);
            assert_eq!(answer.status, 400, "{body}");
            assert!(answer.json()[field][0].is_string(), "{}", answer.text);
        }
        assert_eq!(site.get(path).good(), again);
        site.post("/organizations/acme/projects/", &json!({"name": "Blog"}));
        site.put(path, &json!({"slug": "blog"})).refused(409);
    });
}

#[test]
fn clients_find_a_team_and_may_make_projects_in_it() {
    on_each(|site| {
        let teams = site.get("/organizations/acme/teams/").good();
        has_keys(&teams[0], "id slug name dateCreated isMember memberCount");
        assert_eq!(teams[0]["slug"], "acme");
        assert_eq!(site.get("/teams/acme/acme/").good(), teams[0]);
        site.get("/teams/acme/other/").refused(404);
        let made = site.post("/teams/acme/acme/projects/", &json!({"name": "Blog"}));
        assert_eq!(made.status, 201);
        assert_eq!(made.json()["teams"][0]["slug"], "acme");
        let named = site.get("/organizations/acme/projects/?query=BLO").good();
        assert_eq!(named.as_array().unwrap().len(), 1);
        assert_eq!(site.get("/organizations/acme/repos/").good(), json!([]));
        let page = site.get("/projects/?per_page=1");
        assert_eq!(page.good()[0]["slug"], "blog");
        let next = page.cursor("next").unwrap();
        let rest = site.get(&format!("/projects/?per_page=1&cursor={next}"));
        assert_eq!(rest.good()[0]["slug"], "shop");
        assert_eq!(rest.cursor("next"), None);
    });
}
