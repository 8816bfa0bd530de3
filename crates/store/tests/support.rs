//! Events as the pipeline makes them, and a project to send them to.

use serde_json::{Value, json};
use watchfire_event::{Event, ProjectId, Timestamp, decode};
use watchfire_filter::Verdict;
use watchfire_scrub::ScrubbedEvent;
use watchfire_store::outcome::{self, Outcome};
use watchfire_store::sampling::{self, Settings};
use watchfire_store::{
    Conn, Database, Kept, NewEvent, NewRecord, Saved, Stored, WriteError, Writer, WriterOptions,
    key, organization, project,
};
use watchfire_testkit::database::TestDatabase;

/// 2026-11-20T10:00:00Z, the start of an hour.
pub(crate) const NOON: Timestamp = Timestamp(1_795_168_800_000_000);
pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const HOUR: i64 = 3_600 * SECOND;

/// A project with a key in a fresh database, and a writer.
pub(crate) struct Shop {
    pub(crate) database: Database,
    pub(crate) project: ProjectId,
    pub(crate) key_id: i64,
    pub(crate) writer: Writer,
}

impl Shop {
    pub(crate) fn open(test: &TestDatabase) -> Self {
        let database = test.database().clone();
        let (project, key_id) = database
            .write_blocking(|c| {
                let organization = organization::create(c, "default", "Default", NOON)?;
                let new = project::NewProject {
                    organization_id: organization.id,
                    slug: "shop".to_owned(),
                    name: "Shop".to_owned(),
                    platform: Some("python".to_owned()),
                };
                let project = project::create(c, &new, NOON)?;
                let key = key::create(c, project.id, "Default", NOON)?;
                Ok((project.id, key.id))
            })
            .unwrap();
        let writer = Writer::start(&database, &WriterOptions::default()).unwrap();
        Self {
            database,
            project,
            key_id,
            writer,
        }
    }

    pub(crate) fn event(&self, body: Value) -> NewEvent {
        new_event(&self.database, self.project, self.key_id, &body)
    }

    /// Keeps the body of every event, however many come.
    pub(crate) fn keep_all(&self) {
        let settings = Settings {
            issue_budget: 0,
            spike_factor: 0,
            ..Settings::default()
        };
        self.write(|c| sampling::set(c, self.project, &settings));
    }

    /// Lets the project have its first event two days before [`NOON`].
    pub(crate) fn age(&self) {
        let text = body("first of all", -2 * 86_400).to_string();
        let event = scrubbed_at(&text, NOON.plus_micros(-2 * 86_400 * SECOND));
        let grouped = watchfire_grouping::Grouper::default().group(event);
        let (verdict, dictionaries) = (Verdict::default(), self.database.dictionaries());
        self.store_all([NewEvent::new(
            self.project,
            self.key_id,
            "error",
            &grouped,
            &verdict,
            dictionaries,
        )]);
    }

    /// An event of which ignore rules say this.
    pub(crate) fn judged(&self, body: &Value, verdict: &Verdict) -> NewEvent {
        judged_event(&self.database, (self.project, self.key_id), body, verdict)
    }

    /// Another shop in the same database, with a writer of its own.
    pub(crate) fn sister(&self, slug: &str) -> Self {
        let mut sister = self.process();
        sister.project = self.other_project(slug);
        sister
    }

    /// The same shop as another process sees it, with a writer of its own.
    pub(crate) fn process(&self) -> Self {
        Self {
            database: self.database.clone(),
            project: self.project,
            key_id: self.key_id,
            writer: Writer::start(&self.database, &WriterOptions::default()).unwrap(),
        }
    }

    /// The same shop in another process, which knows the database by itself.
    pub(crate) fn in_process(&self, database: Database) -> Self {
        Self {
            writer: Writer::start(&database, &WriterOptions::default()).unwrap(),
            database,
            project: self.project,
            key_id: self.key_id,
        }
    }

    /// Stores events at once, so that they share transactions, and returns what became of them.
    pub(crate) fn store_all(
        &self,
        events: impl IntoIterator<Item = NewEvent>,
    ) -> Vec<Result<Kept, WriteError>> {
        let kept = |stored: Stored| stored.kept().unwrap();
        let results = self.send_all(events).into_iter();
        results.map(|result| result.map(kept)).collect()
    }

    /// Like [`Shop::store_all`], for events that may belong to a discarded issue.
    pub(crate) fn send_all(
        &self,
        events: impl IntoIterator<Item = NewEvent>,
    ) -> Vec<Result<Stored, WriteError>> {
        let storing = events.into_iter().map(|event| self.writer.store(event));
        block_on(futures_util::future::join_all(storing))
    }

    pub(crate) fn store(&self, body: Value) -> Kept {
        self.store_all([self.event(body)]).remove(0).unwrap()
    }

    pub(crate) fn save(&self, record: NewRecord) -> Saved {
        block_on(self.writer.save(record)).unwrap()
    }

    /// Saves records at once, so that they share transactions, and returns what became of them.
    pub(crate) fn save_all(
        &self,
        records: impl IntoIterator<Item = NewRecord>,
    ) -> Vec<Result<Saved, WriteError>> {
        let saving = records.into_iter().map(|record| self.writer.save(record));
        block_on(futures_util::future::join_all(saving))
    }

    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&mut Conn<'_>) -> watchfire_store::Result<T>,
    ) -> T {
        self.database.read_blocking(work).unwrap()
    }

    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&mut Conn<'_>) -> watchfire_store::Result<T>,
    ) -> T {
        self.database.write_blocking(work).unwrap()
    }

    /// What was counted in the hour of [`NOON`]: category, outcome, reason and quantity.
    pub(crate) fn counted(&self) -> Vec<(String, Outcome, String, i64)> {
        let totals =
            self.read(|c| outcome::totals(c, Some(self.project), NOON, NOON.plus_micros(HOUR)));
        let parts = |it: outcome::OutcomeTotal| (it.category, it.outcome, it.reason, it.quantity);
        totals.into_iter().map(parts).collect()
    }

    /// Another project of the same organisation.
    pub(crate) fn other_project(&self, slug: &str) -> ProjectId {
        self.write(|c| {
            let first = project::get(c, self.project)?.unwrap();
            let new = project::NewProject {
                organization_id: first.organization_id,
                slug: slug.to_owned(),
                name: slug.to_owned(),
                platform: None,
            };
            Ok(project::create(c, &new, NOON)?.id)
        })
    }

    /// Waits until everything is written and the writer's connection is free.
    pub(crate) fn shutdown(&self) {
        block_on(self.writer.shutdown());
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.shutdown();
    }
}

pub(crate) fn new_event(
    database: &Database,
    project: ProjectId,
    key_id: i64,
    body: &Value,
) -> NewEvent {
    judged_event(database, (project, key_id), body, &Verdict::default())
}

/// An event of which ignore rules say this.
pub(crate) fn judged_event(
    database: &Database,
    (project, key_id): (ProjectId, i64),
    body: &Value,
    verdict: &Verdict,
) -> NewEvent {
    let text = body.to_string();
    let grouped = watchfire_grouping::Grouper::default().group(scrubbed(&text));
    let dictionaries = database.dictionaries();
    NewEvent::new(project, key_id, "error", &grouped, verdict, dictionaries)
}

/// An event as the scrubber hands it on.
pub(crate) fn scrubbed(text: &str) -> ScrubbedEvent<'_> {
    scrubbed_at(text, NOON)
}

fn scrubbed_at(text: &str, received_at: Timestamp) -> ScrubbedEvent<'_> {
    let draft = decode(text.as_bytes()).unwrap();
    let event = Event::from_draft(draft, received_at);
    let kept = watchfire_filter::KeptEvent::unfiltered(event);
    let settings = watchfire_scrub::Settings::off();
    watchfire_scrub::Scrubber::new(&settings).scrub(kept)
}

/// An event of the issue that the fingerprint names, this many seconds after [`NOON`].
pub(crate) fn body(fingerprint: &str, seconds: i64) -> Value {
    json!({
        "fingerprint": [fingerprint],
        "message": format!("{fingerprint} failed"),
        "timestamp": (NOON.0 + seconds * SECOND) as f64 / SECOND as f64,
        "environment": "production",
        "release": "shop@1.0",
        "platform": "python",
        "logger": "shop.views",
        "user": { "id": "1" },
        "tags": { "server_name": "web-1" },
    })
}

/// The body with these keys set.
pub(crate) fn with(mut body: Value, changes: Value) -> Value {
    let changes = changes.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(changes);
    body
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(future)
}
