//! Events as the pipeline makes them, and a project to send them to.

use serde_json::{Value, json};
use watchfire_event::{Event, ProjectId, Timestamp, decode};
use watchfire_scrub::ScrubbedEvent;
use watchfire_store::outcome::{self, Outcome};
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
    let text = body.to_string();
    let grouped = watchfire_grouping::Grouper::default().group(scrubbed(&text));
    NewEvent::new(project, key_id, "error", &grouped, database.dictionaries())
}

/// An event as the scrubber hands it on.
pub(crate) fn scrubbed(text: &str) -> ScrubbedEvent<'_> {
    let draft = decode(text.as_bytes()).unwrap();
    let event = Event::from_draft(draft, NOON);
    let kept = watchfire_filter::keep(event, &watchfire_filter::Settings::none()).unwrap();
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
