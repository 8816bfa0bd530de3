//! The writer's thread: takes what waits, stores it, answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::batch::{self, Items};
use super::counts::{Counts, Waiting};
use super::known::Known;
use super::upkeep::Upkeep;
use super::{NewRecord, Saved, Stored, WriteError};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::new_event::NewEvent;
use crate::training::Training;

/// How long counts wait when no event comes.
const COUNTS_WAIT_MAX: Duration = Duration::from_secs(1);
/// After so many failures in a row without a success the database counts as away, and the rest of
/// the batch is not tried event by event.
const FAILURES_MAX: usize = 3;
/// How often a batch is tried that met another process in the database.
const TRIES_MAX: usize = 3;

/// What became of an item, as told to whoever waits for it.
type Answer<T> = std::result::Result<T, WriteError>;

/// What waits to be stored.
pub(super) enum Job {
    Event(Box<EventJob>),
    Record(Box<RecordJob>),
}

/// An event that waits, and who waits for it.
pub(super) struct EventJob {
    pub(super) event: NewEvent,
    pub(super) answer: oneshot::Sender<Answer<Stored>>,
}

/// A record that waits, and who waits for it.
pub(super) struct RecordJob {
    pub(super) record: NewRecord,
    pub(super) answer: oneshot::Sender<Answer<Saved>>,
}

impl Job {
    /// How many bytes of memory it takes, roughly.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Event(job) => job.event.body.len(),
            Self::Record(job) => job.record.bytes(),
        }
    }
}

/// What one transaction stores.
#[derive(Default)]
struct Batch {
    events: Vec<EventJob>,
    records: Vec<RecordJob>,
    bytes: usize,
}

impl Batch {
    fn push(&mut self, job: Job) {
        self.bytes = self.bytes.saturating_add(job.bytes());
        match job {
            Job::Event(job) => self.events.push(*job),
            Job::Record(job) => self.records.push(*job),
        }
    }

    fn len(&self) -> usize {
        self.events.len() + self.records.len()
    }
}

pub(super) struct Thread {
    pub(super) database: Database,
    pub(super) jobs: Receiver<Job>,
    pub(super) waiting: Arc<Waiting>,
    pub(super) queued_bytes: Arc<AtomicUsize>,
    pub(super) batch_events_max: usize,
    pub(super) batch_bytes_max: usize,
    pub(super) known: Known,
    pub(super) upkeep: Upkeep,
    pub(super) training: Training,
}

impl Thread {
    /// Runs until every writer is dropped or shut down, and everything that waited is stored.
    pub(super) fn run(mut self) {
        loop {
            match self.jobs.recv_timeout(COUNTS_WAIT_MAX) {
                Ok(first) => {
                    let batch = self.gather(first);
                    self.upkeep
                        .note(batch.records.iter().map(|job| &job.record));
                    self.handle(batch);
                    self.upkeep.run_if_due(&self.database);
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.save_counts();
                    self.upkeep.run_if_due(&self.database);
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.save_counts();
    }

    /// The first job and those that wait behind it, as far as one transaction goes.
    fn gather(&self, first: Job) -> Batch {
        let mut batch = Batch::default();
        batch.push(first);
        while batch.len() < self.batch_events_max && batch.bytes < self.batch_bytes_max {
            let Ok(job) = self.jobs.try_recv() else { break };
            batch.push(job);
        }
        batch
    }

    fn handle(&mut self, batch: Batch) {
        let items = Items {
            events: batch.events.iter().map(|job| &job.event).collect(),
            records: batch.records.iter().map(|job| &job.record).collect(),
        };
        let counts = self.waiting.take();
        let (stored, saved) = match self.store(&items, &counts) {
            Ok((stored, saved)) => (answers(stored), answers(saved)),
            Err(Error::Away(reason)) => {
                tracing::error!(events = items.len(), "the database is away: {reason}");
                self.waiting.lock().merge(counts);
                (
                    vec![Err(WriteError::Down); items.events.len()],
                    vec![Err(WriteError::Down); items.records.len()],
                )
            }
            Err(error) => {
                tracing::warn!(events = items.len(), "storing one by one after: {error}");
                self.waiting.lock().merge(counts);
                self.store_one_by_one(&items)
            }
        };
        drop(items);
        let is_new = |result: &&Answer<Stored>| {
            let kept = result.ok().and_then(Stored::kept);
            kept.is_some_and(|kept| !kept.duplicate)
        };
        let new_events = stored.iter().filter(is_new).count();
        self.queued_bytes.fetch_sub(batch.bytes, Ordering::Relaxed);
        for (job, result) in batch.events.into_iter().zip(stored) {
            // Whoever asked may have gone; the event is stored all the same.
            job.answer.send(result).ok();
        }
        for (job, result) in batch.records.into_iter().zip(saved) {
            job.answer.send(result).ok();
        }
        self.training
            .stored(i64::try_from(new_events).unwrap_or(i64::MAX));
    }

    /// Stores a batch, again when another process came in between.
    fn store(&mut self, items: &Items<'_>, counts: &Counts) -> Result<(Vec<Stored>, Vec<Saved>)> {
        let Self {
            database, known, ..
        } = self;
        let mut tries = 1;
        loop {
            let dictionaries = database.dictionaries();
            let result =
                database.with_writer(|conn| batch::store(conn, items, counts, known, dictionaries));
            match result {
                Ok(stored) => return Ok(stored),
                Err(error) => {
                    known.forget();
                    if tries == TRIES_MAX || matches!(error, Error::Away(_)) {
                        return Err(error);
                    }
                    tries += 1;
                }
            }
        }
    }

    /// Stores each item by itself, so that one that the database refuses costs no other.
    fn store_one_by_one(&mut self, items: &Items<'_>) -> (Vec<Answer<Stored>>, Vec<Answer<Saved>>) {
        let mut failures = Failures::default();
        let mut stored = Vec::with_capacity(items.events.len());
        for event in &items.events {
            let one = Items {
                events: vec![event],
                records: Vec::new(),
            };
            let result = failures.unless_away(|| self.store(&one, &Counts::default()));
            if let Some(Err(error)) = &result {
                tracing::error!(
                    project.id = event.project.0,
                    event.id = %event.event_id,
                    "an event was not stored: {error}"
                );
            }
            stored.push(answer(result, |(stored, _)| stored.first().copied()));
        }
        let mut saved = Vec::with_capacity(items.records.len());
        for record in &items.records {
            let one = Items {
                events: Vec::new(),
                records: vec![record],
            };
            let result = failures.unless_away(|| self.store(&one, &Counts::default()));
            if let Some(Err(error)) = &result {
                tracing::error!(
                    project.id = record.project().0,
                    "{} was not stored: {error}",
                    record.name()
                );
            }
            saved.push(answer(result, |(_, saved)| saved.first().copied()));
        }
        (stored, saved)
    }

    fn save_counts(&mut self) {
        let counts = self.waiting.take();
        if counts.is_empty() {
            return;
        }
        if let Err(error) = self.database.write_blocking(|conn| counts.save(conn)) {
            tracing::warn!("outcomes were not counted yet: {error}");
            self.waiting.lock().merge(counts);
        }
    }
}

/// Failures in a row of items that are stored one by one.
#[derive(Default)]
struct Failures {
    count: usize,
    any_stored: bool,
}

impl Failures {
    /// Tries to store an item, unless the database counts as away.
    fn unless_away<T>(&mut self, store: impl FnOnce() -> Result<T>) -> Option<Result<T>> {
        if self.count == FAILURES_MAX && !self.any_stored {
            return None;
        }
        let result = store();
        match &result {
            Ok(_) => self.any_stored = true,
            Err(_) => self.count = (self.count + 1).min(FAILURES_MAX),
        }
        Some(result)
    }
}

fn answers<T>(results: Vec<T>) -> Vec<Answer<T>> {
    results.into_iter().map(Ok).collect()
}

/// What became of the one item of a batch.
fn answer<T, B>(result: Option<Result<B>>, pick: impl FnOnce(B) -> Option<T>) -> Answer<T> {
    match result {
        Some(Ok(batch)) => pick(batch).ok_or(WriteError::Down),
        Some(Err(_)) | None => Err(WriteError::Down),
    }
}
