//! The table of clients in `tests/README.md`: what runs, in which version, and whether it passed.
//!
//! `WATCHFIRE_WRITE_MATRIX=1` writes what the run found; without it the run only compares.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::{CLIENTS, Client};
use crate::apps::folder;

const START: &str = "<!-- clients -->\n";
const END: &str = "<!-- /clients -->\n";
const HEAD: &str = "| client | version | scenario | passed |\n|---|---|---|---|\n";
const WRITE: &str = "WATCHFIRE_WRITE_MATRIX";

/// Clients are entered by tests that run at the same time.
static FILE: Mutex<()> = Mutex::new(());

/// One line of the table.
struct Row<'a> {
    client: &'a str,
    version: &'a str,
    scenario: &'a str,
    passed: &'a str,
}

/// Enters how a client's scenarios went, or checks that the table names this version. A run without
/// PostgreSQL is not whole and enters nothing.
///
/// # Panics
/// When the table cannot be written, or names another version.
pub(super) fn enter(client: &Client, version: &str, is_whole: bool, passed: impl Fn(&str) -> bool) {
    let _guard = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let readme = std::fs::read_to_string(path()).expect("tests/README.md");
    let (before, table, after) = parts(&readme);
    let old = rows(table);
    let write = std::env::var_os(WRITE).is_some() && is_whole;
    let mut text = HEAD.to_owned();
    for known in CLIENTS {
        let is_entered = known.name == client.name;
        for scenario in known.scenarios {
            let is_old = |row: &&Row<'_>| row.client == known.name && row.scenario == scenario.name;
            let (version, passed) = match old.iter().find(is_old) {
                _ if is_entered => (version, if passed(scenario.name) { "yes" } else { "no" }),
                Some(row) => (row.version, row.passed),
                None => continue,
            };
            let line = [known.name, version, scenario.name, passed].join(" | ");
            text.push_str(&format!("| {line} |\n"));
        }
    }
    if write {
        std::fs::write(path(), format!("{before}{START}{text}{END}{after}"))
            .expect("tests/README.md");
    } else if client.is_pinned {
        let other = old
            .iter()
            .find(|row| row.client == client.name && row.version != version);
        let named = other.map(|row| row.version);
        assert_eq!(
            named, None,
            "{} is {version}; run with {WRITE}=1",
            client.name
        );
    }
}

fn path() -> PathBuf {
    folder("README.md")
}

/// What stands before, in and after the table.
fn parts(readme: &str) -> (&str, &str, &str) {
    let (before, rest) = readme.split_once(START).expect("a mark before the table");
    let (table, after) = rest.split_once(END).expect("a mark after the table");
    (before, table, after)
}

fn rows(table: &str) -> Vec<Row<'_>> {
    let lines = table.lines().skip(2);
    let read = lines.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [client, version, scenario, passed] = cells[..] else {
            panic!("a line of four cells, not {line:?}");
        };
        Row {
            client,
            version,
            scenario,
            passed,
        }
    });
    read.collect()
}

#[test]
fn the_table_names_every_scenario_and_all_passed() {
    if std::env::var_os(WRITE).is_some() {
        return;
    }
    let readme = std::fs::read_to_string(path()).expect("tests/README.md");
    let rows = rows(parts(&readme).1);
    let named: Vec<(&str, &str)> = rows.iter().map(|row| (row.client, row.scenario)).collect();
    let clients = CLIENTS.into_iter();
    let existing: Vec<(&str, &str)> = clients
        .flat_map(|client| {
            client
                .scenarios
                .iter()
                .map(|scenario| (client.name, scenario.name))
        })
        .collect();
    assert_eq!(named, existing, "run all clients with {WRITE}=1");
    let failed: Vec<&str> = rows
        .iter()
        .filter(|row| row.passed != "yes")
        .map(|row| row.scenario)
        .collect();
    assert!(failed.is_empty(), "{failed:?}");
}
