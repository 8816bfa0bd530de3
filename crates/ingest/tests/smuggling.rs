//! Requests that two servers in a row might read differently, over a raw connection. Whatever is
//! answered, nothing behind the request may be taken for a second one.

use crate::harness::{Harness, envelope, run};
use crate::wire::serve;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use watchfire_testkit::database::TestDatabase;

const ID: &str = "00000000000000000000000000000001";
const SMUGGLED: &str = "00000000000000000000000000000bad";

/// A second request, hidden in what one of the readings takes for a body.
fn hidden(it: &Harness) -> String {
    let body = envelope(SMUGGLED);
    format!(
        "POST /api/{}/envelope/?sentry_key={} HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{body}",
        it.project,
        it.key,
        body.len()
    )
}

/// Reads until the server closes the connection, which it may do at once and roughly.
async fn answer(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    let ended = tokio::time::timeout(Duration::from_secs(10), read).await;
    assert!(ended.is_ok(), "the connection stays open");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Sends a request with these headers and this body, and says how its answer begins.
async fn send(it: &Harness, headers: &str, body: &str) -> String {
    let mut stream = serve(it).await;
    let request = format!(
        "POST /api/{}/envelope/?sentry_key={} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}\r\n\r\n{body}",
        it.project, it.key
    );
    // The server may close the connection before it has read everything.
    drop(stream.write_all(request.as_bytes()).await);
    let answer = answer(&mut stream).await;
    answer.lines().next().unwrap_or_default().to_owned()
}

#[track_caller]
fn check_refused(answer: &str, what: &str) {
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
        "{what}: {answer}"
    );
}

#[test]
fn a_length_beside_chunks_is_refused() {
    run(&TestDatabase::sqlite(), |it| async move {
        let hidden = hidden(&it);
        for headers in [
            "content-length: 5\r\ntransfer-encoding: chunked",
            "transfer-encoding: chunked\r\ncontent-length: 5",
        ] {
            let answer = send(&it, headers, &format!("0\r\n\r\n{hidden}")).await;
            check_refused(&answer, headers);
        }
        assert!(!it.has_event(SMUGGLED).await);
    });
}

#[test]
fn two_lengths_are_refused() {
    run(&TestDatabase::sqlite(), |it| async move {
        let body = envelope(ID);
        let length = body.len();
        for headers in [
            format!("content-length: {length}\r\ncontent-length: 0"),
            format!("content-length: 0\r\ncontent-length: {length}"),
            format!("content-length: {length}, 0"),
            format!("content-length: +{length}"),
            format!("content-length: -{length}"),
            "content-length: 0x10".to_owned(),
            "content-length: 99999999999999999999999".to_owned(),
        ] {
            let answer = send(&it, &headers, &body).await;
            check_refused(&answer, &headers);
        }
        assert!(!it.has_event(ID).await);
    });
}

#[test]
fn chunks_that_are_none_are_refused() {
    run(&TestDatabase::sqlite(), |it| async move {
        let body = envelope(ID);
        let chunked = |size: &str| format!("{size}\r\n{body}\r\n0\r\n\r\n");
        let length = body.len();
        for (headers, body) in [
            (
                "transfer-encoding: chunked, identity",
                chunked(&format!("{length:x}")),
            ),
            (
                "transfer-encoding: xchunked",
                chunked(&format!("{length:x}")),
            ),
            (
                "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
                chunked(&format!("{length:x}")),
            ),
            ("transfer-encoding: chunked", chunked("-5")),
            ("transfer-encoding: chunked", chunked("0x20")),
            ("transfer-encoding: chunked", chunked("ffffffffffffffffff")),
        ] {
            let answer = send(&it, headers, &body).await;
            check_refused(&answer, headers);
        }
        assert!(!it.has_event(ID).await);
    });
}

#[test]
fn folded_and_malformed_headers_are_refused() {
    run(&TestDatabase::sqlite(), |it| async move {
        let body = envelope(ID);
        let length = body.len();
        for headers in [
            format!("x-a: b\r\n transfer-encoding: chunked\r\ncontent-length: {length}"),
            format!("content-length : {length}"),
            format!("x\u{0}y: 1\r\ncontent-length: {length}"),
            format!("x-a: b\u{0}c\r\ncontent-length: {length}"),
        ] {
            let answer = send(&it, &headers, &body).await;
            check_refused(&answer, &headers);
        }
        assert!(!it.has_event(ID).await);
    });
}

#[test]
fn headers_without_an_end_are_refused() {
    run(&TestDatabase::sqlite(), |it| async move {
        let large = format!("x-a: {}", "b".repeat(1024 * 1024));
        check_refused(&send(&it, &large, "").await, "one large header");
        let many = "x-a: b\r\n".repeat(5000);
        check_refused(&send(&it, many.trim_end(), "").await, "many headers");
        let mut stream = serve(&it).await;
        let path = "a".repeat(1024 * 1024);
        let request = format!("POST /api/{path}/envelope/ HTTP/1.1\r\nhost: a\r\n\r\n");
        drop(stream.write_all(request.as_bytes()).await);
        check_refused(&answer(&mut stream).await, "a large path");
    });
}
