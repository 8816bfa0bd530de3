//! What strangers try: forms from elsewhere, markup in every field, other people's projects.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::site::{EMAIL, ORIGIN, PASSWORD, on_both};

const EVIL: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";

#[test]
fn a_form_from_another_site_is_refused_and_told_both_origins() {
    on_both(|site| async move {
        site.set_up().await;
        let fields = [
            ("csrf", "unknown"),
            ("email", EMAIL),
            ("password", PASSWORD),
        ];
        let answer = site
            .post_from("/login", &fields, Some("https://evil.example"))
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(
            answer.body.contains("https:&#x2F;&#x2F;evil.example")
                || answer.body.contains("https://evil.example")
        );
        assert!(answer.body.contains("watchfire.test") && answer.body.contains("WATCHFIRE_URL"));
    });
}

#[test]
fn a_form_without_the_session_s_secret_is_refused() {
    on_both(|site| async move {
        site.set_up().await;
        for fields in [&[][..], &[("csrf", "guess")]] {
            let answer = site.post_from("/logout", fields, Some(ORIGIN)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
        }
        assert_eq!(site.get("/account").await.status, StatusCode::OK);
        site.forget();
        let answer = site
            .post("/login", &[("email", EMAIL), ("password", PASSWORD)])
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.body.contains("Allow cookies"));
    });
}

#[test]
fn markup_in_every_field_of_an_event_is_text_on_every_page() {
    on_both(|site| async move {
        site.set_up().await;
        let id = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1";
        let mut event = evil_event();
        event["event_id"] = json!(id);
        site.store(&event).await;
        site.attach(id, EVIL, Some(EVIL), EVIL.as_bytes()).await;
        site.say(
            &json!({"contexts": {"feedback": {"message": EVIL, "name": EVIL,
            "contact_email": EVIL, "url": EVIL, "associated_event_id": id}},
            "environment": EVIL, "release": EVIL}),
        )
        .await;
        site.sessions(EVIL, EVIL, [1, 1, 1]).await;
        let list = site.get("/projects/default/issues").await;
        let id = &list.issue_ids()[0];
        let search = "/projects/default/issues?query=%22%3Cscript%3Ealert(1)%3C%2Fscript%3E%22&environment=%3Cscript%3Ealert(1)";
        let pages = [
            site.get("/projects/default/feedback").await.body,
            site.get("/projects/default/releases").await.body,
            site.get("/projects/default/stats?category=%3Cscript%3Ealert(1)")
                .await
                .body,
            list.body.clone(),
            site.get(search).await.body,
            site.get(&format!("/projects/default/issues/{id}"))
                .await
                .body,
            site.get("/login?next=/%22%3E%3Cscript%3Ealert(1)")
                .await
                .body,
        ];
        for page in pages {
            assert!(
                !page.contains("<script>alert") && !page.contains("<img src=x"),
                "{page}"
            );
        }
        assert!(list.body.contains("&lt;script&gt;"));
    });
}

fn evil_event() -> Value {
    let frame = json!({
        "filename": EVIL, "abs_path": EVIL, "function": EVIL, "module": EVIL, "lineno": 3,
        "context_line": EVIL, "pre_context": [EVIL], "post_context": [EVIL],
        "vars": {EVIL: EVIL, "nested": {EVIL: [EVIL]}}, "in_app": true,
    });
    json!({
        "level": "error", "platform": "python", "logger": EVIL, "transaction": EVIL,
        "server_name": EVIL, "release": "<script>alert(1)", "environment": "<script>alert(1)",
        "dist": "1", "modules": {EVIL: EVIL}, "tags": {"evil": EVIL}, "extra": {EVIL: EVIL},
        "user": {"id": EVIL, "username": EVIL, "email": EVIL, EVIL: EVIL},
        "request": {
            "url": format!("https://example.com/{EVIL}"), "method": "GET", "query_string": EVIL,
            "headers": {"X-Evil": EVIL, "User-Agent": EVIL}, "cookies": {"evil": EVIL},
            "data": {EVIL: EVIL}, "env": {EVIL: EVIL},
        },
        "breadcrumbs": {"values": [{"category": EVIL, "message": EVIL, "type": EVIL, "data": {EVIL: EVIL}}]},
        "contexts": {"evil": {"type": EVIL, EVIL: EVIL}, "runtime": {"name": EVIL, "version": EVIL}},
        "sdk": {"name": EVIL, "version": EVIL, "packages": [{"name": EVIL, "version": EVIL}]},
        "exception": {"values": [{
            "type": EVIL, "value": EVIL, "module": EVIL,
            "mechanism": {"type": EVIL, "handled": false, "data": {EVIL: EVIL}},
            "stacktrace": {"frames": [frame]},
        }]},
    })
}

#[test]
fn nobody_sees_projects_of_organisations_that_are_not_theirs() {
    on_both(|site| async move {
        site.set_up().await;
        let event = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1";
        site.store(&json!({"message": "secret", "event_id": event}))
            .await;
        site.attach(event, "secret.txt", None, b"secret").await;
        site.say(&json!({"contexts": {"feedback": {"message": "secret"}}}))
            .await;
        let id = site
            .get("/projects/default/issues")
            .await
            .issue_ids()
            .remove(0);
        site.become_person("stranger", None).await;
        for page in [
            "issues",
            "start",
            "settings",
            "marker",
            "first-event",
            "feedback",
            "releases",
            "stats",
            "stats?projects=all",
            "attachments/1",
            "attachments/1/image",
            &format!("issues/{id}"),
        ] {
            let answer = site.get(&format!("/projects/default/{page}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}");
        }
        site.get("/account").await;
        let forms: [(&str, &[(&str, &str)]); 6] = [
            ("change", &[("action", "resolve"), ("issue", &id)]),
            ("keys", &[("label", "mine")]),
            ("keys/1", &[("action", "delete")]),
            (
                "limits",
                &[
                    ("action", "remove"),
                    ("category", "error"),
                    ("window", "60"),
                ],
            ),
            ("domains", &[("domains", "")]),
            ("feedback/1", &[("action", "resolve")]),
        ];
        for (form, fields) in forms {
            let answer = site
                .post(&format!("/projects/default/{form}"), fields)
                .await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{form}");
        }
    });
}

#[test]
fn every_answer_forbids_foreign_script_and_frames() {
    on_both(|site| async move {
        for path in [
            "/login",
            "/nowhere",
            "/static/debug/base.css",
            "/projects/default/issues",
        ] {
            let answer = site.get(path).await;
            let policy = answer.headers.get("content-security-policy").unwrap();
            let policy = policy.to_str().unwrap();
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'")
            );
            assert!(!policy.contains("unsafe"));
            assert_eq!(
                answer.headers.get("x-content-type-options").unwrap(),
                "nosniff"
            );
        }
        let missing = site.get("/nowhere").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        assert!(missing.body.contains("Nothing is here"));
        let twice = site.get("/login?next=/a&next=/b").await;
        assert_eq!(twice.status, StatusCode::BAD_REQUEST);
        assert!(twice.body.contains("cannot be read"));
        let script = site.get("/static/debug/js/base.js").await;
        assert_eq!(
            script.headers.get("content-type").unwrap(),
            "text/javascript; charset=utf-8"
        );
        assert_eq!(
            site.get("/static/debug/../../Cargo.toml").await.status,
            StatusCode::NOT_FOUND
        );
    });
}

#[test]
fn a_page_answers_head_as_it_answers_get() {
    on_both(|site| async move {
        assert_eq!(site.head("/login").await.status, StatusCode::OK);
        assert_eq!(site.head("/nowhere").await.status, StatusCode::NOT_FOUND);
        site.set_up().await;
        let list = site.head("/projects/default/issues").await;
        assert_eq!(list.status, StatusCode::OK);
        assert_eq!(site.head("/logout").await.status, StatusCode::NOT_FOUND);
    });
}
