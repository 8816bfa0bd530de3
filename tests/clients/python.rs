//! sentry-sdk for Python, newest version, feature by feature.

use serde_json::json;

use super::look::{
    breadcrumb, entry, event_id, exception, exception_types, failing_frame, failing_line, tag,
};
use super::site::{ACCEPTED, NOT_KEPT, Site};
use super::{Client, Scenario, django, frameworks};
use crate::apps::{finish, python, run_python, sdks_available};

const RELEASE: &str = "nightly@17.1.0";
/// The window in which the server takes two errors, in seconds.
const WINDOW: u32 = 4;
/// What the SDK's own hook drops.
const BEFORE_SEND: [&str; 2] = ["client_discard", "before_send"];
const BACKOFF: [&str; 2] = ["client_discard", "ratelimit_backoff"];

/// The newest version.
pub(super) const CURRENT: Client = Client {
    name: "sentry-sdk (Python)",
    version: || version("current", "sentry-sdk"),
    is_pinned: true,
    available: sdks_available,
    scenarios: &[
        of("Django, WSGI", django::wsgi),
        of("Django, ASGI", django::asgi),
        of("Django logs and messages", django::logs_and_messages),
        of("Django, resolved and back", django::regression),
        of("Flask", frameworks::flask),
        of("FastAPI", frameworks::fastapi),
        of("Celery", frameworks::celery),
        of("plain logging", logging),
        of("uncaught exception", uncaught),
        of("cron monitor decorator", cron),
        of("attachments", attachments),
        of("user feedback", feedback),
        of("sessions", sessions),
        of("tracing", tracing),
        of("span streaming", span_streaming),
        of("profile", profile),
        of("continuous profile", continuous_profile),
        of("logs", logs),
        of("metrics", metrics),
        of("before_send returns None", before_send),
        of("stops after 429 and resumes", rate_limit),
    ],
};

const fn of(name: &'static str, check: fn(&Site<'_>) -> anyhow::Result<()>) -> Scenario {
    Scenario { name, check }
}

/// The version of an installed distribution.
pub(super) fn version(environment: &str, distribution: &str) -> anyhow::Result<String> {
    let program =
        format!("from importlib.metadata import version; print(version('{distribution}'))");
    let mut command = std::process::Command::new(python(environment));
    Ok(finish(command.args(["-c", &program]))?.trim().to_owned())
}

fn report(site: &Site<'_>, scenario: &str) -> anyhow::Result<()> {
    run_python("current", &["report.py", scenario], site.dsn()).map(drop)
}

fn logging(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "logging-module")?;
    logged(site)
}

/// What the program logged is stored with logger, parameters, extra values and breadcrumbs.
pub(super) fn logged(site: &Site<'_>) -> anyhow::Result<()> {
    let (issue, event) = site.arrived("invoice 4711 has no amount")?;
    assert_eq!(issue["level"], "error");
    assert_eq!(issue["logger"], "invoices.run");
    assert_eq!(event["context"]["invoice"], 4711);
    assert_eq!(event["context"]["currency"], "EUR");
    assert_eq!(
        entry(&event, "message")["formatted"],
        "invoice 4711 has no amount"
    );
    assert_eq!(
        entry(&event, "message")["message"],
        "invoice %s has no amount"
    );
    let crumb = breadcrumb(&event, "invoices.run");
    assert_eq!(crumb["message"], "opened invoice 4711");
    assert_eq!(crumb["level"], "info");

    let (_, event) = site.arrived("TimeoutError")?;
    assert_eq!(exception_types(&event), ["TimeoutError"]);
    assert_eq!(exception(&event)["mechanism"]["type"], "logging");
    assert_eq!(exception(&event)["mechanism"]["handled"], true);
    assert_eq!(tag(&event, "job"), "invoice-run");
    assert_eq!(tag(&event, "server_name"), "batch-1");
    site.expect_outcomes(&[(ACCEPTED, "error", 2)])
}

/// A script that dies: its process ends with an error, and its last event still arrives.
fn uncaught(site: &Site<'_>) -> anyhow::Result<()> {
    assert!(run_python("current", &["plain.py"], site.dsn()).is_err());
    let (issue, event) = site.arrived("ValueError")?;
    assert_eq!(issue["isUnhandled"], true);
    assert_eq!(issue["level"], "error");
    assert_eq!(exception(&event)["mechanism"]["type"], "excepthook");
    let frame = failing_frame(&event);
    assert!(failing_line(frame).contains("int(amount)"), "{frame}");
    assert_eq!(event["environment"], "batch");
    assert_eq!(event["release"]["version"], "nightly@17");
    site.expect_outcomes(&[(ACCEPTED, "error", 1)])
}

fn cron(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "cron")?;
    site.arrived("the printer is out of paper")?;
    site.expect_outcomes(&[(ACCEPTED, "error", 1), (NOT_KEPT, "monitor", 4)])
}

fn attachments(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "attachments")?;
    let (_, event) = site.arrived("receipt printed badly")?;
    let found = site.attachments(event_id(&event)?, 3)?;
    let kinds: Vec<(&str, &str)> = found
        .iter()
        .map(|(name, kind, _)| (name.as_str(), kind.as_str()))
        .collect();
    let expected = [
        ("receipt.png", "image/png"),
        ("requirements.txt", "text/plain"),
        ("run.log", "text/plain"),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(found[0].2[..8], *b"\x89PNG\r\n\x1a\n");
    let file = crate::apps::folder("python/requirements.txt");
    assert_eq!(found[1].2, std::fs::read(file)?);
    assert_eq!(found[2].2, b"line 1\nline 2\n");
    site.expect_outcomes(&[(ACCEPTED, "attachment_item", 3), (ACCEPTED, "error", 1)])
}

/// Feedback in the new form and a report in the old form, both about one event.
fn feedback(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "feedback")?;
    let (issue, event) = site.arrived("checkout page went blank")?;
    let said = site.feedback(2)?;
    let expected = [
        ("Mia", "mia@example.com", "The page went blank."),
        ("Noah", "noah@example.com", "It crashed again."),
    ];
    assert_eq!(said.len(), expected.len());
    for (said, (name, email, words)) in said.iter().zip(expected) {
        assert_eq!(said["name"], name);
        assert_eq!(said["email"], email);
        assert_eq!(said["comments"], words);
        assert_eq!(said["eventID"], event["eventID"]);
        assert_eq!(said["issue"]["id"], issue["id"]);
    }
    site.expect_outcomes(&[(ACCEPTED, "error", 1), (ACCEPTED, "feedback", 2)])
}

fn sessions(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "sessions")?;
    let expected = [("crashed", 1), ("errored", 1), ("healthy", 1)];
    site.expect_sessions(RELEASE, &expected)?;
    assert_eq!(site.session_users(RELEASE)?, 3);
    site.expect_outcomes(&[(ACCEPTED, "error", 1), (ACCEPTED, "session", 3)])
}

fn tracing(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "tracing")?;
    let (_, event) = site.arrived("invoice without a customer")?;
    let trace = &event["contexts"]["trace"];
    assert_eq!(trace["op"], "file.write");
    assert_eq!(trace["trace_id"].as_str().map(str::len), Some(32));
    assert_eq!(event["culprit"], "invoice-run");
    site.expect_outcomes(&[
        (ACCEPTED, "error", 1),
        (NOT_KEPT, "span", 3),
        (NOT_KEPT, "transaction", 1),
    ])
}

fn span_streaming(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "span-streaming")?;
    site.expect_outcomes(&[(NOT_KEPT, "span", 2)])
}

fn profile(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "profile")?;
    site.expect_outcomes(&[
        (NOT_KEPT, "profile", 1),
        (NOT_KEPT, "span", 1),
        (NOT_KEPT, "transaction", 1),
    ])
}

fn continuous_profile(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "continuous-profile")?;
    site.expect_outcomes(&[
        (NOT_KEPT, "profile_chunk", 1),
        (NOT_KEPT, "span", 1),
        (NOT_KEPT, "transaction", 1),
    ])
}

fn logs(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "logs")?;
    site.expect_outcomes(&[(NOT_KEPT, "log_item", 3)])
}

fn metrics(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "metrics")?;
    site.expect_outcomes(&[(NOT_KEPT, "trace_metric", 3)])
}

/// One of two messages is dropped by the program; the SDK tells the server about the loss.
fn before_send(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "before-send")?;
    dropped_by_the_client(site)
}

/// One message was stored, the other is known as dropped by the client, and nothing says what was in it.
pub(super) fn dropped_by_the_client(site: &Site<'_>) -> anyhow::Result<()> {
    site.arrived("a public message")?;
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1), (BEFORE_SEND, "error", 1)])?;
    assert_eq!(site.titles()?, ["a public message"]);
    Ok(())
}

/// The server takes two errors a window. The SDK is refused once, is silent for the rest of the window although
/// the program goes on, sends again in the next, and tells what it dropped.
fn rate_limit(site: &Site<'_>) -> anyhow::Result<()> {
    site.limit_key(2, WINDOW)?;
    let mut command = std::process::Command::new(python("current"));
    command.args(["report.py", "rate-limit"]);
    command.current_dir(crate::apps::folder("python"));
    command.env("SENTRY_DSN", site.dsn());
    let printed = finish(command.env("SENTRY_PAUSE", WINDOW.to_string()))?;
    let did: serde_json::Value = serde_json::from_str(&printed)?;
    assert_eq!(did["before"], json!([200, 200, 429]), "{did}");
    assert_eq!(did["while_limited"], json!([]), "{did}");
    assert_eq!(did["after"], json!([200]), "{did}");
    site.arrived("after the window")?;
    site.expect_outcomes(&[
        (ACCEPTED, "error", 3),
        (BACKOFF, "error", 5),
        (["rate_limited", "key_quota"], "error", 1),
    ])
}
