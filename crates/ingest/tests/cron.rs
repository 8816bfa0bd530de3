use actix_web::test::TestRequest;
use serde_json::json;

use watchfire_store::quota::Scope;

use crate::harness::{Answer, UNKNOWN_KEY, on_both};

#[track_caller]
fn check_refused(answer: &Answer, cause: &str) {
    let expected = format!(r#"{{"detail":"invalid check-in","causes":["the check-in {cause}"]}}"#);
    answer.check(400, &expected);
}

on_both!(a_check_in_may_be_a_plain_request, |it| {
    for path in [
        "/api/PROJECT/cron/nightly/KEY/?status=ok",
        "/api/PROJECT/cron/nightly/KEY?status=in_progress&environment=prod&duration=1.5",
        "/api/PROJECT/cron/nightly/?sentry_key=KEY&status=error",
        "/api/PROJECT/cron/nightly?sentry_key=KEY&status=ok&check_in_id=9ec79c33ec9942ab8353589fcb2e04dc",
    ] {
        for request in [TestRequest::get(), TestRequest::post()] {
            it.send(request, path).await.check(202, "");
        }
    }
    assert_eq!(it.outcomes().await, ["invalid monitor feature_disabled 8"]);
});

on_both!(
    a_check_in_may_be_json_whose_slug_is_that_of_the_path,
    |it| {
        let body = json!({"status": "ok", "monitor_slug": "", "duration": 2});
        let request = TestRequest::post()
            .insert_header(("content-type", "application/json; charset=utf-8"))
            .set_payload(body.to_string());
        it.send(request, "/api/PROJECT/cron/nightly/KEY/")
            .await
            .check(202, "");
        assert_eq!(it.outcomes().await, ["invalid monitor feature_disabled 1"]);
    }
);

on_both!(a_bad_check_in_is_told_why, |it| {
    let get = async |path: &str| it.send(TestRequest::get(), path).await;
    check_refused(&get("/api/PROJECT/cron/nightly/KEY/").await, "lacks status");
    check_refused(
        &get("/api/PROJECT/cron/nightly/KEY/?status=ok&duration=long").await,
        "has a duration that is not a number of seconds",
    );
    check_refused(
        &get("/api/PROJECT/cron/nightly/KEY/?status=ok&check_in_id=7").await,
        "has a check_in_id that is not a UUID",
    );
    let request = TestRequest::post()
        .insert_header(("content-type", "application/json"))
        .set_payload("[]");
    let answer = it.send(request, "/api/PROJECT/cron/nightly/KEY/").await;
    check_refused(&answer, "is not an object");
    let other = format!("/api/PROJECT/cron/nightly/{UNKNOWN_KEY}/?status=ok");
    get(&other)
        .await
        .check_error(403, "event submission rejected with_reason: ProjectId");
    assert_eq!(
        it.outcomes().await,
        [
            "invalid monitor invalid_check_in 3",
            "invalid monitor invalid_json 1"
        ]
    );
});

on_both!(a_job_is_never_told_of_limits, |it| {
    it.limit(Scope::Key, "monitor", 3600, 0).await;
    let path = "/api/PROJECT/cron/nightly/KEY/?status=ok";
    it.send(TestRequest::get(), path).await.check(202, "");
    assert_eq!(it.outcomes().await, ["rate_limited monitor key_quota 1"]);
});
