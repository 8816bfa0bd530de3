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

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use watchfire_event::{Event, ProjectId, Timestamp, decode};
use watchfire_grouping::{Grouper, RuleKind};
use watchfire_store::grouping_rules::{Action, NewRule, Scope, settings};
use watchfire_store::job::{self, Job, JobState};
use watchfire_store::project::{self, NewProject, Project};
use watchfire_store::regroup::{self, Change};
use watchfire_store::{Database, NewEvent, Options, Writer, WriterOptions, organization, similar};

/// How many requests wait for the writer at a time.
const AT_ONCE: usize = 64;
const RULE: &str = r#"error.type:* -> {{ default }}, {{ tags.region }}"#;
const TEMPLATE: &str = include_str!("../../../fixtures/demo/django-checkout-pool.json");

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
    let writer = Writer::start(&database, &WriterOptions::default()).unwrap();
    let project = new_project(&database);

    let began = Instant::now();
    store(&database, &writer, &project, count);
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
    follow(
        &database,
        &writer,
        &project,
        id,
        JobState::Done,
        "regrouping",
    );
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
    follow(&database, &writer, &project, id, JobState::Undone, "undo");
}

/// Lets a runner do the job while events are stored, and reports both.
fn follow(
    database: &Database,
    writer: &Writer,
    project: &Project,
    id: i64,
    end: JobState,
    name: &str,
) {
    let is_over = AtomicBool::new(false);
    let began = Instant::now();
    std::thread::scope(|scope| {
        let storing = scope.spawn(|| {
            let (began, mut stored, mut slowest) = (Instant::now(), 0, Duration::ZERO);
            while !is_over.load(Ordering::Relaxed) {
                let one = Instant::now();
                store(database, writer, project, AT_ONCE);
                stored += AT_ONCE;
                slowest = slowest.max(one.elapsed());
            }
            report(
                "  events stored meanwhile, per second",
                per_second(stored, began),
            );
            println!("  slowest answer to {AT_ONCE} of them: {slowest:?}");
        });
        let runner = job::start(database).unwrap();
        let job = wait(database, id, end);
        println!(
            "{name}: {:?} for {} events, {} moved",
            began.elapsed(),
            job.total,
            job.moved
        );
        is_over.store(true, Ordering::Relaxed);
        drop(runner);
        storing.join().unwrap();
    });
}

fn wait(database: &Database, id: i64, end: JobState) -> Job {
    loop {
        let job = database
            .read_blocking(|c| job::get(c, id))
            .unwrap()
            .unwrap();
        assert_ne!(job.state, JobState::Failed, "{:?}", job.problem);
        if job.state == end {
            return job;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn new_project(database: &Database) -> Project {
    let now = Timestamp::now();
    database
        .write_blocking(|c| {
            let slug = format!("measure-{}", now.0);
            let organization = organization::create(c, &slug, "Measure", now)?;
            let new = NewProject {
                organization_id: organization.id,
                slug: "shop".to_owned(),
                name: "Shop".to_owned(),
                platform: None,
            };
            project::create(c, &new, now)
        })
        .unwrap()
}

/// Stores events as requests do, grouped by the rules in force.
fn store(database: &Database, writer: &Writer, project: &Project, count: usize) {
    let rules = database.read_blocking(|c| settings(c, project)).unwrap();
    let grouper = Grouper::new(&rules);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for from in (0..count).step_by(AT_ONCE) {
        let events: Vec<NewEvent> = (from..count.min(from + AT_ONCE))
            .map(|number| event(database, project.id, &grouper, number))
            .collect();
        let storing = events.into_iter().map(|event| writer.store(event));
        let stored = runtime.block_on(futures_util::future::join_all(storing));
        assert!(stored.iter().all(Result::is_ok));
    }
}

fn event(database: &Database, project: ProjectId, grouper: &Grouper, number: usize) -> NewEvent {
    let mut body = serde_json::from_str::<Value>(TEMPLATE).unwrap()["event"].take();
    let fields = body.as_object_mut().unwrap();
    fields.remove("event_id");
    fields.insert("timestamp".to_owned(), json!(Timestamp::now().seconds()));
    fields.insert(
        "user".to_owned(),
        json!({"id": (number % 1_000).to_string()}),
    );
    let region = ["eu", "eu", "us", "asia"]
        .get(number % 4)
        .copied()
        .unwrap_or("eu");
    fields.insert(
        "tags".to_owned(),
        json!([["region", region], ["shop", (number % 50).to_string()]]),
    );
    let text = body.to_string();
    let event = Event::from_draft(decode(text.as_bytes()).unwrap(), Timestamp::now());
    let kept = watchfire_filter::keep(event, &watchfire_filter::Settings::none()).unwrap();
    let off = watchfire_scrub::Settings::off();
    let scrubbed = watchfire_scrub::Scrubber::new(&off).scrub(kept);
    NewEvent::new(
        project,
        0,
        "error",
        &grouper.group(scrubbed),
        database.dictionaries(),
    )
}

fn per_second(count: usize, began: Instant) -> f64 {
    count as f64 / began.elapsed().as_secs_f64()
}

fn report(name: &str, value: f64) {
    println!("{name}: {value:.0}");
}
