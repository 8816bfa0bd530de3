use actix_web::test::TestRequest;

use crate::harness::{Harness, UNKNOWN_KEY, envelope, on_both};

const ID: &str = "00000000000000000000000000000001";
const PATH: &str = "/api/PROJECT/envelope/";

async fn check(harness: &Harness, request: TestRequest, path: &str) {
    let answer = harness.send(request, path).await;
    answer.check(200, &format!(r#"{{"id":"{ID}"}}"#));
}

on_both!(the_key_is_found_in_every_place, |it| {
    let body = envelope(ID);
    let post = || TestRequest::post().set_payload(body.clone());
    let sentry = format!(
        "Sentry sentry_version=7,sentry_client=a/1,sentry_key={}",
        it.key
    );
    check(
        &it,
        post().insert_header(("x-sentry-auth", sentry.as_str())),
        PATH,
    )
    .await;
    check(
        &it,
        post().insert_header(("authorization", sentry.as_str())),
        PATH,
    )
    .await;
    let path = format!("{PATH}?sentry_key=KEY&sentry_version=7");
    check(&it, post(), &path).await;
    check(
        &it,
        post().insert_header(("x-sentry-auth", sentry.as_str())),
        &path,
    )
    .await;
    let dsn = format!(
        "{{\"event_id\":\"{ID}\",\"dsn\":\"https://{}@a.example/{}\"}}",
        it.key, it.project
    );
    let tunnel = format!("{dsn}\n{{\"type\":\"event\"}}\n{{}}");
    check(&it, TestRequest::post().set_payload(tunnel.clone()), PATH).await;
    check(&it, TestRequest::post().set_payload(tunnel), &path).await;
    assert!(it.has_event(ID).await);
    assert_eq!(
        it.outcomes().await,
        ["accepted error 1", "invalid error duplicate 5"]
    );
});

on_both!(without_a_key_nobody_is_let_in, |it| {
    let answer = it
        .send(TestRequest::post().set_payload(envelope(ID)), PATH)
        .await;
    answer.check_error(401, "missing authorization information");
    let store = it
        .send(TestRequest::post().set_payload("{}"), "/api/PROJECT/store/")
        .await;
    store.check_error(401, "missing authorization information");
    let request = TestRequest::post().insert_header(("x-sentry-auth", "Sentry nothing"));
    let answer = it.send(request.set_payload(envelope(ID)), PATH).await;
    answer.check_error(401, "bad x-sentry-auth header");
    let request = TestRequest::post().set_payload("{\"dsn\":\"not a dsn\"}\n");
    let answer = it.send(request, PATH).await;
    answer.check_error(401, "bad envelope authentication header");
    let request = TestRequest::post().set_payload("no envelope");
    let answer = it.send(request, PATH).await;
    answer.check_error(401, "bad envelope authentication header");
    assert_eq!(
        it.outcomes_of_nobody().await,
        [
            "invalid default auth_client 4",
            "invalid error auth_client 1"
        ]
    );
});

on_both!(an_unknown_key_is_refused, |it| {
    let path = format!("{PATH}?sentry_key={UNKNOWN_KEY}");
    let answer = it
        .send(TestRequest::post().set_payload(envelope(ID)), &path)
        .await;
    answer.check_error(403, "event submission rejected with_reason: ProjectId");
    let answer = it
        .send(TestRequest::post(), &format!("{PATH}?sentry_key=short"))
        .await;
    answer.check_error(400, "bad sentry DSN public key");
    assert!(!it.has_event(ID).await);
    assert_eq!(
        it.outcomes_of_nobody().await,
        ["invalid default project_id 2"]
    );
});

on_both!(a_key_admits_to_its_own_project_alone, |it| {
    let path = "/api/4242/envelope/?sentry_key=KEY";
    let answer = it
        .send(TestRequest::post().set_payload(envelope(ID)), path)
        .await;
    answer.check_error(403, "event submission rejected with_reason: ProjectId");
    let path = "/api/shop/envelope/?sentry_key=KEY";
    let answer = it
        .send(TestRequest::post().set_payload(envelope(ID)), path)
        .await;
    answer.check_error(400, "bad project path parameter");
    assert_eq!(it.outcomes().await, ["invalid default project_id 1"]);
});

on_both!(contradicting_places_are_refused, |it| {
    let request = TestRequest::post()
        .insert_header(("x-sentry-auth", format!("Sentry sentry_key={UNKNOWN_KEY}")))
        .set_payload(envelope(ID));
    let answer = it
        .send(request, "/api/PROJECT/envelope/?sentry_key=KEY")
        .await;
    answer.check_error(401, "multiple authorization payloads detected");
    let dsn = format!(
        "{{\"dsn\":\"https://{UNKNOWN_KEY}@a.example/{}\"}}",
        it.project
    );
    it.post_envelope(dsn)
        .await
        .check_cause("project id header mismatch between envelope and request");
    let dsn = format!("{{\"dsn\":\"https://{}@a.example/4242\"}}", it.key);
    it.post_envelope(dsn.clone())
        .await
        .check_cause("project id header mismatch between envelope and request");
    let answer = it
        .send(
            TestRequest::post().set_payload(dsn),
            "/api/PROJECT/envelope/",
        )
        .await;
    answer.check_cause("project id header mismatch between envelope and request");
    let answer = it
        .send(
            TestRequest::post(),
            "/api/PROJECT/envelope/?sentry_key=KEY&sentry_version=8",
        )
        .await;
    answer.check_error(400, "unsupported protocol version (8)");
});
