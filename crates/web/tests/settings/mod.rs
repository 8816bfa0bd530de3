//! Keys, limits and allowed domains of a project.

use actix_web::http::StatusCode;
use serde_json::json;
use watchfire_event::ProjectId;
use watchfire_store::key::{self, Key};
use watchfire_store::project;
use watchfire_store::quota::{self, MONTH_SECONDS, Quota, Scope};

use crate::site::{Answer, Site, on_both};

const PAGE: &str = "/projects/default/settings";
const HERE: ProjectId = ProjectId(1);

impl Site {
    async fn keys(&self) -> Vec<Key> {
        self.database
            .read(|conn| key::list(conn, HERE))
            .await
            .unwrap()
    }

    async fn quotas(&self) -> Vec<Quota> {
        self.database
            .read(|conn| quota::of_project(conn, HERE))
            .await
            .unwrap()
    }

    async fn change_key(&self, id: i64, fields: &[(&str, &str)]) -> Answer {
        self.post(&format!("/projects/default/keys/{id}"), fields)
            .await
    }
}

#[test]
fn a_key_is_made_renamed_switched_off_replaced_and_deleted() {
    on_both(|site| async move {
        site.set_up().await;
        let made = site
            .post("/projects/default/keys", &[("label", "Web shop")])
            .await;
        assert_eq!(made.location, format!("{PAGE}#key-2"));
        let page = site.get(PAGE).await;
        assert!(page.body.contains("Web shop") && page.body.contains("Delete “Web shop”"));
        assert!(page.body.contains("Made the key “Web shop”"), "it is told");

        site.change_key(2, &[("action", "rename"), ("label", "Shop")])
            .await;
        site.change_key(2, &[("action", "disable")]).await;
        let [_, changed] = &site.keys().await[..] else {
            panic!("two keys");
        };
        assert_eq!((changed.label.as_str(), changed.is_active), ("Shop", false));
        site.change_key(2, &[("action", "enable")]).await;
        let rotated = site.change_key(2, &[("action", "rotate")]).await;
        assert_eq!(rotated.location, format!("{PAGE}#key-2"));
        let now = &site.keys().await[1];
        assert!(now.is_active && now.public_key != changed.public_key);

        let deleted = site.change_key(2, &[("action", "delete")]).await;
        assert_eq!(deleted.location, format!("{PAGE}#keys"));
        assert_eq!(site.keys().await.len(), 1);
        let gone = site.change_key(2, &[("action", "disable")]).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
        let unknown = site.change_key(1, &[("action", "explode")]).await;
        assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
        let nameless = site.post("/projects/default/keys", &[("label", " ")]).await;
        assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nameless.body.contains("Give the key a name"));
    });
}

#[test]
fn a_key_has_limits_and_says_how_much_it_is_used() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&json!({"message": "hello"})).await;
        let fields = [
            ("action", "limit"),
            ("minute", ""),
            ("hour", "1,000"),
            ("month", "50000"),
        ];
        let saved = site.change_key(1, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let quotas = site.quotas().await;
        let outline: Vec<_> = quotas
            .iter()
            .map(|quota| (quota.scope, quota.window_seconds, quota.limit))
            .collect();
        assert_eq!(
            outline,
            [
                (Scope::Key, 3_600, 1_000),
                (Scope::Key, MONTH_SECONDS, 50_000)
            ]
        );
        let page = site.get(PAGE).await;
        for part in [
            "1 event in the last 24 hours",
            "at most 1,000 an hour, 50,000 a month",
            "1 used now",
        ] {
            assert!(page.body.contains(part), "{part}");
        }
        let wrong = site
            .change_key(1, &[("action", "limit"), ("hour", "many")])
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("“many” is no whole number"));
        assert_eq!(site.quotas().await.len(), 2, "a wrong form changes nothing");
        site.change_key(1, &[("action", "limit")]).await;
        assert!(site.quotas().await.is_empty());
    });
}

#[test]
fn a_project_has_limits_by_category_and_window() {
    on_both(|site| async move {
        site.set_up().await;
        let path = "/projects/default/limits";
        let fields = [
            ("action", "set"),
            ("category", "attachment"),
            ("window", "86400"),
            ("quantity", "20 MiB"),
        ];
        assert_eq!(
            site.post(path, &fields).await.location,
            format!("{PAGE}#limits")
        );
        assert_eq!(site.quotas().await[0].limit, 20 << 20);
        let page = site.get(PAGE).await;
        assert!(page.body.contains("20 MiB a day") && page.body.contains(">0 B<"));
        let wrong = [
            ("action", "set"),
            ("category", "error"),
            ("window", "3600"),
            ("quantity", ""),
        ];
        let refused = site.post(path, &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Say how many are taken"));
        let remove = [
            ("action", "remove"),
            ("category", "attachment"),
            ("window", "86400"),
        ];
        site.post(path, &remove).await;
        assert!(site.quotas().await.is_empty());
    });
}

#[test]
fn allowed_domains_are_checked_line_by_line() {
    on_both(|site| async move {
        site.set_up().await;
        assert!(site.get(PAGE).await.body.contains("allows every domain"));
        let path = "/projects/default/domains";
        let typed = "*.shop.example\nhttps://a.example/path";
        let refused = site.post(path, &[("domains", typed)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Line 2") && refused.body.contains("*.shop.example\n"));
        let saved = site
            .post(path, &[("domains", "*.shop.example\r\nlocalhost:8000\r\n")])
            .await;
        assert_eq!(saved.location, format!("{PAGE}#domains"));
        let settings = site
            .database
            .read(|conn| project::get(conn, HERE))
            .await
            .unwrap();
        let settings: serde_json::Value =
            serde_json::from_str(&settings.unwrap().settings).unwrap();
        assert_eq!(
            settings["allowedDomains"],
            json!(["*.shop.example", "localhost:8000"])
        );
        site.post(path, &[("domains", "")]).await;
        assert!(
            site.get(PAGE)
                .await
                .body
                .contains("nothing that a browser sends is taken")
        );
    });
}

#[test]
fn the_limits_of_the_instance_are_listed_with_their_settings() {
    on_both(|site| async move {
        site.set_up().await;
        let page = site.get(PAGE).await;
        assert!(page.body.contains("<code>max-event-size</code>") && page.body.contains("1 MiB"));
    });
}

#[test]
fn what_was_typed_into_a_refused_form_of_a_key_stays_with_the_reason_beside_it() {
    on_both(|site| async move {
        site.set_up().await;
        site.get(PAGE).await;
        let fields = [("action", "limit"), ("minute", "ten"), ("hour", "100")];
        let refused = site.change_key(1, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for part in [
            "<details open><summary class=\"button button-small\">Rate limit",
            "value=\"ten\"",
            "value=\"100\"",
            "id=\"limit-1-minute-problem\"",
            "aria-describedby=\"limit-1-minute-problem\" autofocus",
        ] {
            assert!(refused.body.contains(part), "{part}: {}", refused.body);
        }
        assert!(!refused.body.contains("limit-1-hour-problem"));
        assert!(site.quotas().await.is_empty(), "all or nothing");
        let long = "x".repeat(65);
        let fields = [("action", "rename"), ("label", long.as_str())];
        let refused = site.change_key(1, &fields).await;
        for part in [long.as_str(), "id=\"label-1-problem\"", "at most 64"] {
            assert!(refused.body.contains(part), "{part}: {}", refused.body);
        }
        for place in ["keys", "keys/1", "limits", "domains"] {
            let again = site.get(&format!("/projects/default/{place}")).await;
            assert_eq!(again.location, PAGE, "{place} typed as an address");
        }
    });
}

#[test]
fn members_read_the_settings_and_managers_change_them() {
    on_both(|site| async move {
        site.set_up().await;
        site.become_person("mia", Some("member")).await;
        let page = site.get(PAGE).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Owners, managers and admins"));
        assert!(page.body.contains("dsn-1") && !page.body.contains("/projects/default/keys"));
        for (path, fields) in [
            ("keys", vec![("label", "Web shop")]),
            ("keys/1", vec![("action", "disable")]),
            ("keys/1", vec![("action", "explode")]),
            ("limits", vec![("action", "remove"), ("category", "error")]),
            ("domains", vec![("domains", "")]),
        ] {
            let refused = site
                .post(&format!("/projects/default/{path}"), &fields)
                .await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
            assert!(refused.body.contains("Your role may not change this"));
        }
        let [key] = &site.keys().await[..] else {
            panic!("one key");
        };
        assert!(key.is_active);
        for role in ["manager", "admin", "owner"] {
            site.become_person(role, Some(role)).await;
            let made = site
                .post("/projects/default/keys", &[("label", role)])
                .await;
            assert_eq!(made.status, StatusCode::SEE_OTHER, "{role}");
        }
        assert_eq!(site.keys().await.len(), 4);
    });
}
