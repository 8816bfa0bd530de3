use actix_web::test::TestRequest;

use crate::harness::{Answer, UNKNOWN_KEY, envelope, gzip, on_both};

const PATH: &str = "/api/PROJECT/envelope/";

#[track_caller]
fn check_readable(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        answer.header("access-control-expose-headers"),
        Some("x-sentry-error,x-sentry-rate-limits,retry-after")
    );
}

on_both!(a_preflight_allows_what_sdks_send, |it| {
    for path in [
        PATH,
        "/api/PROJECT/store/",
        "/api/store/",
        "/api/PROJECT/envelope",
    ] {
        let request = TestRequest::default().method(actix_web::http::Method::OPTIONS);
        let answer = it.send(request, path).await;
        check_readable(&answer, 200);
        assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
        assert_eq!(answer.header("access-control-max-age"), Some("3600"));
        let headers = answer
            .header("access-control-allow-headers")
            .unwrap_or_default();
        for name in ["x-sentry-auth", "content-type", "sentry-trace", "baggage"] {
            assert!(headers.split(',').any(|it| it == name), "{name}");
        }
    }
});

on_both!(a_page_may_read_every_answer, |it| {
    let id = "00000000000000000000000000000001";
    check_readable(&it.post_envelope(envelope(id)).await, 200);
    let request = TestRequest::post().set_payload(envelope(id));
    let answer = it
        .send(request, &format!("{PATH}?sentry_key={UNKNOWN_KEY}"))
        .await;
    check_readable(&answer, 403);
    check_readable(
        &it.send(TestRequest::post().set_payload("x"), PATH).await,
        401,
    );
    let request = TestRequest::post()
        .insert_header(("content-encoding", "gzip"))
        .set_payload(gzip(vec![b' '; 41 * 1024 * 1024]));
    check_readable(
        &it.send(request, &format!("{PATH}?sentry_key=KEY")).await,
        413,
    );
    let answer = it.send(TestRequest::delete(), PATH).await;
    check_readable(&answer, 405);
    answer.check_error(405, "method not allowed");
});
