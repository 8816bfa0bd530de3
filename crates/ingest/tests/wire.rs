use std::net::SocketAddr;
use std::time::Duration;

use actix_web::{App, HttpServer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use watchfire_ingest::{Limits, configure};
use watchfire_testkit::database::TestDatabase;

use crate::harness::{Harness, envelope, run, run_with_limits};

const ID: &str = "00000000000000000000000000000001";
const BYTES: usize = 10 * 1024 * 1024;

/// Serves the harness on a free port and connects to it.
pub(crate) async fn serve(harness: &Harness) -> TcpStream {
    let address = serve_with(harness, 1);
    TcpStream::connect(address).await.expect("connects")
}

/// Serves the harness on a free port with so many workers.
pub(crate) fn serve_with(harness: &Harness, workers: usize) -> SocketAddr {
    let state = harness.state.clone();
    let server = HttpServer::new(move || {
        let state = state.clone();
        App::new().configure(|config| configure(config, state))
    })
    .workers(workers)
    .disable_signals()
    .bind(("127.0.0.1", 0))
    .expect("a port");
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());
    address
}

/// Reads until the server closes the connection.
pub(crate) async fn answer(stream: &mut TcpStream) -> String {
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    tokio::time::timeout(Duration::from_secs(10), read)
        .await
        .expect("an answer in time")
        .expect("an answer");
    answer
}

#[test]
fn a_body_in_chunks_without_a_length_is_read() {
    run(&TestDatabase::sqlite(), |it| async move {
        let mut stream = serve(&it).await;
        let mut request = format!(
            "POST /api/{}/envelope/?sentry_key={} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n",
            it.project, it.key
        );
        for part in envelope(ID).as_bytes().chunks(50) {
            let text = String::from_utf8_lossy(part);
            request.push_str(&format!("{:x}\r\n{text}\r\n", part.len()));
        }
        request.push_str("0\r\n\r\n");
        for part in request.as_bytes().chunks(70) {
            stream.write_all(part).await.expect("writes");
            tokio::task::yield_now().await;
        }
        let answer = answer(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(
            answer.ends_with(&format!("\r\n\r\n{{\"id\":\"{ID}\"}}")),
            "{answer}"
        );
        assert!(it.has_event(ID).await);
    });
}

#[test]
fn a_client_that_sends_too_much_reads_why() {
    run(&TestDatabase::sqlite(), |it| async move {
        let mut stream = serve(&it).await;
        let head = format!(
            "POST /api/{}/store/?sentry_key={} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {BYTES}\r\n\r\n",
            it.project, it.key
        );
        stream.write_all(head.as_bytes()).await.expect("writes");
        stream
            .write_all(&vec![b'x'; BYTES])
            .await
            .expect("writes all of it");
        let answer = answer(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(
            answer.ends_with(r#"{"detail":"request content exceeded size limits"}"#),
            "{answer}"
        );
    });
}

#[test]
fn a_body_that_never_ends_is_given_up() {
    let limits = Limits {
        body_time_max: Duration::from_millis(50),
        ..Limits::default()
    };
    run_with_limits(&TestDatabase::sqlite(), limits, |it| async move {
        let mut stream = serve(&it).await;
        let head = format!(
            "POST /api/{}/envelope/?sentry_key={} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 100\r\n\r\n{{}}",
            it.project, it.key
        );
        stream.write_all(head.as_bytes()).await.expect("writes");
        let answer = answer(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert_eq!(it.outcomes().await, ["invalid default payload 1"]);
    });
}

#[test]
fn a_client_that_goes_away_leaves_nothing_behind() {
    run(&TestDatabase::sqlite(), |it| async move {
        let mut stream = serve(&it).await;
        let head = format!(
            "POST /api/{}/envelope/?sentry_key={} HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n{}",
            it.project,
            it.key,
            envelope(ID)
        );
        stream.write_all(head.as_bytes()).await.expect("writes");
        drop(stream);
        it.post_envelope(envelope("00000000000000000000000000000002"))
            .await;
        assert!(!it.has_event(ID).await);
    });
}

#[test]
fn a_client_without_a_key_reads_why_after_sending_all() {
    run(&TestDatabase::sqlite(), |it| async move {
        let mut stream = serve(&it).await;
        let head = format!(
            "POST /api/{}/store/ HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {BYTES}\r\n\r\n",
            it.project
        );
        stream.write_all(head.as_bytes()).await.expect("writes");
        stream
            .write_all(&vec![b'x'; BYTES])
            .await
            .expect("writes all of it");
        let answer = answer(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    });
}
