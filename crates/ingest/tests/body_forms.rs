use std::io::Write;

use actix_web::test::TestRequest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::harness::{envelope, event_json, gzip, on_both};

const ID: &str = "00000000000000000000000000000001";
const STORE: &str = "/api/PROJECT/store/?sentry_key=KEY";

fn zlib(text: &str) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("writes");
    encoder.finish().expect("finishes")
}

fn id(number: u32) -> String {
    format!("{number:032x}")
}

on_both!(every_encoding_of_an_envelope_is_read, |it| {
    let zstd = |text: &str| zstd::encode_all(text.as_bytes(), 1).expect("encodes");
    let bodies = [
        ("", envelope(&id(1)).into_bytes()),
        ("utf-8", envelope(&id(2)).into_bytes()),
        ("identity", envelope(&id(3)).into_bytes()),
        ("gzip", gzip(envelope(&id(4)))),
        ("deflate", zlib(&envelope(&id(5)))),
        ("zstd", zstd(&envelope(&id(6)))),
    ];
    for (number, (encoding, body)) in (1..).zip(bodies) {
        let request = TestRequest::post()
            .insert_header(("content-encoding", encoding))
            .set_payload(body);
        let answer = it
            .send(request, "/api/PROJECT/envelope/?sentry_key=KEY")
            .await;
        answer.check(200, &format!(r#"{{"id":"{}"}}"#, id(number)));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert!(it.has_event(&id(number)).await, "{encoding}");
    }
});

on_both!(every_form_of_a_store_body_is_read, |it| {
    let json = |number| event_json(&id(number)).to_string();
    let bodies = [
        json(1).into_bytes(),
        STANDARD.encode(json(2)).into_bytes(),
        STANDARD.encode(zlib(&json(3))).into_bytes(),
        format!(
            "sentry_data={}",
            STANDARD.encode(zlib(&json(4))).replace('+', "%2B")
        )
        .into_bytes(),
    ];
    for (number, body) in (1..).zip(bodies) {
        let answer = it.send(TestRequest::post().set_payload(body), STORE).await;
        answer.check(200, &format!(r#"{{"id":"{}"}}"#, id(number)));
        assert!(it.has_event(&id(number)).await, "form {number}");
    }
});

on_both!(a_store_request_may_carry_an_envelope, |it| {
    let request = TestRequest::post()
        .insert_header(("content-type", "application/x-sentry-envelope"))
        .set_payload(envelope(ID));
    it.send(request, STORE)
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    assert!(it.has_event(ID).await);
});

on_both!(the_legacy_paths_work_in_every_spelling, |it| {
    let paths = [
        "/api/PROJECT/store/",
        "/api/PROJECT/store",
        "//api///PROJECT/store//",
        "/api/store/",
        "/api/store",
        "/api/PROJECT/envelope",
        "//api//PROJECT//envelope/",
    ];
    for (number, path) in (1..).zip(paths) {
        let body = if path.contains("store") {
            event_json(&id(number)).to_string()
        } else {
            envelope(&id(number))
        };
        let request = TestRequest::post().set_payload(body);
        let answer = it.send(request, &format!("{path}?sentry_key=KEY")).await;
        answer.check(200, &format!(r#"{{"id":"{}"}}"#, id(number)));
        assert!(it.has_event(&id(number)).await, "{path}");
    }
});

on_both!(an_event_in_the_query_is_answered_with_an_image, |it| {
    let data = STANDARD
        .encode(event_json(ID).to_string())
        .replace('+', "%2B")
        .replace('=', "%3D");
    let answer = it
        .send(TestRequest::get(), &format!("{STORE}&sentry_data={data}"))
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("image/gif"));
    assert!(answer.body.starts_with("GIF89a"));
    assert!(it.has_event(ID).await);
    it.send(TestRequest::get(), STORE)
        .await
        .check_error(400, "empty request body");
});
