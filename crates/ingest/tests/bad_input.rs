use actix_web::test::TestRequest;
use serde_json::json;

use crate::harness::{Harness, envelope, event_json, gzip, on_both};

const ID: &str = "00000000000000000000000000000001";
const PATH: &str = "/api/PROJECT/envelope/?sentry_key=KEY";
const MIB: usize = 1024 * 1024;

/// After bad input the server is as it was: a good event is stored.
async fn check_health(harness: &Harness) {
    let id = "00000000000000000000000000000777";
    let answer = harness.post_envelope(envelope(id)).await;
    answer.check(200, &format!(r#"{{"id":"{id}"}}"#));
    assert!(harness.has_event(id).await);
}

async fn post_gzip(harness: &Harness, body: Vec<u8>) -> crate::harness::Answer {
    let request = TestRequest::post()
        .insert_header(("content-encoding", "gzip"))
        .set_payload(body);
    harness.send(request, PATH).await
}

fn with_event(event: &str) -> String {
    format!("{{\"event_id\":\"{ID}\"}}\n{{\"type\":\"event\"}}\n{event}\n")
}

on_both!(an_empty_body, |it| {
    it.post_envelope("")
        .await
        .check_error(400, "empty request body");
    it.post("store", "")
        .await
        .check_error(400, "empty request body");
    post_gzip(&it, gzip(""))
        .await
        .check_error(400, "empty request body");
    check_health(&it).await;
    assert_eq!(
        it.outcomes().await,
        [
            "accepted error 1",
            "invalid default empty_body 2",
            "invalid error empty_body 1"
        ]
    );
});

on_both!(a_broken_gzip, |it| {
    let good = gzip(envelope(ID));
    post_gzip(&it, good[..good.len() / 2].to_vec())
        .await
        .check_error(400, "invalid request body");
    post_gzip(&it, b"plain".to_vec())
        .await
        .check_error(400, "invalid request body");
    let request = TestRequest::post()
        .insert_header(("content-encoding", "gzip, br"))
        .set_payload(good);
    it.send(request, PATH)
        .await
        .check_error(415, "unsupported content encoding");
    check_health(&it).await;
    assert!(!it.has_event(ID).await);
    assert_eq!(
        it.outcomes().await,
        [
            "accepted error 1",
            "invalid default invalid_body 2",
            "invalid default invalid_compression 1"
        ]
    );
});

on_both!(a_bomb, |it| {
    let bomb = gzip(vec![b' '; 41 * MIB]);
    assert!(bomb.len() < 100_000, "it is small on the wire");
    post_gzip(&it, bomb.clone())
        .await
        .check_error(413, "request content exceeded size limits");
    let request = TestRequest::post()
        .insert_header(("content-encoding", "gzip"))
        .set_payload(bomb);
    it.send(request, "/api/PROJECT/store/?sentry_key=KEY")
        .await
        .check_error(413, "request content exceeded size limits");
    check_health(&it).await;
    assert_eq!(
        it.outcomes().await,
        [
            "accepted error 1",
            "invalid default request_too_large 1",
            "invalid error request_too_large 1"
        ]
    );
});

on_both!(five_hundred_and_one_items, |it| {
    let body = format!("{{}}\n{}", "{\"type\":\"event\"}\n{}\n".repeat(501));
    it.post_envelope(body)
        .await
        .check_cause("too many individual items");
    check_health(&it).await;
    assert_eq!(
        it.outcomes().await,
        ["accepted error 1", "invalid default invalid_envelope 1"]
    );
});

on_both!(a_length_past_the_end, |it| {
    let body = format!("{{\"event_id\":\"{ID}\"}}\n{{\"type\":\"event\",\"length\":5000}}\n{{}}");
    it.post_envelope(body)
        .await
        .check_cause("unexpected end of file");
    let body = "{}\n{\"type\":\"event\",\"length\":1}\n{}";
    it.post_envelope(body)
        .await
        .check_cause("missing newline after header or payload");
    it.post_envelope("{}\n{\"length\":1}\n{}")
        .await
        .check_cause("invalid item header");
    it.post_envelope("rubbish")
        .await
        .check_cause("invalid envelope header");
    check_health(&it).await;
});

on_both!(an_event_of_ten_megabytes, |it| {
    let mut event = event_json(ID);
    event["extra"] = json!({ "padding": "x".repeat(10 * MIB) });
    let event = event.to_string();
    it.post_envelope(format!("{}{{\"type\":\"session\"}}\n{{}}\n", with_event(&event)))
        .await
        .check_error(
            413,
            "envelope exceeded size limits for type 'event' (https://develop.sentry.dev/sdk/envelopes/#size-limits)",
        );
    it.post("store", event)
        .await
        .check_error(413, "request content exceeded size limits");
    check_health(&it).await;
    assert!(!it.has_event(ID).await);
    assert_eq!(
        it.outcomes().await,
        [
            "accepted error 1",
            "invalid error request_too_large 1",
            "invalid error too_large:event 1",
            "invalid session too_large:event 1"
        ]
    );
});

on_both!(a_stack_of_ten_thousand_frames, |it| {
    let frames: Vec<_> = (0..10_000)
        .map(|index| json!({"function": format!("f{index}"), "filename": "a.py", "lineno": index}))
        .collect();
    let mut event = event_json(ID);
    event["exception"]["values"][0]["stacktrace"]["frames"] = json!(frames);
    let answer = it.post_envelope(with_event(&event.to_string())).await;
    answer.check(200, &format!(r#"{{"id":"{ID}"}}"#));
    assert!(it.has_event(ID).await);
    assert_eq!(it.outcomes().await, ["accepted error 1"]);
});

on_both!(invalid_utf_8, |it| {
    let mut body = b"{}\n{\"type\":\"event\"}\n{\"event_id\":\"".to_vec();
    body.extend(ID.bytes());
    body.extend(b"\",\"message\":\"caf\xe9 \xf0\x28\x8c\x28\"}\n");
    let answer = it.post_envelope(body).await;
    answer.check(200, &format!(r#"{{"id":"{ID}"}}"#));
    it.post_envelope(b"{\"\xff\xfe\":1}\n".to_vec()).await;
    assert!(it.has_event(ID).await);
    check_health(&it).await;
});

on_both!(deep_nesting, |it| {
    let deep = format!(
        "{{\"extra\":{{\"a\":{}1{}}}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let answer = it.post_envelope(with_event(&deep)).await;
    answer.check(200, &format!(r#"{{"id":"{ID}"}}"#));
    let answer = it.post("store", deep).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer
            .body
            .starts_with(r#"{"detail":"invalid JSON data: recursion limit exceeded"#)
    );
    let header = format!("{}{}\n", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    it.post_envelope(header)
        .await
        .check_cause("invalid envelope header");
    check_health(&it).await;
    assert!(!it.has_event(ID).await);
    assert_eq!(
        it.outcomes().await,
        [
            "accepted error 1",
            "invalid default invalid_envelope 1",
            "invalid error nesting_too_deep 2"
        ]
    );
});

on_both!(a_payload_that_is_not_json_loses_only_its_item, |it| {
    let body = format!(
        "{{\"event_id\":\"{ID}\"}}\n{{\"type\":\"session\"}}\n{{\n{{\"type\":\"event\"}}\n{{\"a\":\n"
    );
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    let answer = it.post("store", "{\"a\":").await;
    assert_eq!(answer.status, 400);
    assert!(
        answer
            .body
            .starts_with(r#"{"detail":"invalid JSON data: EOF while parsing"#)
    );
    it.post("store", "[1]")
        .await
        .check_error(400, "invalid JSON data: expected an object");
    assert_eq!(
        it.outcomes().await,
        [
            "invalid error invalid_json 3",
            "invalid session invalid_json 1"
        ]
    );
});

on_both!(
    a_bad_id_is_refused_in_a_store_body_and_replaced_in_an_envelope,
    |it| {
        for id in ["\"nope\"", "5", "\"\""] {
            let event = format!("{{\"event_id\":{id},\"message\":\"hi\"}}");
            it.post("store", event.clone())
                .await
                .check_error(400, "invalid JSON data: event_id is not a UUID");
            it.post_envelope(with_event(&event))
                .await
                .check(200, &format!(r#"{{"id":"{ID}"}}"#));
        }
        let answer = it.post("store", "{\"event_id\":null}").await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            it.outcomes().await,
            [
                "accepted error 2",
                "invalid error duplicate 2",
                "invalid error invalid_event_id 3"
            ]
        );
    }
);

on_both!(an_event_of_before_1970_is_dropped, |it| {
    let body = with_event("{\"timestamp\":-5}");
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    assert!(!it.has_event(ID).await);
    assert_eq!(it.outcomes().await, ["invalid error timestamp 1"]);
});
