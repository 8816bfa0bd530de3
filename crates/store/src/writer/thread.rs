//! The writer's thread: takes what waits, stores it, answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::counts::{Counts, Waiting};
use super::known::Known;
use super::{Stored, WriteError, batch};
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

/// An event that waits, and who waits for it.
pub(super) struct Job {
    pub(super) event: NewEvent,
    pub(super) answer: oneshot::Sender<std::result::Result<Stored, WriteError>>,
}

pub(super) struct Thread {
    pub(super) database: Database,
    pub(super) jobs: Receiver<Box<Job>>,
    pub(super) waiting: Arc<Waiting>,
    pub(super) queued_bytes: Arc<AtomicUsize>,
    pub(super) batch_events_max: usize,
    pub(super) batch_bytes_max: usize,
    pub(super) known: Known,
    pub(super) training: Training,
}

impl Thread {
    /// Runs until every writer is dropped or shut down, and everything that waited is stored.
    pub(super) fn run(mut self) {
        loop {
            match self.jobs.recv_timeout(COUNTS_WAIT_MAX) {
                Ok(first) => {
                    let batch = self.gather(*first);
                    self.handle(batch);
                }
                Err(RecvTimeoutError::Timeout) => self.save_counts(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.save_counts();
    }

    /// The first job and those that wait behind it, as far as one transaction goes.
    fn gather(&self, first: Job) -> Vec<Job> {
        let mut bytes = first.event.body.len();
        let mut batch = vec![first];
        while batch.len() < self.batch_events_max && bytes < self.batch_bytes_max {
            let Ok(job) = self.jobs.try_recv() else { break };
            bytes = bytes.saturating_add(job.event.body.len());
            batch.push(*job);
        }
        batch
    }

    fn handle(&mut self, batch: Vec<Job>) {
        let events: Vec<&NewEvent> = batch.iter().map(|job| &job.event).collect();
        let counts = self.waiting.take();
        let results = match self.store(&events, &counts) {
            Ok(stored) => stored.into_iter().map(Ok).collect(),
            Err(Error::Away(reason)) => {
                tracing::error!(events = events.len(), "the database is away: {reason}");
                self.waiting.lock().merge(counts);
                vec![Err(WriteError::Down); events.len()]
            }
            Err(error) => {
                tracing::warn!(events = events.len(), "storing one by one after: {error}");
                self.waiting.lock().merge(counts);
                self.store_one_by_one(&events)
            }
        };
        let is_new = |result: &std::result::Result<Stored, WriteError>| {
            result.is_ok_and(|result| !result.duplicate)
        };
        let stored = results.iter().filter(|result| is_new(result)).count();
        let stored = i64::try_from(stored).unwrap_or(i64::MAX);
        let bytes: usize = events.iter().map(|event| event.body.len()).sum();
        drop(events);
        self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
        for (job, result) in batch.into_iter().zip(results) {
            // Whoever asked may have gone; the event is stored all the same.
            job.answer.send(result).ok();
        }
        self.training.stored(stored);
    }

    /// Stores a batch, again when another process came in between.
    fn store(&mut self, events: &[&NewEvent], counts: &Counts) -> Result<Vec<Stored>> {
        let Self {
            database, known, ..
        } = self;
        let mut tries = 1;
        loop {
            let result = database.with_writer(|conn| batch::store(conn, events, counts, known));
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

    /// Stores each event by itself, so that one that the database refuses costs no other.
    fn store_one_by_one(
        &mut self,
        events: &[&NewEvent],
    ) -> Vec<std::result::Result<Stored, WriteError>> {
        let mut failures = 0;
        let mut results = Vec::with_capacity(events.len());
        for event in events {
            if failures == FAILURES_MAX && !results.iter().any(std::result::Result::is_ok) {
                results.push(Err(WriteError::Down));
                continue;
            }
            let result = self.store(&[event], &Counts::default());
            results.push(match result.map(|stored| stored.first().copied()) {
                Ok(Some(stored)) => Ok(stored),
                Ok(None) => Err(WriteError::Down),
                Err(error) => {
                    failures += 1;
                    tracing::error!(
                        project.id = event.project.0,
                        event.id = %event.event_id,
                        "an event was not stored: {error}"
                    );
                    Err(WriteError::Down)
                }
            });
        }
        results
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
