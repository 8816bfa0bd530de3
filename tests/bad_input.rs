//! What cannot work is refused in one clear sentence, and leaves the server as it was.

use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Output};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use watchfire_testkit::client::{Answer, Client, event_id};
use watchfire_testkit::server::{Server, binary, free_port};

/// Starts a server that has to fail and returns what it wrote.
fn serve(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(binary().expect("the binary is built"));
    command
        .env_clear()
        .current_dir(folder.path())
        .arg("serve")
        .args(arguments);
    command.output().expect("watchfire starts")
}

/// One sentence on standard error, nothing on standard output, exit code 1.
fn check_refusal(output: &Output, names: &str) {
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let lines: Vec<&str> = complaint.lines().collect();
    assert_eq!(lines.len(), 1, "more than one line: {complaint}");
    assert!(
        complaint.contains(names),
        "{names:?} is not named: {complaint}"
    );
    assert!(!complaint.contains("panicked"), "{complaint}");
}

#[test]
fn a_database_address_with_a_wrong_scheme_is_refused() {
    for url in [
        "mysql://localhost/watchfire",
        "postgress://localhost/watchfire",
        "watchfire.db",
    ] {
        let output = serve(&["--database-url", url]);
        check_refusal(&output, "postgres://");
    }
}

#[test]
fn a_password_in_a_refused_database_address_is_not_repeated() {
    let output = serve(&[
        "--database-url",
        "mysql://shop:hunter22@localhost/watchfire",
    ]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("hunter22"));
}

#[test]
fn a_database_that_is_away_is_named() {
    let port = free_port().expect("a port");
    let output = serve(&[
        "--database-url",
        &format!("postgres://nobody@127.0.0.1:{port}/none"),
    ]);
    check_refusal(&output, "database");
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    // Below a file no folder can be made, not even by root.
    let file = tempfile::NamedTempFile::new().expect("a file");
    let folder = file.path().join("data");
    let folder = folder.to_str().expect("text");
    check_refusal(&serve(&["--data-dir", folder]), folder);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    check_refusal(&serve(&["--listen", &address]), &address);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// Sends a body with the client's key and this content encoding.
fn send(client: &Client, encoding: &str, body: &[u8]) -> Answer {
    let url = format!("{}?sentry_key={}", client.endpoint(), client.key());
    client
        .post(&url, &[("Content-Encoding", encoding)], body)
        .expect("an answer")
}

fn check_answer(answer: &Answer, status: u16, text: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert!(answer.body.contains(text), "{text:?} is not in {answer:?}");
}

/// The server still takes a good event.
fn check_still_serving(client: &Client) {
    let id = event_id();
    let answer = client
        .event(&json!({"event_id": id, "message": "all is well"}))
        .expect("an answer");
    assert_eq!((answer.status, answer.id()), (200, Some(id)));
}

#[test]
fn bodies_that_are_no_envelopes_are_refused_as_relay_refuses_them() {
    let server = Server::start(None).expect("a server");
    let client = server.client().expect("a client");
    let items = "{\"type\":\"client_report\"}\n{}\n".repeat(501);
    let bomb = gzip(&vec![b' '; 300 * 1024 * 1024]);
    check_answer(&send(&client, "identity", b""), 400, "empty request body");
    check_answer(&send(&client, "gzip", b"\x1f\x8b\x08broken"), 400, "detail");
    check_answer(&send(&client, "gzip", &bomb), 413, "detail");
    check_answer(&send(&client, "lzma", b"{}"), 415, "");
    check_answer(
        &send(&client, "identity", b"not json\n"),
        400,
        "invalid event envelope",
    );
    check_answer(
        &send(&client, "identity", format!("{{}}\n{items}").as_bytes()),
        400,
        "too many individual items",
    );
    check_answer(
        &send(
            &client,
            "identity",
            b"{}\n{\"type\":\"event\",\"length\":100}\n{}",
        ),
        400,
        "unexpected end of file",
    );
    let large = json!({"event_id": event_id(), "message": "x".repeat(10 * 1024 * 1024)});
    check_answer(
        &client.event(&large).expect("an answer"),
        413,
        "size limits",
    );
    check_still_serving(&client);
}

#[test]
fn strangers_are_refused() {
    let server = Server::start(None).expect("a server");
    let client = server.client().expect("a client");
    let post = |url: &str| client.post(url, &[], b"{}\n").expect("an answer");
    let endpoint = client.endpoint();
    check_answer(&post(endpoint), 401, "missing authorization information");
    let unknown = "f".repeat(32);
    check_answer(
        &post(&format!("{endpoint}?sentry_key={unknown}")),
        403,
        "ProjectId",
    );
    let elsewhere = endpoint.replace("/api/1/", "/api/4711/");
    check_answer(
        &post(&format!("{elsewhere}?sentry_key={}", client.key())),
        403,
        "ProjectId",
    );
    let nowhere = endpoint.replace("/api/1/", "/api/shop/");
    check_answer(
        &post(&format!("{nowhere}?sentry_key={}", client.key())),
        400,
        "detail",
    );
    check_still_serving(&client);
}

#[test]
fn events_that_are_odd_but_whole_are_answered_200() {
    let server = Server::start(None).expect("a server");
    let client = server.client().expect("a client");
    let frames: Vec<_> = (0..10_000)
        .map(|line| json!({"function": "f", "lineno": line}))
        .collect();
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let stack = json!({"event_id": event_id(), "exception": {"values": [
        {"type": "RecursionError", "value": "too deep", "stacktrace": {"frames": frames}}]}});
    assert_eq!(client.event(&stack).expect("an answer").status, 200);
    let odd: [&[u8]; 5] = [
        b"{\"message\":\"\xff\xfe not UTF-8\"}",
        b"{\"message\":\"lone \\ud83d surrogate and \\u0000\",\"extra\":{\"n\":1e400}}",
        b"[1,2,3]",
        b"{\"exception\":\"a string\",\"tags\":7,\"user\":[],\"timestamp\":\"yesterday\"}",
        deep.as_bytes(),
    ];
    for event in odd {
        let body = [b"{}\n{\"type\":\"event\"}\n", event, b"\n"].concat();
        let answer = send(&client, "identity", &body);
        assert_eq!(
            answer.status,
            200,
            "{answer:?} for {}",
            String::from_utf8_lossy(event)
        );
    }
    check_still_serving(&client);
}
