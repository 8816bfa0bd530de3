//! The table of reference/PROTOCOL.md section 2.1: every way in which a request is refused, with
//! status, body and outcome. The 503s are in `overload.rs`, the 408 in `wire.rs`.

use std::collections::BTreeMap;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};
use watchfire_ingest::Limits;
use watchfire_store::quota::Scope;
use watchfire_testkit::database::TestDatabase;

use crate::harness::{
    Harness, UNKNOWN_KEY, envelope, event_json, gzip, new_project, run_with_limits,
};

const ID: &str = "00000000000000000000000000000001";
const QUERY: &str = "sentry_key=KEY";
const ENVELOPE: &str = "/api/PROJECT/envelope/?sentry_key=KEY";
const STORE: &str = "/api/PROJECT/store/?sentry_key=KEY";
const TOO_LARGE: &str = "request content exceeded size limits";
const INVALID: &str = "invalid event envelope";

/// Whose outcome a refusal is.
#[derive(Clone, Copy)]
enum Whose {
    Project,
    Nobody,
    NotCounted,
}
use Whose::{Nobody, NotCounted, Project};

/// A request, how it is answered, and what is counted.
struct Row {
    path: &'static str,
    header: (&'static str, &'static str),
    body: Vec<u8>,
    status: u16,
    detail: String,
    cause: Option<&'static str>,
    outcome: (Whose, &'static str),
}

/// A row without a header or a cause.
fn row(
    path: &'static str,
    body: impl Into<Vec<u8>>,
    (status, detail): (u16, &str),
    outcome: (Whose, &'static str),
) -> Row {
    Row {
        path,
        header: ("x-nothing", "x"),
        body: body.into(),
        status,
        detail: detail.to_owned(),
        cause: None,
        outcome,
    }
}

impl Row {
    fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.header = (name, value);
        self
    }

    fn cause(mut self, cause: &'static str) -> Self {
        self.cause = Some(cause);
        self
    }

    async fn check(&self, it: &Harness) {
        let name = format!("{} {} {}", self.path, self.status, self.detail);
        let request = TestRequest::post()
            .insert_header(self.header)
            .set_payload(self.body.clone());
        let answer = it.send(request, self.path).await;
        let mut expected = json!({ "detail": self.detail });
        if let Some(cause) = self.cause {
            expected["causes"] = json!([cause]);
        }
        let body: Value = serde_json::from_str(&answer.body).expect(&name);
        assert_eq!((answer.status, body), (self.status, expected), "{name}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/json"),
            "{name}"
        );
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("*"),
            "{name}"
        );
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            Some("cross-origin"),
            "{name}"
        );
        assert_eq!(
            answer.header("x-sentry-error"),
            Some(self.detail.as_str()),
            "{name}"
        );
    }
}

/// Bodies that are no envelope.
fn envelopes() -> Vec<Row> {
    let no_newline = "missing newline after header or payload";
    let mismatch = "project id header mismatch between envelope and request";
    let rows: [(&str, &'static str); 8] = [
        ("{} {}", no_newline),
        ("{}\n{\"type\":\"event\",\"length\":1}\n{}", no_newline),
        (
            "{}\n{\"type\":\"event\",\"length\":9}\n{}",
            "unexpected end of file",
        ),
        ("[]", "invalid envelope header"),
        ("{\"sent_at\":1,\"sent_at\":2}\n", "invalid envelope header"),
        ("{}\n{}\n", "invalid item header"),
        (
            "{}\n{\"type\":\"event\",\"length\":-1}\n",
            "invalid item header",
        ),
        ("{\"dsn\":\"https://UNKNOWN@a/1\"}\n", mismatch),
    ];
    let invalid = |body: String, cause| {
        let outcome = (Project, "invalid default invalid_envelope");
        row(ENVELOPE, body, (400, INVALID), outcome).cause(cause)
    };
    let many = format!("{{}}\n{}", "{\"type\":\"event\"}\n{}\n".repeat(501));
    let mut rows: Vec<Row> = rows
        .into_iter()
        .map(|(body, cause)| invalid(body.replace("UNKNOWN", UNKNOWN_KEY), cause))
        .collect();
    rows.push(invalid(many, "too many individual items"));
    rows
}

/// Bodies that cannot be read at all, and events that are none.
fn bodies() -> Vec<Row> {
    let empty = |path, outcome| row(path, "", (400, "empty request body"), (Project, outcome));
    let undecodable = |encoding: &'static str| {
        let outcome = (Project, "invalid default invalid_body");
        row(ENVELOPE, "plain", (400, "invalid request body"), outcome)
            .header("content-encoding", encoding)
    };
    let no_event = |body: &str, why: &str| {
        let detail = format!("invalid JSON data: {why}");
        let outcome = (Project, "invalid error invalid_json");
        row(STORE, body, (400, &detail), outcome)
    };
    vec![
        empty(ENVELOPE, "invalid default empty_body"),
        empty(STORE, "invalid error empty_body"),
        no_event("{\"a\":", "EOF while parsing a value at line 1 column 5"),
        no_event("[]", "expected an object"),
        undecodable("gzip"),
        undecodable("deflate"),
        undecodable("br"),
        undecodable("zstd"),
        row(
            STORE,
            "cnViYmlzaA==",
            (400, "invalid request body"),
            (Project, "invalid error invalid_body"),
        ),
        row(
            "/api/PROJECT/minidump/?sentry_key=KEY",
            "rubbish",
            (400, "invalid minidump"),
            (Project, "invalid error invalid_minidump"),
        )
        .header("content-type", "application/x-dmp"),
    ]
}

/// Who may not report, and what is not there.
fn senders() -> Vec<Row> {
    let unknown = "/api/PROJECT/envelope/?sentry_key=ffffffffffffffffffffffffffffffff";
    let rejected = (403, "event submission rejected with_reason: ProjectId");
    let nobody = |path, answer, reason| row(path, "{}", answer, (Nobody, reason));
    let auth = "invalid default auth_client";
    vec![
        nobody(
            "/api/x/envelope/?sentry_key=KEY",
            (400, "bad project path parameter"),
            "invalid default project_id",
        ),
        nobody(
            "/api/PROJECT/envelope/?sentry_key=abc",
            (400, "bad sentry DSN public key"),
            "invalid default project_id",
        ),
        nobody(
            "/api/PROJECT/envelope/?sentry_key=KEY&sentry_version=8",
            (400, "unsupported protocol version (8)"),
            "invalid default auth_version",
        ),
        nobody(
            "/api/PROJECT/envelope/",
            (401, "missing authorization information"),
            auth,
        ),
        nobody(
            "/api/PROJECT/envelope/",
            (401, "bad x-sentry-auth header"),
            auth,
        )
        .header("x-sentry-auth", "Sentry nothing"),
        nobody(
            ENVELOPE,
            (401, "multiple authorization payloads detected"),
            auth,
        )
        .header(
            "x-sentry-auth",
            "Sentry sentry_key=ffffffffffffffffffffffffffffffff",
        ),
        row(
            "/api/PROJECT/envelope/",
            "{\"dsn\":\"nothing\"}\n",
            (401, "bad envelope authentication header"),
            (Nobody, auth),
        ),
        nobody(unknown, rejected, "invalid default project_id"),
        row(
            "/api/99/envelope/?sentry_key=KEY",
            "{}",
            rejected,
            (Project, "invalid default project_id"),
        ),
        row(
            ENVELOPE,
            "{}",
            (403, "event submission rejected with_reason: Cors"),
            (Project, "invalid default cors"),
        )
        .header("origin", "https://evil.example"),
        row(
            "/api/PROJECT/upload/",
            "",
            (404, "not found"),
            (NotCounted, ""),
        ),
    ]
}

/// What is too much, or of an unknown form.
fn sizes() -> Vec<Row> {
    let item =
        |kind: &str, size: usize| format!("{{}}\n{{\"type\":\"{kind}\"}}\n{}\n", "x".repeat(size));
    let too_large = |kind: &str| {
        format!(
            "envelope exceeded size limits for type '{kind}' (https://develop.sentry.dev/sdk/envelopes/#size-limits)"
        )
    };
    let over = |kind: &'static str, size, outcome| {
        row(
            ENVELOPE,
            item(kind, size),
            (413, &too_large(kind)),
            (Project, outcome),
        )
    };
    vec![
        row(ENVELOPE, "x".repeat(60_001), (413, TOO_LARGE), (Project, "invalid default request_too_large")),
        row(ENVELOPE, gzip("x".repeat(60_001)), (413, TOO_LARGE), (Project, "invalid default request_too_large"))
            .header("content-encoding", "gzip"),
        row(STORE, "x".repeat(20_001), (413, TOO_LARGE), (Project, "invalid error request_too_large")),
        over("event", 20_001, "invalid error too_large:event"),
        over("session", 10_001, "invalid session too_large:session"),
        over("check_in", 5_001, "invalid monitor too_large:check_in"),
        over("feedback", 20_001, "invalid feedback too_large:feedback"),
        over("replay_recording", 8_001, "invalid replay too_large:replay_recording"),
        over("profile", 9_001, "invalid profile too_large:profile"),
        row(ENVELOPE, "{}", (415, "unsupported content encoding"), (Project, "invalid default invalid_compression"))
            .header("content-encoding", "gzip, br"),
        row(
            "/api/PROJECT/security/?sentry_key=KEY",
            "{}",
            (415, "unsupported content type, expected application/csp-report, application/reports+json or application/json"),
            (Project, "invalid security content_type"),
        )
        .header("content-type", "text/plain"),
    ]
}

#[test]
fn every_refusal_has_its_status_body_and_outcome() {
    let limits = Limits {
        envelope_bytes_max: 60_000,
        event_bytes_max: 20_000,
        sessions_bytes_max: 10_000,
        check_in_bytes_max: 5_000,
        profile_bytes_max: 9_000,
        replay_compressed_bytes_max: 8_000,
        ..Limits::default()
    };
    run_with_limits(&TestDatabase::sqlite(), limits, |it| async move {
        it.set("allowedDomains", json!(["shop.example"])).await;
        let mut expected = [BTreeMap::new(), BTreeMap::new()];
        let [of_project, of_nobody] = &mut expected;
        let rows = [envelopes(), bodies(), senders(), sizes()];
        for row in rows.into_iter().flatten() {
            row.check(&it).await;
            match row.outcome {
                (Project, outcome) => *of_project.entry(outcome).or_insert(0) += 1,
                (Nobody, outcome) => *of_nobody.entry(outcome).or_insert(0) += 1,
                (NotCounted, _) => {}
            }
        }
        assert_eq!(it.post("envelope", envelope(ID)).await.status, 200);
        of_project.insert("accepted error", 1);
        let lines = expected.map(|counts| {
            let lines = counts.into_iter();
            lines
                .map(|(outcome, count)| format!("{outcome} {count}"))
                .collect::<Vec<_>>()
        });
        assert_eq!([it.outcomes().await, it.outcomes_of_nobody().await], lines);
        let messages = it.messages().await;
        let invalid = lines[0]
            .iter()
            .filter(|it| it.starts_with("invalid"))
            .count();
        assert_eq!(messages.len(), invalid, "each has words: {messages:?}");
    });
}

#[test]
fn a_method_that_does_not_fit_is_a_405() {
    run_with_limits(
        &TestDatabase::sqlite(),
        Limits::default(),
        |it| async move {
            for (method, path) in [
                (Method::GET, ENVELOPE),
                (Method::PUT, STORE),
                (Method::DELETE, "/api/PROJECT/security/"),
            ] {
                let request = TestRequest::default().method(method);
                it.send(request, path)
                    .await
                    .check_error(405, "method not allowed");
            }
        },
    );
}

#[test]
fn a_limit_is_a_429_and_a_foreign_key_reaches_no_other_project() {
    run_with_limits(
        &TestDatabase::sqlite(),
        Limits::default(),
        |it| async move {
            it.limit(Scope::Project, "error", 3600, 0).await;
            let answer = it
                .send(
                    TestRequest::post().set_payload(event_json(ID).to_string()),
                    STORE,
                )
                .await;
            assert_eq!(answer.status, 429);
            let (other, key) = new_project(&it.database, "other").await;
            let path = format!("/api/{other}/envelope/?{}", QUERY.replace("KEY", &key));
            let answer = it
                .send(TestRequest::post().set_payload(envelope(ID)), &path)
                .await;
            assert_eq!(answer.status, 200, "it has its own limits");
        },
    );
}
