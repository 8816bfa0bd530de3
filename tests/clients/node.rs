//! @sentry/node, newest version and previous major, feature by feature.

use super::look::{breadcrumb, event_id, exception_types, failing_frame, failing_line, tag};
use super::python::dropped_by_the_client;
use super::site::{ACCEPTED, NOT_KEPT, Site};
use super::{Client, Scenario, package_version};
use crate::apps::{run_node, sdks_available};

const NEWEST: &str = "@sentry/node";
const OLDER: &str = "sentry-node-previous";
const RELEASE: &str = "storefront@5.1.0";

/// The newest version; its spans stream by themselves.
pub(super) const CURRENT: Client = Client {
    name: "@sentry/node",
    version: || package_version("node", NEWEST),
    is_pinned: true,
    available: sdks_available,
    scenarios: &[
        of("error with a cause", |site| error_with_cause(site, NEWEST)),
        of("message", |site| message(site, NEWEST)),
        of("unhandled rejection", |site| rejection(site, NEWEST)),
        of("attachments", |site| attachments(site, NEWEST)),
        of("beforeSend returns null", |site| before_send(site, NEWEST)),
        of("cron monitor", |site| cron(site, NEWEST)),
        of("user feedback", |site| feedback(site, NEWEST)),
        of("logs", |site| logs(site, NEWEST)),
        of("metrics", |site| metrics(site, NEWEST)),
        of("sessions", |site| sessions(site, NEWEST)),
        of("tracing", |site| {
            tracing(site, NEWEST, &[(NOT_KEPT, "span", 2)])
        }),
    ],
};

/// The previous major, which sends transactions.
pub(super) const PREVIOUS: Client = Client {
    name: "@sentry/node, previous major",
    version: || package_version("node", OLDER),
    is_pinned: true,
    available: sdks_available,
    scenarios: &[
        of("error with a cause", |site| error_with_cause(site, OLDER)),
        of("message", |site| message(site, OLDER)),
        of("unhandled rejection", |site| rejection(site, OLDER)),
        of("attachments", |site| attachments(site, OLDER)),
        of("beforeSend returns null", |site| before_send(site, OLDER)),
        of("cron monitor", |site| cron(site, OLDER)),
        of("user feedback", |site| feedback(site, OLDER)),
        of("logs", |site| logs(site, OLDER)),
        of("metrics", |site| metrics(site, OLDER)),
        of("sessions", |site| sessions(site, OLDER)),
        of("tracing", |site| {
            tracing(
                site,
                OLDER,
                &[(NOT_KEPT, "span", 2), (NOT_KEPT, "transaction", 1)],
            )
        }),
    ],
};

const fn of(name: &'static str, check: fn(&Site<'_>) -> anyhow::Result<()>) -> Scenario {
    Scenario { name, check }
}

fn report(site: &Site<'_>, package: &str, scenario: &str) -> anyhow::Result<()> {
    run_node(site.dsn(), package, &["report.js", scenario])
}

fn error_with_cause(site: &Site<'_>, package: &str) -> anyhow::Result<()> {
    run_node(site.dsn(), package, &["shop.js", "error"])?;
    let (_, event) = site.arrived("StockError: cannot reserve 2 of POT-0007")?;
    assert_eq!(exception_types(&event), ["SyntaxError", "StockError"]);
    let frame = failing_frame(&event);
    assert_eq!(frame["function"], "reserve");
    assert!(
        failing_line(frame).contains("throw new StockError("),
        "{frame}"
    );
    assert_eq!(event["user"]["id"], "77");
    assert_eq!(tag(&event, "region"), "eu-west");
    assert_eq!(event["context"]["articles"][0], "POT-0007");
    assert_eq!(breadcrumb(&event, "basket")["message"], "basket opened");
    assert_eq!(event["sdk"]["name"], "sentry.javascript.node");
    assert_eq!(event["sdk"]["version"], package_version("node", package)?);
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1)])
}

fn message(site: &Site<'_>, package: &str) -> anyhow::Result<()> {
    run_node(site.dsn(), package, &["shop.js", "message"])?;
    let (issue, event) = site.arrived("stock list is older than a day")?;
    assert_eq!(issue["level"], "warning");
    assert_eq!(event["release"]["version"], RELEASE);
    assert_eq!(event["contexts"]["runtime"]["name"], "node");
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1)])
}

fn rejection(site: &Site<'_>, package: &str) -> anyhow::Result<()> {
    run_node(site.dsn(), package, &["shop.js", "rejection"])?;
    let (issue, event) = site.arrived("no warehouse has POT-0007")?;
    assert_eq!(issue["isUnhandled"], true);
    assert_eq!(exception_types(&event), ["StockError"]);
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1)])
}

fn attachments(site: &Site<'_>, package: &str) -> anyhow::Result<()> {
    report(site, package, "attachments")?;
    let (_, event) = site.arrived("receipt printed badly")?;
    let found = site.attachments(event_id(&event)?, 2)?;
    let [(first, first_kind, basket), (second, second_kind, picture)] = &found[..] else {
        panic!("two attachments, not {found:?}");
    };
    assert_eq!(
        [first.as_str(), first_kind],
        ["basket.json", "application/json"]
    );
    assert_eq!(basket, b"{\"articles\":3}");
    assert_eq!([second.as_str(), second_kind], ["receipt.png", "image/png"]);
    assert_eq!(picture[..8], *b"\x89PNG\r\n\x1a\n");
    site.expect_beside_sessions(&[(ACCEPTED, "attachment_item", 2), (ACCEPTED, "error", 1)])
}

fn before_send(site: &Site<'_>, package: &str) -> anyhow::Result<()> {
    report(site, package, "before-send")?;
    dropped_by_the_client(site)
}

fn cron(site: &Site<'_>, package: &str) -> anyhow::Result<()> {
    report(site, package, "cron")?;
    site.expect_beside_sessions(&[(NOT_KEPT, "monitor", 2)])
}

fn feedback(site: &Site<'_>, package: &str) -> anyhow::Result<()> {
    report(site, package, "feedback")?;
    let (issue, event) = site.arrived("checkout page went blank")?;
    let said = site.feedback(1)?;
    assert_eq!(said.len(), 1);
    assert_eq!(said[0]["name"], "Mia");
    assert_eq!(said[0]["email"], "mia@example.com");
    assert_eq!(said[0]["comments"], "The page went blank.");
    assert_eq!(said[0]["eventID"], event["eventID"]);
    assert_eq!(said[0]["issue"]["id"], issue["id"]);
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1), (ACCEPTED, "feedback", 1)])
}

fn logs(site: &Site<'_>, package: &str) -> anyhow::Result<()> {
    report(site, package, "logs")?;
    site.expect_beside_sessions(&[(NOT_KEPT, "log_item", 2)])
}

fn metrics(site: &Site<'_>, package: &str) -> anyhow::Result<()> {
    report(site, package, "metrics")?;
    site.expect_beside_sessions(&[(NOT_KEPT, "trace_metric", 3)])
}

/// One session a process, which is reported several times as it goes on and counts once.
fn sessions(site: &Site<'_>, package: &str) -> anyhow::Result<()> {
    report(site, package, "sessions")?;
    site.arrived("one article could not be read")?;
    site.expect_sessions(RELEASE, &[("errored", 1)])?;
    assert_eq!(site.session_users(RELEASE)?, 1);
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1)])
}

fn tracing(site: &Site<'_>, package: &str, spans: &[([&str; 2], &str, i64)]) -> anyhow::Result<()> {
    report(site, package, "tracing")?;
    let (_, event) = site.arrived("stock row is locked")?;
    let trace = &event["contexts"]["trace"];
    assert_eq!(trace["trace_id"].as_str().map(str::len), Some(32));
    let errors = [(ACCEPTED, "error", 1)];
    site.expect_beside_sessions(&[&errors, spans].concat())
}
