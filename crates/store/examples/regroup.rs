//! Measures a preview and a regrouping of many events while others are being stored:
//! `cargo run --release -p watchfire-store --example regroup [EVENTS [DATABASE_URL]]`.
//!
//! It stores Django errors of `fixtures/demo` that differ in region and user, then splits their
//! issue by region, and prints how long that took and what storing events came to meanwhile.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "a measurement for people at a terminal"
)]

mod measure;

use std::time::Instant;

use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_grouping::RuleKind;
use watchfire_store::grouping_rules::{Action, NewRule, Scope};
use watchfire_store::job::{self, JobState};
use watchfire_store::regroup::{self, Change};
use watchfire_store::{Blobs, Database, Options, Writer, WriterOptions, similar};

use measure::{Place, follow, new_project, per_second, report, store};

const RULE: &str = r#"error.type:* -> {{ default }}, {{ tags.region }}"#;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments
        .next()
        .map_or(100_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let url = arguments
        .next()
        .unwrap_or_else(|| format!("sqlite://{}", folder.path().join("regroup.db").display()));
    let database = Database::connect(&url, &Options::default()).unwrap();
    let blobs = Blobs::open(&folder.path().join("blobs")).unwrap();
    let writer = Writer::start(&database, &WriterOptions::default()).unwrap();
    let project = new_project(&database);
    let place = Place {
        database: &database,
        writer: &writer,
        blobs: &blobs,
        project: &project,
    };

    let began = Instant::now();
    store(&place, body, count);
    report("storing events alone, per second", per_second(count, began));

    let change = Change::AddRule(NewRule {
        scope: Scope::Project(project.id),
        kind: RuleKind::Fingerprint,
        action: Action::Split,
        text: RULE.to_owned(),
        note: String::new(),
        issue_id: None,
    });
    let dictionaries = database.dictionaries();
    let began = Instant::now();
    let told = database
        .read_blocking(|c| regroup::preview(c, dictionaries, &project, &change, None))
        .unwrap();
    println!(
        "preview of {} events: {:?}, {} moves",
        told.events,
        began.elapsed(),
        told.moves.len()
    );
    let began = Instant::now();
    let now = Timestamp::now();
    let applied = database
        .write_blocking(|c| regroup::apply(c, dictionaries, &project, &change, None, now, true))
        .unwrap();
    println!("apply: {:?}", began.elapsed());

    let id = applied.job_id.unwrap();
    follow(&place, body, id, JobState::Done, "regrouping");
    if let Some(largest) = told.moves.first() {
        let began = Instant::now();
        let found = database
            .read_blocking(|c| similar::find(c, dictionaries, largest.from.id))
            .unwrap();
        println!("similar: {} found in {:?}", found.len(), began.elapsed());
    }
    database
        .write_blocking(|c| job::undo(c, id, None, Timestamp::now()))
        .unwrap();
    follow(&place, body, id, JobState::Undone, "undo");
}

/// Errors of one issue that differ in region and user.
fn body(number: usize) -> Value {
    let region = ["eu", "eu", "us", "asia"]
        .get(number % 4)
        .copied()
        .unwrap_or("eu");
    json!({
        "user": { "id": (number % 1_000).to_string() },
        "tags": [["region", region], ["shop", (number % 50).to_string()]],
    })
}
