//! The `sentry` crate for Rust (`tests/rust/report.rs`).

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

use super::look::{breadcrumb, exception, exception_types, tag};
use super::site::{ACCEPTED, Site};
use super::{Client, Scenario};
use crate::apps::{finish, folder};

/// The crate; it is compiled with the tests, so that it is always there.
pub(super) const CRATE: Client = Client {
    name: "sentry (Rust)",
    version,
    is_pinned: true,
    available: || true,
    scenarios: &[
        Scenario {
            name: "panic",
            check: panic,
        },
        Scenario {
            name: "capture_message",
            check: message,
        },
    ],
};

fn version() -> anyhow::Result<String> {
    let lock = std::fs::read_to_string(folder("../Cargo.lock"))?;
    let (_, rest) = lock
        .split_once("name = \"sentry\"\nversion = \"")
        .context("Cargo.lock names no sentry")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}

/// The example of the profile that the running test was built with.
fn program() -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let profile = test.parent().and_then(|folder| folder.parent());
    Ok(profile
        .context("the test's binary has no folder")?
        .join("examples/report"))
}

fn report(site: &Site<'_>, scenario: &str) -> anyhow::Result<()> {
    let mut command = Command::new(program()?);
    finish(command.arg(scenario).env("SENTRY_DSN", site.dsn())).map(drop)
}

fn panic(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "panic")?;
    let (issue, event) = site.arrived("shelf 12 holds 0 of 3 pots")?;
    assert_eq!(issue["level"], "fatal");
    assert_eq!(issue["isUnhandled"], true);
    assert_eq!(exception_types(&event), ["panic"]);
    assert_eq!(exception(&event)["mechanism"]["type"], "panic");
    let frames = exception(&event)["stacktrace"]["frames"].to_string();
    assert!(frames.contains("take_from_empty_shelf"), "{frames}");
    assert_eq!(event["user"]["id"], "21");
    assert_eq!(event["contexts"]["rust"]["name"], "rustc");
    assert_eq!(event["sdk"]["name"], "sentry.rust");
    site.expect_sessions("warehouse@0.4.0", &[("crashed", 1)])?;
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1)])
}

fn message(site: &Site<'_>) -> anyhow::Result<()> {
    report(site, "message")?;
    let (issue, event) = site.arrived("shelf 12 is almost empty")?;
    assert_eq!(issue["level"], "warning");
    assert_eq!(event["platform"], "native");
    assert_eq!(event["release"]["version"], "warehouse@0.4.0");
    assert_eq!(tag(&event, "warehouse"), "cgn-2");
    assert_eq!(tag(&event, "server_name"), "warehouse-1");
    assert_eq!(breadcrumb(&event, "shelf")["message"], "shelf 12 opened");
    site.expect_sessions("warehouse@0.4.0", &[("healthy", 1)])?;
    site.expect_beside_sessions(&[(ACCEPTED, "error", 1)])
}
