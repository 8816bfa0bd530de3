//! Sentry's own results beside ours: for each case the hashes, for each pair of cases whether they
//! share an issue.
//!
//! `cargo test -p watchfire-tests grouping_cases -- --nocapture` prints the shares. The cases are
//! no part of this repository: without them, or `WATCHFIRE_GROUPING_CASES` naming another file of
//! them, there is nothing to compare.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use serde_json::{Value, json};
use watchfire_testkit::server::binary;

use crate::commands::explain;
use crate::shares::{Share, say};

/// Of a hundred events, how many must have Sentry's hashes.
const EQUAL_HASHES_MIN: f64 = 95.0;

/// Of a hundred pairs of events, how many must share an issue where they do in Sentry, and only
/// there.
const EQUAL_DECISIONS_MIN: f64 = 98.0;

/// An event with what Sentry made of it.
struct Case {
    name: String,
    version: String,
    platform: String,
    line: Value,
    hashes: Value,
}

#[test]
fn grouping_cases_have_the_results_that_sentry_gives_them() {
    let Some(cases) = cases() else {
        say("skipped: there are no cases to compare with\n");
        return;
    };
    binary().expect("the binary is built");
    let lines: Vec<Value> = cases.iter().map(|case| case.line.clone()).collect();
    let answers = explain("grouping", &lines);
    assert_eq!(answers.len(), cases.len(), "an answer for each case");
    let (table, is_good) = table(&cases, &answers);
    say(&table);
    assert!(is_good, "fewer equal results than promised:\n{table}");
}

/// The cases; none where the file is absent.
fn cases() -> Option<Vec<Case>> {
    let beside = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/data/grouping/cases.jsonl.xz"
    );
    let path = std::env::var_os("WATCHFIRE_GROUPING_CASES").unwrap_or_else(|| beside.into());
    let file = File::open(PathBuf::from(path)).ok()?;
    let reader = BufReader::new(lzma_rust2::XzReader::new(BufReader::new(file), true));
    let cases = reader.lines().map(|line| {
        let case = serde_json::from_str(&line.expect("a compressed text")).expect("a case");
        read(&case)
    });
    Some(cases.collect())
}

fn read(case: &Value) -> Case {
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let event = &case["event"];
    let rules = &event["_grouping"]["enhancements"];
    Case {
        name: text(&case["name"]),
        version: text(&case["config"]),
        platform: text(&event["platform"]),
        line: json!({
            "event": event,
            "grouping_config": case["config"],
            "stacktrace_rules": rules,
        }),
        hashes: case["hashes"].clone(),
    }
}

/// The shares in lines, and whether they are good enough.
fn table(cases: &[Case], answers: &[Value]) -> (String, bool) {
    let mut versions: BTreeMap<&str, Vec<(&Case, &Value)>> = BTreeMap::new();
    for (case, answer) in cases.iter().zip(answers) {
        versions
            .entry(&case.version)
            .or_default()
            .push((case, answer));
    }
    let (mut table, mut is_good) = (String::new(), true);
    for (version, results) in versions {
        let mut platforms: BTreeMap<&str, Share> = BTreeMap::new();
        let mut hashes = Share::default();
        let mut others = Vec::new();
        for (case, answer) in &results {
            let is_equal = case.hashes == answer["sentry_hashes"];
            platforms.entry(&case.platform).or_default().add(is_equal);
            hashes.add(is_equal);
            if !is_equal {
                others.push(case.name.as_str());
            }
        }
        let decisions = decisions(&results);
        is_good &= hashes.percent() >= EQUAL_HASHES_MIN;
        is_good &= decisions.percent() >= EQUAL_DECISIONS_MIN;
        hashes.line(&mut table, version, "equal hashes");
        for (platform, share) in platforms {
            share.line(&mut table, version, &format!("  platform {platform}"));
        }
        decisions.line(&mut table, version, "equal decisions over pairs");
        if !others.is_empty() {
            writeln!(table, "{version}  different: {}", others.join(", ")).expect("writes");
        }
    }
    (table, is_good)
}

/// For each pair whether our hashes and Sentry's agree on their sharing an issue.
fn decisions(results: &[(&Case, &Value)]) -> Share {
    let shares_one = |left: &Value, right: &Value| {
        let right = right.as_array().map_or(&[][..], Vec::as_slice);
        let left = left.as_array().map_or(&[][..], Vec::as_slice);
        left.iter().any(|hash| right.contains(hash))
    };
    let mut share = Share::default();
    for (place, (left, left_answer)) in results.iter().enumerate() {
        for (right, right_answer) in results.iter().skip(place + 1) {
            let sentry = shares_one(&left.hashes, &right.hashes);
            let ours = shares_one(&left_answer["hashes"], &right_answer["hashes"]);
            share.add(sentry == ours);
        }
    }
    share
}
