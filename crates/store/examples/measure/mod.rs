//! What the measurements share: a project, events as requests store them, and a job that is
//! followed while others are stored.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use watchfire_event::{Event, ProjectId, Timestamp, decode};
use watchfire_grouping::Grouper;
use watchfire_store::grouping_rules::settings;
use watchfire_store::job::{self, Job, JobState};
use watchfire_store::project::{self, NewProject, Project};
use watchfire_store::{Blobs, Database, NewEvent, Writer, organization, sampling};

/// How many requests wait for the writer at a time.
const AT_ONCE: usize = 64;
const TEMPLATE: &str = include_str!("../../../../fixtures/demo/django-checkout-pool.json");

/// Makes the fields of an event by its number; they replace those of the template.
pub(crate) type Body = fn(usize) -> Value;

/// Where events go.
pub(crate) struct Place<'d> {
    pub(crate) database: &'d Database,
    pub(crate) writer: &'d Writer,
    pub(crate) blobs: &'d Blobs,
    pub(crate) project: &'d Project,
}

/// Lets a runner do the job while events are stored, and reports both.
pub(crate) fn follow(place: &Place<'_>, body: Body, id: i64, end: JobState, name: &str) {
    let database = place.database;
    let is_over = AtomicBool::new(false);
    let began = Instant::now();
    std::thread::scope(|scope| {
        let storing = scope.spawn(|| {
            let (began, mut stored, mut slowest) = (Instant::now(), 0, Duration::ZERO);
            while !is_over.load(Ordering::Relaxed) {
                let one = Instant::now();
                store(place, body, AT_ONCE);
                stored += AT_ONCE;
                slowest = slowest.max(one.elapsed());
            }
            report(
                "  events stored meanwhile, per second",
                per_second(stored, began),
            );
            println!("  slowest answer to {AT_ONCE} of them: {slowest:?}");
        });
        let runner = job::start(database, place.blobs).unwrap();
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

pub(crate) fn new_project(database: &Database) -> Project {
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
            let project = project::create(c, &new, now)?;
            // Every body is measured.
            let all = sampling::Settings {
                issue_budget: 0,
                spike_factor: 0,
                ..sampling::Settings::default()
            };
            sampling::set(c, project.id, &all)?;
            Ok(project)
        })
        .unwrap()
}

/// Stores events as requests do, grouped by the rules in force; `body` makes each of them.
pub(crate) fn store(place: &Place<'_>, body: Body, count: usize) {
    let Place {
        database,
        writer,
        project,
        ..
    } = place;
    let rules = database.read_blocking(|c| settings(c, project)).unwrap();
    let grouper = Grouper::new(&rules);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for from in (0..count).step_by(AT_ONCE) {
        let events: Vec<NewEvent> = (from..count.min(from + AT_ONCE))
            .map(|number| event(database, project.id, &grouper, &body(number)))
            .collect();
        let storing = events.into_iter().map(|event| writer.store(event));
        let stored = runtime.block_on(futures_util::future::join_all(storing));
        assert!(stored.iter().all(Result::is_ok));
    }
}

fn event(database: &Database, project: ProjectId, grouper: &Grouper, changes: &Value) -> NewEvent {
    let mut body = serde_json::from_str::<Value>(TEMPLATE).unwrap()["event"].take();
    let fields = body.as_object_mut().unwrap();
    fields.remove("event_id");
    fields.insert("timestamp".to_owned(), json!(Timestamp::now().seconds()));
    fields.extend(changes.as_object().unwrap().clone());
    let text = body.to_string();
    let event = Event::from_draft(decode(text.as_bytes()).unwrap(), Timestamp::now());
    let kept = watchfire_filter::KeptEvent::unfiltered(event);
    let off = watchfire_scrub::Settings::off();
    let scrubbed = watchfire_scrub::Scrubber::new(&off).scrub(kept);
    NewEvent::new(
        project,
        0,
        "error",
        &grouper.group(scrubbed),
        &watchfire_filter::Verdict::default(),
        database.dictionaries(),
    )
}

pub(crate) fn per_second(count: usize, began: Instant) -> f64 {
    count as f64 / began.elapsed().as_secs_f64()
}

pub(crate) fn report(name: &str, value: f64) {
    println!("{name}: {value:.0}");
}
