//! Which pages may report (reference/PROTOCOL.md section 2.2).

use actix_web::test::TestRequest;
use serde_json::json;

use crate::harness::{Answer, Harness, envelope, on_both};

const ID: &str = "00000000000000000000000000000001";
const PATH: &str = "/api/PROJECT/envelope/?sentry_key=KEY";

async fn post(it: &Harness, headers: &[(&'static str, &'static str)], body: String) -> Answer {
    let mut request = TestRequest::post().set_payload(body);
    for header in headers {
        request = request.insert_header(*header);
    }
    it.send(request, PATH).await
}

on_both!(a_page_that_may_not_report_is_told_so, |it| {
    it.set(
        "allowedDomains",
        json!(["*.shop.example", "http://localhost:8000"]),
    )
    .await;
    for headers in [
        &[][..],
        &[("origin", "https://www.shop.example")][..],
        &[("origin", "null")][..],
        &[("referer", "http://localhost:8000/cart")][..],
    ] {
        assert_eq!(
            post(&it, headers, envelope(ID)).await.status,
            200,
            "{headers:?}"
        );
    }
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "http://localhost:9000")][..],
        &[("origin", "null"), ("referer", "https://evil.example/x")][..],
        &[("referer", "https://evil.example/https://www.shop.example")][..],
    ] {
        let answer = post(&it, headers, envelope(ID)).await;
        answer.check_error(403, "event submission rejected with_reason: Cors");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
    assert_eq!(
        it.outcomes().await,
        [
            "accepted error 1",
            "invalid default cors 4",
            "invalid error duplicate 3"
        ]
    );
});

on_both!(an_empty_list_allows_no_page, |it| {
    it.set("allowedDomains", json!([])).await;
    let origin = [("origin", "https://shop.example")];
    let answer = post(&it, &origin, envelope(ID)).await;
    answer.check_error(403, "event submission rejected with_reason: Cors");
    assert_eq!(post(&it, &[], envelope(ID)).await.status, 200);
});

on_both!(the_origin_in_an_envelope_counts_too, |it| {
    it.set("allowedDomains", json!(["shop.example"])).await;
    let from = |origin: &str| format!("{{\"origin\":\"{origin}\"}}\n");
    let good = "https://shop.example";
    post(&it, &[], from(good)).await.check(200, "{}");
    post(&it, &[("origin", good)], from(good))
        .await
        .check(200, "{}");
    post(&it, &[], from("https://evil.example"))
        .await
        .check_error(403, "event submission rejected with_reason: Cors");
    post(&it, &[("origin", good)], from("https://evil.example"))
        .await
        .check_cause("origin header mismatch between envelope and request");
});
