//! The endpoints of other protocols, and what a Relay has besides.

use actix_web::http::Method;
use actix_web::test::TestRequest;

use crate::harness::{Answer, Harness, on_both};

async fn post(it: &Harness, path: &str, content_type: &str, body: &'static [u8]) -> Answer {
    let request = TestRequest::post()
        .insert_header(("content-type", content_type))
        .set_payload(body);
    it.send(request, &format!("/api/PROJECT/{path}?sentry_key=KEY"))
        .await
}

on_both!(
    open_telemetry_is_counted_and_answered_in_its_own_words,
    |it| {
        let spans = br#"{"resourceSpans":[{"scopeSpans":[{"spans":[{},{}]}]}]}"#;
        let logs = br#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}]}]}]}"#;
        // One resource with one scope with one entry.
        let protobuf = b"\x0a\x04\x12\x02\x12\x00";
        for path in ["integration/otlp/v1/traces", "otlp/v1/traces/"] {
            let answer = post(&it, path, "application/json; charset=utf-8", spans).await;
            answer.check(200, "{}");
            assert_eq!(answer.header("content-type"), Some("application/json"));
        }
        let path = "integration/otlp/v1/logs/";
        post(&it, path, "application/json", logs)
            .await
            .check(200, "{}");
        let answer = post(&it, path, "application/x-protobuf", protobuf).await;
        answer.check(200, "");
        assert_eq!(
            answer.header("content-type"),
            Some("application/x-protobuf")
        );
        post(&it, path, "application/json", b"rubbish")
            .await
            .check(400, r#"{"code":3,"message":"invalid request body"}"#);
        let answer = post(&it, path, "application/x-protobuf", b"\x0a\x04\x12").await;
        answer.check(400, "\u{8}\u{3}\u{12}\u{14}invalid request body");
        assert_eq!(
            answer.header("content-type"),
            Some("application/x-protobuf")
        );
        let answer = post(&it, path, "text/plain", logs).await;
        assert_eq!(answer.status, 415);
        assert_eq!(
            it.outcomes().await,
            [
                "invalid log_item content_type 1",
                "invalid log_item feature_disabled 2",
                "invalid log_item invalid_body 2",
                "invalid span feature_disabled 4",
            ]
        );
    }
);

on_both!(vercel_logs_are_counted, |it| {
    let path = "integration/vercel/logs";
    post(&it, path, "application/json", b"[{},{}]")
        .await
        .check(202, "");
    post(&it, path, "application/x-ndjson", b"{}\n{}\n{}\n")
        .await
        .check(202, "");
    post(&it, path, "application/json", b"rubbish")
        .await
        .check_error(400, "invalid request body");
    assert_eq!(post(&it, path, "text/plain", b"{}").await.status, 415);
    assert_eq!(
        it.outcomes().await,
        [
            "invalid log_byte feature_disabled 16",
            "invalid log_item content_type 1",
            "invalid log_item feature_disabled 5",
            "invalid log_item invalid_body 1",
        ]
    );
});

on_both!(signs_of_life_and_what_is_not_there, |it| {
    for path in [
        "/api/relay/healthcheck/live/",
        "/api/relay/healthcheck/ready",
        "//api/0/relays/live/",
    ] {
        it.send(TestRequest::get(), path)
            .await
            .check(200, r#"{"is_healthy":true}"#);
    }
    for path in [
        "/api/1/upload/",
        "/api/1/upload/some/thing",
        "/api/1/playstation/",
    ] {
        let answer = it.send(TestRequest::post(), path).await;
        answer.check_error(404, "not found");
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            Some("cross-origin")
        );
    }
    let patch = TestRequest::default().method(Method::PATCH);
    assert_eq!(it.send(patch, "/api/1/upload/x").await.status, 404);
});
