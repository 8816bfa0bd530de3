//! @sentry/browser in Chromium, and what Chromium reports by itself.

use std::process::Command;

use anyhow::Context;
use serde_json::{Value, json};

use super::look::{breadcrumb, entry, exception, failing_frame, tag};
use super::site::{ACCEPTED, NOT_KEPT, Outcomes, Site, eventually, without_sessions};
use super::{Client, Scenario, package_version};
use crate::apps::{browser_available, finish, run_browser};

const RELEASE: &str = "storefront-web@7.0.1";

/// The SDK.
pub(super) const SDK: Client = Client {
    name: "@sentry/browser",
    version: || package_version("browser", "@sentry/browser"),
    is_pinned: true,
    available: browser_available,
    scenarios: &[
        of("unhandled error", unhandled_error),
        of("unhandled rejection", unhandled_rejection),
        of("fetch breadcrumb", fetch_breadcrumb),
        of("feedback with a screenshot", feedback),
        of("crash report dialog", report_dialog),
        of("sendBeacon", beacon),
        of("tunnel", tunnel),
        of("allowed domains", allowed_domains),
        of("session replay", replay),
        of("tracing", tracing),
    ],
};

/// The browser without any SDK.
pub(super) const CHROMIUM: Client = Client {
    name: "Chromium",
    version: chromium_version,
    is_pinned: false,
    available: browser_available,
    scenarios: &[
        of("CSP violation, report-uri", csp),
        of("CSP violation, Reporting API", csp_reporting_api),
    ],
};

const fn of(name: &'static str, check: fn(&Site<'_>) -> anyhow::Result<()>) -> Scenario {
    Scenario { name, check }
}

/// The major version: distributions bring a new patch level every few days.
fn chromium_version() -> anyhow::Result<String> {
    let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    let printed = finish(Command::new(browser).arg("--version"))?;
    let version = printed.split_whitespace().find(|word| word.contains('.'));
    let major = version.and_then(|version| version.split('.').next());
    Ok(major.context("no version printed")?.to_owned())
}

/// Opens the page and checks that its script may read the answer, which needs the server's consent.
fn report(site: &Site<'_>, scenario: &str) -> anyhow::Result<Value> {
    let seen = run_browser(site.dsn(), scenario)?;
    assert_eq!(seen["status"], 200, "{seen}");
    Ok(seen)
}

/// The failing click of the page, as every scenario but a few ends.
fn failed_click(site: &Site<'_>) -> anyhow::Result<Value> {
    let (issue, event) = site.arrived("TypeError")?;
    assert_eq!(issue["isUnhandled"], true);
    assert_eq!(failing_frame(&event)["function"], "price");
    assert_eq!(event["user"]["id"], "99");
    assert_eq!(event["platform"], "javascript");
    assert_eq!(tag(&event, "theme"), "winter");
    assert_eq!(event["release"]["version"], RELEASE);
    Ok(event)
}

fn unhandled_error(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "unhandled-error")?;
    let event = failed_click(site)?;
    assert_eq!(
        entry(&event, "breadcrumbs")["values"][0]["category"],
        "ui.click"
    );
    assert_eq!(event["contexts"]["browser"]["name"], "HeadlessChrome");
    assert_eq!(event["contexts"]["os"]["name"], "Linux");
    assert_eq!(event["user"]["ip_address"], "127.0.0.1");
    site.expect_sessions(RELEASE, &[("unhandled", 1)])?;
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1)])
}

fn unhandled_rejection(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "unhandled-rejection")?;
    let (issue, event) = site.arrived("RangeError: the basket holds 101 articles")?;
    assert_eq!(issue["isUnhandled"], true);
    let mechanism = exception(&event)["mechanism"]["type"]
        .as_str()
        .unwrap_or("");
    assert!(mechanism.ends_with("onunhandledrejection"), "{mechanism}");
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1)])
}

fn fetch_breadcrumb(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "fetch-breadcrumb")?;
    let event = failed_click(site)?;
    let crumb = breadcrumb(&event, "fetch");
    assert_eq!(crumb["data"]["method"], "GET");
    assert_eq!(crumb["data"]["status_code"], 404);
    assert_eq!(crumb["data"]["url"], "/stock?article=teapot");
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1)])
}

fn feedback(site: &Site<'_>) -> anyhow::Result<()> {
    let seen = report(site, "feedback")?;
    let (issue, event) = site.arrived("checkout page went blank")?;
    let said = site.feedback(1)?;
    assert_eq!(said.len(), 1);
    assert_eq!(said[0]["name"], "Mia");
    assert_eq!(said[0]["email"], "mia@example.com");
    assert_eq!(said[0]["comments"], "The page went blank.");
    assert_eq!(said[0]["eventID"], event["eventID"]);
    assert_eq!(said[0]["issue"]["id"], issue["id"]);
    let feedback_id = seen["id"].as_str().context("the feedback's id")?;
    let found = site.attachments(feedback_id, 1)?;
    let [(name, kind, picture)] = &found[..] else {
        panic!("one screenshot, not {found:?}");
    };
    assert_eq!([name.as_str(), kind], ["screenshot.png", "image/png"]);
    assert_eq!(picture[..8], *b"\x89PNG\r\n\x1a\n");
    site.expect_beside_sessions(&[
        (ACCEPTED, "attachment_item", 1),
        (ACCEPTED, "error", 1),
        (ACCEPTED, "feedback", 1),
    ])
}

/// The dialog that the server's own script opens in the page; what is typed there belongs to the event.
fn report_dialog(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "report-dialog")?;
    let (issue, event) = site.arrived("checkout page went blank")?;
    let said = site.feedback(1)?;
    assert_eq!(said[0]["name"], "Mia");
    assert_eq!(said[0]["email"], "mia@example.com");
    assert_eq!(said[0]["comments"], "I paid and saw a white page.");
    assert_eq!(said[0]["eventID"], event["eventID"]);
    assert_eq!(said[0]["issue"]["id"], issue["id"]);
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1), (ACCEPTED, "feedback", 1)])
}

fn beacon(site: &Site<'_>) -> anyhow::Result<()> {
    run_browser(site.dsn(), "beacon")?;
    failed_click(site)?;
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1)])
}

/// The page sends to its own site, which forwards the envelope without a key in the address or a header.
fn tunnel(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "tunnel")?;
    failed_click(site)?;
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1)])
}

/// A project that takes reports of one site only refuses the page with an answer that its script may read, and
/// takes the same page once its site is named.
fn allowed_domains(site: &Site<'_>) -> anyhow::Result<()> {
    site.change(&json!({"allowedDomains": ["shop.example.com"]}))?;
    let seen = run_browser(site.dsn(), "unhandled-error")?;
    assert_eq!(seen["status"], 403, "{seen}");
    assert_eq!(site.titles()?, Vec::<String>::new());
    eventually(&true, || {
        let outcomes = site.outcomes()?;
        let mut reasons = outcomes.keys();
        Ok(reasons.any(|(outcome, reason, _)| outcome == "invalid" && reason == "cors"))
    })?;

    let other = Site::new(site.server, &site.api, "allowed domains, own")?;
    other.change(&json!({"allowedDomains": ["shop.example.com", "localhost"]}))?;
    report(&other, "unhandled-error")?;
    failed_click(&other).map(drop)
}

fn replay(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "replay")?;
    let is_replay = |outcomes: &mut Outcomes| {
        without_sessions(outcomes);
        // How many segments there are depends on the page's speed.
        for quantity in outcomes.values_mut() {
            *quantity = 1;
        }
    };
    site.expect_outcomes_where(&[(NOT_KEPT, "replay", 1)], is_replay)
}

fn tracing(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "tracing")?;
    let event = failed_click(site)?;
    let trace = &event["contexts"]["trace"];
    assert_eq!(trace["trace_id"].as_str().map(str::len), Some(32));
    let spans = |outcomes: &mut Outcomes| {
        without_sessions(outcomes);
        // The page has a span for everything that it loads.
        for ((_, _, category), quantity) in outcomes {
            *quantity = if category == "span" {
                (*quantity).min(1)
            } else {
                *quantity
            };
        }
    };
    site.expect_outcomes_where(&[(ACCEPTED, "error", 1), (NOT_KEPT, "span", 1)], spans)
}

fn csp(site: &Site<'_>) -> anyhow::Result<()> {
    let seen = run_browser(site.dsn(), "csp")?;
    let event = violation(site, &seen, "http://tracker.example/pixel.gif")?;
    assert_eq!(event["culprit"], "img-src");
    Ok(())
}

fn csp_reporting_api(site: &Site<'_>) -> anyhow::Result<()> {
    let seen = report(site, "csp-reporting-api")?;
    violation(site, &seen, "https://tracker.example/pixel.gif").map(drop)
}

/// The image that the page's policy forbids, as Chromium reported it.
fn violation(site: &Site<'_>, seen: &Value, blocked: &str) -> anyhow::Result<Value> {
    let origin = seen["origin"].as_str().context("an origin")?;
    let (issue, event) = site.arrived("Blocked 'image' from 'tracker.example'")?;
    assert_eq!(issue["type"], "csp");
    assert_eq!(issue["level"], "error");
    assert_eq!(event["type"], "csp");
    assert_eq!(issue["logger"], "csp");
    assert_eq!(tag(&event, "effective-directive"), "img-src");
    assert_eq!(tag(&event, "blocked-uri"), blocked);
    let report = entry(&event, "csp");
    assert_eq!(report["effective_directive"], "img-src");
    assert_eq!(report["blocked_uri"], blocked);
    assert_eq!(report["document_uri"], format!("{origin}/"));
    assert_eq!(report["disposition"], "enforce");
    assert_eq!(event["release"]["version"], RELEASE);
    assert_eq!(event["environment"], "production");
    assert_eq!(event["contexts"]["browser"]["name"], "HeadlessChrome");
    site.expect_outcomes(&[(ACCEPTED, "error", 1)])?;
    Ok(event)
}
