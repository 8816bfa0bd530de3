//! sentry-cli from its Node package: what it sends with a DSN, and what it reads with a token.

use std::process::Command;

use anyhow::Context;

use super::look::{event_id, tag};
use super::site::{ACCEPTED, NOT_KEPT, Site};
use super::{Client, Scenario};
use crate::apps::{finish, folder, sdks_available};

/// The newest version.
pub(super) const CLI: Client = Client {
    name: "sentry-cli",
    version,
    is_pinned: true,
    available: sdks_available,
    scenarios: &[
        of("send-event", send_event),
        of("send-envelope", send_envelope),
        of("monitors run", monitors_run),
        of("info", info),
        of("organizations list, projects list", lists),
        of("issues list", issues),
    ],
};

const fn of(name: &'static str, check: fn(&Site<'_>) -> anyhow::Result<()>) -> Scenario {
    Scenario { name, check }
}

/// The command without settings of the person who runs the tests.
fn cli() -> Command {
    let mut command = Command::new(folder("node/node_modules/.bin/sentry-cli"));
    // A folder without a `.sentryclirc`, nor one above it.
    let nowhere = std::env::temp_dir();
    command.env("HOME", &nowhere).current_dir(nowhere);
    command
}

fn version() -> anyhow::Result<String> {
    let printed = finish(cli().arg("--version"))?;
    let version = printed.split_whitespace().last();
    Ok(version.context("no version printed")?.to_owned())
}

/// Runs what needs a DSN alone.
fn with_dsn(site: &Site<'_>, arguments: &[&str]) -> anyhow::Result<String> {
    finish(cli().args(arguments).env("SENTRY_DSN", site.dsn()))
}

/// Runs what reads the API.
fn with_token(site: &Site<'_>, arguments: &[&str]) -> anyhow::Result<String> {
    let mut command = cli();
    command
        .args(arguments)
        .env("SENTRY_URL", site.server.url())
        .env("SENTRY_ORG", "default")
        .env("SENTRY_PROJECT", &site.project.slug)
        .env("SENTRY_AUTH_TOKEN", site.api.token());
    finish(&mut command)
}

fn send_event(site: &Site<'_>) -> anyhow::Result<()> {
    let arguments = [
        "send-event",
        "--message",
        "disk is 98 % full",
        "--level",
        "warning",
        "--release",
        "ops@3.0.0",
        "--env",
        "production",
        "--tag",
        "rack:b7",
        "--extra",
        "mount:/var",
        "--user",
        "id:5",
        "--no-environ",
    ];
    let printed = with_dsn(site, &arguments)?;
    let (issue, event) = site.arrived("disk is 98 % full")?;
    let id = event_id(&event)?;
    assert!(printed.replace('-', "").contains(id), "{printed}");
    assert_eq!(issue["level"], "warning");
    assert_eq!(event["release"]["version"], "ops@3.0.0");
    assert_eq!(event["environment"], "production");
    assert_eq!(event["platform"], "native");
    assert_eq!(tag(&event, "rack"), "b7");
    assert_eq!(event["context"]["mount"], "/var");
    assert_eq!(event["user"]["id"], "5");
    assert_eq!(event["user"]["ip_address"], "127.0.0.1");
    site.expect_outcomes(&[(ACCEPTED, "error", 1)])
}

fn send_envelope(site: &Site<'_>) -> anyhow::Result<()> {
    let file = folder("../fixtures/envelopes/python-plain-2.75.0/excepthook.envelope");
    let file = file.to_str().context("a path in UTF-8")?;
    with_dsn(site, &["send-envelope", file])?;
    let (issue, event) = site.arrived("ValueError")?;
    assert_eq!(issue["isUnhandled"], true);
    assert_eq!(event["release"]["version"], "nightly@17");
    assert_eq!(tag(&event, "job"), "invoice-run");
    site.expect_outcomes(&[(ACCEPTED, "error", 1)])
}

/// The command's code is the job's, and each job has two check-ins.
fn monitors_run(site: &Site<'_>) -> anyhow::Result<()> {
    let arguments = [
        "monitors",
        "run",
        "nightly-backup",
        "--schedule",
        "0 2 * * *",
    ];
    with_dsn(site, &[&arguments[..], &["--", "true"]].concat())?;
    assert!(with_dsn(site, &[&arguments[..], &["--", "false"]].concat()).is_err());
    site.expect_outcomes(&[(NOT_KEPT, "monitor", 4)])
}

fn info(site: &Site<'_>) -> anyhow::Result<()> {
    let printed = with_token(site, &["info"])?;
    assert!(printed.contains(&site.server.url()), "{printed}");
    assert!(
        printed.contains("Default Organization: default"),
        "{printed}"
    );
    assert!(printed.contains("event:read"), "{printed}");
    Ok(())
}

fn lists(site: &Site<'_>) -> anyhow::Result<()> {
    let printed = with_token(site, &["organizations", "list"])?;
    assert!(printed.contains("default"), "{printed}");
    let printed = with_token(site, &["projects", "list"])?;
    assert!(printed.contains(&site.project.slug), "{printed}");
    Ok(())
}

fn issues(site: &Site<'_>) -> anyhow::Result<()> {
    with_dsn(
        site,
        &[
            "send-event",
            "--message",
            "backup is two days old",
            "--no-environ",
        ],
    )?;
    let (issue, _) = site.arrived("backup is two days old")?;
    let printed = with_token(site, &["issues", "list"])?;
    assert!(printed.contains("backup is two days old"), "{printed}");
    let short = issue["shortId"].as_str().context("a short id")?;
    assert!(printed.contains(short), "{printed}");
    Ok(())
}
