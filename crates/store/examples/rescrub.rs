//! Measures scrubbing many stored events anew, and erasing a user, while others are being stored:
//! `cargo run --release -p watchfire-store --example rescrub [EVENTS [DATABASE_URL]]`.
//!
//! It stores Django errors of `fixtures/demo` that name the address of one of a thousand users in
//! four places, adds a rule against addresses, and prints what a preview, a dry run, the job, a
//! second run that finds nothing, and an erasure take.

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
use watchfire_store::erase::{self, Person};
use watchfire_store::job::JobState;
use watchfire_store::rescrub::{self, Span};
use watchfire_store::scrubbing::{self, Scope};
use watchfire_store::{Blobs, Database, Options, Writer, WriterOptions};

use measure::{Place, follow, new_project, per_second, report, store};

const RULES: &str = r#"{"piiConfig": {"applications": {
    "$string": ["@email:replace"], "$error.value": ["@email:replace"], "tags.contact": ["@email:mask"]
}}}"#;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments
        .next()
        .map_or(100_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let url = arguments
        .next()
        .unwrap_or_else(|| format!("sqlite://{}", folder.path().join("rescrub.db").display()));
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

    let now = Timestamp::now();
    let scope = Scope::Project(project.id);
    let stored = database.write_blocking(|c| scrubbing::set(c, scope, RULES, None, now));
    stored.unwrap().unwrap();
    preview(&place);
    for (is_dry_run, name) in [
        (true, "dry run"),
        (false, "scrubbing"),
        (false, "scrubbing again"),
    ] {
        let now = Timestamp::now();
        let id = database
            .write_blocking(|c| rescrub::queue(c, &project, &Span::Project, is_dry_run, None, now))
            .unwrap();
        follow(&place, clean_body, id, JobState::Done, name);
    }
    let person = Person::parse("id", "7").unwrap();
    let id = database
        .write_blocking(|c| erase::queue(c, &project, &person, None, Timestamp::now()))
        .unwrap();
    follow(&place, clean_body, id, JobState::Done, "erasing a user");
}

fn preview(place: &Place<'_>) {
    let dictionaries = place.database.dictionaries();
    let began = Instant::now();
    let told = place
        .database
        .read_blocking(|c| {
            let (policy, _) = scrubbing::policy(c, place.project)?;
            rescrub::preview(c, dictionaries, place.project, &policy, 100)
        })
        .unwrap();
    let (events, changed) = (told.looked_at, told.events.len());
    println!(
        "preview of {events} events: {:?}, {changed} would change",
        began.elapsed()
    );
}

/// An error that names one of a thousand users.
fn body(number: usize) -> Value {
    let user = number % 1_000;
    let address = format!("user{user}@mail.example");
    json!({
        "user": { "id": user.to_string(), "email": address },
        "tags": [["contact", address], ["shop", (number % 50).to_string()]],
        "extra": { "note": format!("asked by {address}") },
    })
}

/// An error that names nobody.
fn clean_body(number: usize) -> Value {
    json!({ "tags": [["shop", (number % 50).to_string()]] })
}
