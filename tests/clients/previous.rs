//! What sentry-sdk 2 replaced in Python: its own first major, and raven before that.

use super::frameworks::{flask_app, one_crashed_request};
use super::look::{breadcrumb, event_id, exception, exception_types, failing_frame, tag};
use super::python::{dropped_by_the_client, logged, version};
use super::site::{ACCEPTED, NOT_KEPT, Site};
use super::{Client, Scenario};
use crate::apps::{run_python, sdks_available};

/// The previous major, which sends events to `/store/`.
pub(super) const PYTHON: Client = Client {
    name: "sentry-sdk (Python), previous major",
    version: || version("previous", "sentry-sdk"),
    is_pinned: true,
    available: sdks_available,
    scenarios: &[
        of("message and exception", message_and_exception),
        of("plain logging", logging),
        of("Flask with sessions", flask),
        of("cron monitor decorator", cron),
        of("attachments", attachments),
        of("tracing", tracing),
        of("before_send returns None", before_send),
    ],
};

/// The SDK before sentry-sdk: zlib bodies on `/store/`, protocol version 6.
pub(super) const RAVEN: Client = Client {
    name: "raven (Python)",
    version: || version("previous", "raven"),
    is_pinned: true,
    available: sdks_available,
    scenarios: &[
        of("message", raven_message),
        of("exception", raven_exception),
        of("plain logging", raven_logging),
    ],
};

const fn of(name: &'static str, check: fn(&Site<'_>) -> anyhow::Result<()>) -> Scenario {
    Scenario { name, check }
}

fn report(site: &Site<'_>, program: &str, scenario: &str) -> anyhow::Result<()> {
    run_python("previous", &[program, scenario], site.dsn()).map(drop)
}

fn message_and_exception(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "report.py", "message")?;
    report(site, "report.py", "exception")?;
    let (issue, event) = site.arrived("invoice run took 512 seconds")?;
    assert_eq!(issue["level"], "warning");
    assert_eq!(event["sdk"]["version"], version("previous", "sentry-sdk")?);
    let (_, event) = site.arrived("ValueError")?;
    assert_eq!(failing_frame(&event)["vars"]["amounts"]["4711"], "'n/a'");
    assert_eq!(
        breadcrumb(&event, "invoice")["message"],
        "invoice 4711 opened"
    );
    assert_eq!(tag(&event, "job"), "invoice-run");
    site.expect_outcomes(&[(ACCEPTED, "error", 2)])
}

fn logging(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "report.py", "logging-module")?;
    logged(site)
}

fn flask(site: &Site<'_>) -> anyhow::Result<()> {
    let app = flask_app("previous", site.dsn())?;
    assert_eq!(app.open("/posts/7?theme=dark")?, 500);
    let (issue, event) = site.arrived("ZeroDivisionError")?;
    assert_eq!(issue["isUnhandled"], true);
    assert_eq!(exception(&event)["mechanism"]["type"], "flask");
    app.stop()?;
    site.expect_sessions("blog@1.3.0", &[("crashed", 1)])?;
    one_crashed_request(site)
}

fn cron(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "report.py", "cron")?;
    site.arrived("the printer is out of paper")?;
    site.expect_outcomes(&[(ACCEPTED, "error", 1), (NOT_KEPT, "monitor", 4)])
}

fn attachments(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "report.py", "attachments")?;
    let (_, event) = site.arrived("receipt printed badly")?;
    let found = site.attachments(event_id(&event)?, 3)?;
    let names: Vec<&str> = found.iter().map(|(name, _, _)| name.as_str()).collect();
    assert_eq!(names, ["receipt.png", "requirements.txt", "run.log"]);
    assert_eq!(found[2].2, b"line 1\nline 2\n");
    site.expect_outcomes(&[(ACCEPTED, "attachment_item", 3), (ACCEPTED, "error", 1)])
}

fn tracing(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "report.py", "tracing")?;
    let (_, event) = site.arrived("invoice without a customer")?;
    assert_eq!(event["contexts"]["trace"]["op"], "file.write");
    site.expect_outcomes(&[
        (ACCEPTED, "error", 1),
        (NOT_KEPT, "span", 3),
        (NOT_KEPT, "transaction", 1),
    ])
}

fn before_send(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "report.py", "before-send")?;
    dropped_by_the_client(site)
}

fn raven_message(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "legacy.py", "message")?;
    let (issue, event) = site.arrived("archived 512 invoices")?;
    assert_eq!(issue["level"], "warning");
    assert_eq!(event["release"]["version"], "archive@0.9");
    assert_eq!(event["environment"], "batch");
    assert_eq!(tag(&event, "job"), "archive");
    assert_eq!(tag(&event, "server_name"), "archive-1");
    assert_eq!(event["sdk"]["name"], "raven-python");
    assert_eq!(event["context"]["folder"], "'2025'");
    site.expect_outcomes(&[(ACCEPTED, "error", 1)])
}

fn raven_exception(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "legacy.py", "exception")?;
    let (issue, event) = site.arrived("KeyError")?;
    assert_eq!(issue["level"], "error");
    assert_eq!(exception_types(&event), ["KeyError"]);
    let frame = failing_frame(&event);
    assert_eq!(frame["function"], "exception");
    assert_eq!(frame["vars"]["folders"]["'2025'"], "'full'");
    assert_eq!(event["user"]["id"], "8");
    assert_eq!(
        breadcrumb(&event, "archive")["message"],
        "folder 2025 opened"
    );
    site.expect_outcomes(&[(ACCEPTED, "error", 1)])
}

fn raven_logging(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "legacy.py", "logging-module")?;
    let (issue, event) = site.arrived("cannot write folder 2025")?;
    assert_eq!(issue["logger"], "archive.writer");
    assert_eq!(issue["level"], "error");
    assert_eq!(event["context"]["folder"], "'2025'");
    site.expect_outcomes(&[(ACCEPTED, "error", 1)])
}
