//! The results of Relay's own library beside ours, in mode *compatible*: for each case the whole
//! event with its `_meta`, or that the configuration is refused.
//!
//! `cargo test -p watchfire-tests scrub_cases -- --nocapture` prints the shares. The cases are no
//! part of this repository: without them, or `WATCHFIRE_SCRUB_CASES` naming another file of them,
//! there is nothing to compare.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use flate2::read::GzDecoder;
use serde_json::{Value, json};
use watchfire_testkit::server::binary;

use crate::commands::explain;
use crate::shares::{Share, say};

/// Of a hundred cases, how many must have Relay's result.
const EQUAL_MIN: f64 = 99.0;

/// What Relay's normalisation tells of the request, which a line of ours does not.
const OF_THE_REQUEST: [&str; 4] = ["key_id", "project", "received", "sdk"];

#[test]
fn scrub_cases_have_the_results_that_relay_gives_them() {
    let Some(cases) = cases() else {
        say("skipped: there are no cases to compare with\n");
        return;
    };
    binary().expect("the binary is built");
    let lines: Vec<Value> = cases.iter().map(line_of).collect();
    let answers = explain("scrub", &lines);
    assert_eq!(answers.len(), cases.len(), "an answer for each case");
    let (table, all) = table(&cases, &answers);
    say(&table);
    assert!(
        all.percent() >= EQUAL_MIN,
        "fewer equal results than promised:\n{table}"
    );
}

/// The cases; none where the file is absent.
fn cases() -> Option<Vec<Value>> {
    let beside = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/data/scrubbing/cases.jsonl.gz"
    );
    let path = std::env::var_os("WATCHFIRE_SCRUB_CASES").unwrap_or_else(|| beside.into());
    let file = File::open(PathBuf::from(path)).ok()?;
    let lines = BufReader::new(GzDecoder::new(BufReader::new(file))).lines();
    let cases = lines.map(|line| serde_json::from_str(&line.expect("a text")).expect("a case"));
    Some(cases.collect())
}

/// What is asked of a case.
fn line_of(case: &Value) -> Value {
    let mut line = json!({"mode": "compatible"});
    for name in [
        "event",
        "settings",
        "pii_config",
        "normalize",
        "normalize_config",
    ] {
        if let Some(value) = case.get(name) {
            line[name] = value.clone();
        }
    }
    line
}

/// The shares in lines, and that of all cases.
fn table(cases: &[Value], answers: &[Value]) -> (String, Share) {
    let (mut groups, mut all) = (BTreeMap::<&str, Share>::new(), Share::default());
    let mut others = Vec::new();
    for (case, answer) in cases.iter().zip(answers) {
        let is_equal = is_equal(case, answer);
        let group = case["group"].as_str().unwrap_or("none");
        groups.entry(group).or_default().add(is_equal);
        all.add(is_equal);
        if !is_equal {
            others.push(case["name"].as_str().unwrap_or("none"));
        }
    }
    let mut table = String::new();
    for (group, share) in groups {
        share.line(&mut table, "scrubbing", &format!("  {group}"));
    }
    all.line(&mut table, "scrubbing", "equal results");
    if !others.is_empty() {
        writeln!(table, "scrubbing  different: {}", others.join(", ")).expect("writes");
    }
    (table, all)
}

fn is_equal(case: &Value, answer: &Value) -> bool {
    let expected = &case["expected_event"];
    if expected.get("__error__").is_some() {
        return answer["error"].is_string();
    }
    let comparable = |event: &Value| {
        let mut event = event.clone();
        if let Some(fields) = event.as_object_mut()
            && case["normalize"] == true
        {
            fields.retain(|name, _| !OF_THE_REQUEST.contains(&name.as_str()));
        }
        event
    };
    comparable(expected) == comparable(&answer["event"])
}
