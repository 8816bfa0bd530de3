use actix_web::test::TestRequest;
use serde_json::{Value, json};
use watchfire_store::event;
use watchfire_store::issue::{self, IssueQuery};
use watchfire_store::quota::Scope;

use crate::harness::{Answer, Harness, on_both};

fn csp(blocked: &str) -> Value {
    json!({"csp-report": {
        "document-uri": "https://shop.example/cart",
        "effective-directive": "script-src",
        "violated-directive": "script-src 'self'",
        "blocked-uri": blocked,
    }})
}

async fn post(it: &Harness, endpoint: &str, content_type: &str, body: &str) -> Answer {
    let request = TestRequest::post()
        .insert_header(("content-type", content_type))
        .insert_header(("user-agent", "Mozilla/5.0 Firefox/140.0"))
        .set_payload(body.to_owned());
    let query = "sentry_key=KEY&sentry_release=shop%401&sentry_environment=prod";
    it.send(request, &format!("/api/PROJECT/{endpoint}/?{query}"))
        .await
}

/// The bodies of all stored events, those of the newest issue first.
async fn bodies(it: &Harness) -> Vec<Value> {
    let query = IssueQuery {
        projects: vec![it.project],
        limit: 10,
        ..IssueQuery::default()
    };
    let (project, database) = (it.project, it.database.clone());
    let bodies = it.database.read(move |conn| {
        let mut bodies = Vec::new();
        for issue in issue::list(conn, &query)?.issues {
            for event in event::list(conn, issue.id, None, 10)?.events {
                let dictionaries = database.dictionaries();
                bodies.extend(event::body(conn, dictionaries, project, event.event_id)?);
            }
        }
        Ok(bodies)
    });
    let bodies = bodies.await.expect("reads");
    let read = |body: &String| serde_json::from_str(body).expect("JSON");
    bodies.iter().map(read).collect()
}

on_both!(a_report_of_a_browser_becomes_an_event, |it| {
    let report = csp("https://evil.example/x.js").to_string();
    let answer = post(&it, "security", "application/csp-report", &report).await;
    answer.check(200, "");
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let events = bodies(&it).await;
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!(event["type"], "csp");
    assert_eq!(
        event["logentry"]["formatted"],
        "Blocked 'script' from 'evil.example'"
    );
    assert_eq!(event["release"], "shop@1");
    assert_eq!(event["environment"], "prod");
    assert_eq!(event["request"]["url"], "https://shop.example/cart");
    assert!(
        event["request"]["headers"]
            .to_string()
            .contains("Firefox/140.0")
    );
    assert_eq!(it.outcomes().await, ["accepted security 1"]);
});

on_both!(each_report_of_a_list_is_its_own_event, |it| {
    let reporting_api = json!({
        "type": "csp-violation", "url": "https://shop.example/", "age": 5,
        "body": {
            "documentURL": "https://shop.example/", "effectiveDirective": "img-src",
            "blockedURL": "https://pics.example/a.png",
        },
    });
    let other = json!({"type": "deprecation", "body": {}});
    let unknown = json!({"csp-report": {"effective-directive": "nonsense"}});
    let list = json!([csp("inline"), reporting_api, other, unknown]).to_string();
    post(
        &it,
        "csp-report",
        "application/reports+json; charset=utf-8",
        &list,
    )
    .await
    .check(200, "");
    assert_eq!(bodies(&it).await.len(), 2);
    assert_eq!(
        it.outcomes().await,
        [
            "accepted security 2",
            "invalid security security_report 1",
            "invalid security security_report_type 1",
        ]
    );
});

on_both!(
    reports_of_other_types_and_texts_that_are_none_are_refused,
    |it| {
        let expected = "unsupported content type, expected application/csp-report, \
        application/reports+json or application/json";
        post(&it, "security", "text/plain", "{}")
            .await
            .check_error(415, expected);
        let answer = post(&it, "security", "application/json", "{").await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.starts_with(r#"{"detail":"invalid JSON data: "#));
        post(&it, "security", "application/json", "")
            .await
            .check_error(400, "empty request body");
        assert_eq!(
            it.outcomes().await,
            [
                "invalid security content_type 1",
                "invalid security empty_body 1",
                "invalid security security_report 1",
            ]
        );
    }
);

on_both!(network_errors_are_counted_and_not_kept, |it| {
    let list = json!([{"type": "network-error"}, {"type": "network-error"}]).to_string();
    for content_type in ["application/reports+json", "application/json"] {
        let answer = post(&it, "nel", content_type, &list).await;
        answer.check(200, "");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
    let answer = post(&it, "nel", "application/csp-report", &list).await;
    assert_eq!(answer.status, 415);
    assert_eq!(
        it.outcomes().await,
        [
            "invalid default content_type 1",
            "invalid default feature_disabled 4"
        ]
    );
});

on_both!(
    a_limit_is_told_to_browsers_but_not_for_network_errors,
    |it| {
        it.limit(Scope::Key, "", 3600, 0).await;
        let report = csp("inline").to_string();
        let answer = post(&it, "security", "application/csp-report", &report).await;
        assert_eq!(answer.status, 429);
        post(&it, "nel", "application/json", "[{}]")
            .await
            .check(200, "");
    }
);
