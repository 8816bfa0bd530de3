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
fn keys_come_with_their_dsn() {
    on_each(|site| {
        let path = "/projects/acme/shop/keys/";
        let keys = site.get(path).good();
        has_keys(
            &keys[0],
            "id name label dsn isActive rateLimit dateCreated browserSdkVersion",
        );
        let made = site.post(path, &json!({"name": "worker"}));
        assert_eq!(made.status, 201);
        let key = made.json();
        assert_eq!(key["label"], "worker");
        let dsn = key["dsn"]["public"].as_str().unwrap();
        assert!(dsn.starts_with("https://") && dsn.contains("@errors.example.com/"));
        assert_eq!(site.get(path).good().as_array().unwrap().len(), 2);
    });
}
