//! Real clients report to a real server; what was stored is read through the API.
//!
//! Each client has scenarios. A scenario has a project for itself and runs on both databases; all
//! scenarios of a client share a server a database. `table.rs` says which there are and how they went.

mod browser;
mod cli;
mod django;
mod frameworks;
mod look;
mod node;
mod previous;
mod python;
mod rust_crate;
mod site;
mod table;

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::Context;
use watchfire_testkit::database::TestDatabase;
use watchfire_testkit::server::Server;

use self::site::Site;

/// One thing that a client does, and the look at what became of it.
pub(crate) struct Scenario {
    name: &'static str,
    check: fn(&Site<'_>) -> anyhow::Result<()>,
}

/// A client in one version.
pub(crate) struct Client {
    name: &'static str,
    /// Reads which version is installed.
    version: fn() -> anyhow::Result<String>,
    /// Whether this repository says which version is installed, and not the machine.
    is_pinned: bool,
    /// Whether it is installed; fails where it has to be.
    available: fn() -> bool,
    scenarios: &'static [Scenario],
}

/// All clients, in the order of the table.
const CLIENTS: [&Client; 9] = [
    &python::CURRENT,
    &previous::PYTHON,
    &previous::RAVEN,
    &node::CURRENT,
    &node::PREVIOUS,
    &browser::SDK,
    &browser::CHROMIUM,
    &rust_crate::CRATE,
    &cli::CLI,
];

/// How one scenario went on one database.
struct Failure {
    scenario: &'static str,
    database: &'static str,
    words: String,
}

/// Runs all scenarios of a client on both databases at once and enters them in the table.
fn run(client: &Client) {
    if !(client.available)() {
        return;
    }
    let version = (client.version)().expect("the client's version");
    let postgres = TestDatabase::postgres();
    let failures = std::thread::scope(|scope| {
        let sqlite = scope.spawn(|| run_on(client, "SQLite", None));
        let mut failures = postgres.as_ref().map_or_else(Vec::new, |database| {
            run_on(client, "PostgreSQL", Some(database.url()))
        });
        failures.extend(sqlite.join().expect("the other database's scenarios"));
        failures
    });
    let is_whole = postgres.is_some();
    table::enter(client, &version, is_whole, |scenario| {
        failures.iter().all(|failure| failure.scenario != scenario)
    });
    let lines = failures.iter().map(|failure| {
        let Failure {
            scenario,
            database,
            words,
        } = failure;
        format!("\n{}, {scenario}, on {database}: {words}", client.name)
    });
    let lines: String = lines.collect();
    assert!(lines.is_empty(), "{lines}");
}

fn run_on(client: &Client, database: &'static str, url: Option<&str>) -> Vec<Failure> {
    let server = Server::start(url).expect("a server");
    let api = server.api().expect("a token");
    let mut failures = Vec::new();
    for scenario in client.scenarios {
        let attempt = || {
            let site = Site::new(&server, &api, scenario.name)?;
            (scenario.check)(&site)
        };
        let words = match catch_unwind(AssertUnwindSafe(attempt)) {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => format!("{error:#}"),
            Err(panic) => panic_words(panic.as_ref()),
        };
        failures.push(Failure {
            scenario: scenario.name,
            database,
            words,
        });
    }
    failures
}

fn panic_words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without words").to_owned()
}

/// The version that the manifest of an installed Node package names.
fn package_version(folder: &str, package: &str) -> anyhow::Result<String> {
    let manifest = crate::apps::folder(folder).join(format!("node_modules/{package}/package.json"));
    let text = std::fs::read_to_string(&manifest)
        .with_context(|| format!("cannot read {}", manifest.display()))?;
    let manifest: serde_json::Value = serde_json::from_str(&text)?;
    let version = manifest["version"].as_str().context("no version")?;
    Ok(version.to_owned())
}

#[test]
fn python_sdk() {
    run(&python::CURRENT);
}

#[test]
fn previous_python_sdk() {
    run(&previous::PYTHON);
}

#[test]
fn raven() {
    run(&previous::RAVEN);
}

#[test]
fn node_sdk() {
    run(&node::CURRENT);
}

#[test]
fn previous_node_sdk() {
    run(&node::PREVIOUS);
}

#[test]
fn browser_sdk() {
    run(&browser::SDK);
}

#[test]
fn chromium_reports_by_itself() {
    run(&browser::CHROMIUM);
}

#[test]
fn rust_sdk() {
    run(&rust_crate::CRATE);
}

#[test]
fn sentry_cli() {
    run(&cli::CLI);
}
