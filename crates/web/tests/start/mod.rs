//! Projects and the first steps with them.

use actix_web::http::StatusCode;
use serde_json::json;

use crate::site::on_both;

#[test]
fn the_first_event_is_noticed_and_leads_to_its_issue() {
    on_both(|site| async move {
        site.set_up().await;
        let start = site.get("/projects/default/start?platform=node").await;
        assert!(start.body.contains("Waiting for the first event"));
        assert!(start.body.contains("@watchfire.test/1") && start.body.contains("@sentry/node"));
        assert!(start.body.contains("http-equiv=\"refresh\""));
        let empty = site.get("/projects/default/issues").await;
        assert!(
            empty.body.contains("No event yet") && empty.body.contains("/projects/default/start")
        );
        assert_eq!(
            site.get("/projects/default/first-event").await.body,
            r#"{"href":null}"#
        );

        site.store(&json!({"message": "hello"})).await;
        let list = site.get("/projects/default/issues").await;
        let href = format!("/projects/default/issues/{}", list.issue_ids()[0]);
        let asked = site.get("/projects/default/first-event").await;
        assert_eq!(asked.body, json!({"href": href}).to_string());
        assert!(
            site.get("/projects/default/start")
                .await
                .body
                .contains("Events are coming in")
        );
        assert_eq!(site.get("/").await.location, "/projects/default/issues");
    });
}

#[test]
fn a_project_gets_a_slug_and_a_key_and_its_name_is_checked() {
    on_both(|site| async move {
        site.set_up().await;
        site.get("/projects/new").await;
        for (name, advice) in [
            ("!!", "at least one letter"),
            ("New", "own"),
            ("Default", "already"),
        ] {
            let refused = site
                .post("/projects/new", &[("name", name), ("platform", "node")])
                .await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(refused.body.contains(advice), "{name}");
        }
        let made = site
            .post(
                "/projects/new",
                &[("name", "My Shop"), ("platform", "node")],
            )
            .await;
        assert_eq!(made.location, "/projects/my-shop/start");
        let start = site.get(&made.location).await;
        assert!(start.body.contains("@watchfire.test/2") && start.body.contains("@sentry/node"));
        let settings = site.get("/projects/my-shop/settings").await;
        assert!(
            settings.body.contains("@watchfire.test/2")
                && settings.body.contains("Default scrubbers on")
        );
    });
}
