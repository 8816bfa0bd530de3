use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::{oneshot, watch};
use watchfire_event::IssueId;

use self::counts::Waiting;
use self::known::Known;

use self::thread::{EventJob, Job, RecordJob, Thread};
use self::upkeep::Upkeep;

use crate::attachment::NewAttachment;
use crate::database::Database;
use crate::dropped::NewHead;
use crate::feedback::NewFeedback;
use crate::ignore_rule::Hit;
use crate::new_event::NewEvent;
use crate::outcome::{OutcomeCount, hour_of};
use crate::release_health::NewSessions;
use crate::sampling::client::{NewDiscard, NewRate, Origins};
use crate::training::Training;

mod batch;
mod bodies;
mod counters;
mod counts;
mod discards;
mod issues;
mod known;
mod links;
mod names;
mod place;
mod records;
mod sessions;
mod stale;
mod thread;
mod totals;
mod upkeep;

pub(crate) use issues::{Counted, add_stored};
pub(crate) use totals::{Span, Tally, Totals};

const MIB: usize = 1024 * 1024;

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is stored, now or before; one that was [`Self::Counted`] before is a duplicate as well.
    Kept(Kept),
    /// It is counted in full, and its body is not kept ([`crate::sampling`]).
    Counted(Kept),
    /// It belongs to an issue that was discarded ([`crate::tombstone`]): nothing of it is stored,
    /// and it was counted `filtered` as `discarded-hash`.
    Discarded,
}

/// An event that is stored or counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The issue that it belongs to. That of a duplicate may be hidden: see
    /// [`crate::issue::follow`].
    pub issue_id: IssueId,
    /// Whether the project had the event already; then nothing was stored or counted again.
    pub duplicate: bool,
    /// Whether it made the issue.
    pub new_issue: bool,
    /// Whether it reopened the issue.
    pub regressed: bool,
    /// Whether an ignore rule archives it, and all that were stored for the issue with it: nobody
    /// is to be alerted.
    pub muted: bool,
}

impl Stored {
    /// The stored or counted event; nothing when it was discarded.
    #[must_use]
    pub const fn kept(self) -> Option<Kept> {
        match self {
            Self::Kept(kept) | Self::Counted(kept) => Some(kept),
            Self::Discarded => None,
        }
    }
}

/// Something beside an event that is to be stored.
#[derive(Clone, Debug)]
pub enum NewRecord {
    /// A file; its bytes must be in [`crate::Blobs`] already.
    Attachment(NewAttachment),
    /// What a person said.
    Feedback(Box<NewFeedback>),
    /// Sessions to count.
    Sessions(NewSessions),
    /// What is remembered of an event that a filter dropped.
    Head(NewHead),
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is stored and counted as accepted.
    New,
    /// The project had the feedback already; it was counted `invalid` as `duplicate`.
    Duplicate,
    /// The event has [`crate::attachment::PER_EVENT_MAX`] attachments already, and it was counted
    /// `invalid` as `too_many_attachments`; or the event is counted without a body, and it was
    /// counted `filtered` as `sampled-event`. Its blob is the caller's to remove.
    Refused,
}

/// Why something was not stored. Either is worth a later try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Too many events and records wait already ([`WriterOptions::queue_events_max`]), or too large ones
    /// ([`WriterOptions::queue_bytes_max`]).
    #[error("too many events are waiting to be stored")]
    Busy,
    /// The database cannot be written to, or the writer has been shut down.
    #[error("the database is away")]
    Down,
}

/// Limits of the writer.
#[derive(Clone, Debug)]
pub struct WriterOptions {
    /// How many events and records may wait; more are refused with [`WriteError::Busy`].
    pub queue_events_max: usize,
    /// How many bytes the bodies of waiting events and records may have together, compressed; more
    /// are refused with [`WriteError::Busy`]. One event of any size is always taken.
    pub queue_bytes_max: usize,
    /// How many events and records one transaction stores at most.
    pub batch_events_max: usize,
    /// After so many bytes of bodies a transaction takes no further event.
    pub batch_bytes_max: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self {
            // A quarter of a second's work: who waits longer is better told to come back.
            queue_events_max: 1_024,
            queue_bytes_max: 64 * MIB,
            batch_events_max: 512,
            batch_bytes_max: 16 * MIB,
        }
    }
}

/// Stores events and records, many in one transaction, on a thread of its own. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    shared: Arc<Shared>,
}

struct Shared {
    /// Taken out to shut the thread down.
    jobs: RwLock<Option<SyncSender<Job>>>,
    waiting: Arc<Waiting>,
    /// The clients that are told apart.
    origins: Mutex<Origins>,
    /// Bytes of what waits or is being stored.
    queued_bytes: Arc<AtomicUsize>,
    queue_bytes_max: usize,
    /// Closed when the thread has ended.
    running: watch::Receiver<()>,
}

impl Shared {
    fn origins(&self) -> MutexGuard<'_, Origins> {
        self.origins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    /// Starts the writer's thread.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn start(database: &Database, options: &WriterOptions) -> std::io::Result<Self> {
        let (jobs, receiver) = sync_channel(options.queue_events_max.max(1));
        let (running, until_ended) = watch::channel(());
        let queued_bytes = Arc::new(AtomicUsize::new(0));
        let waiting = Arc::new(Waiting::default());
        let thread = Thread {
            database: database.clone(),
            jobs: receiver,
            waiting: Arc::clone(&waiting),
            queued_bytes: Arc::clone(&queued_bytes),
            batch_events_max: options.batch_events_max.max(1),
            batch_bytes_max: options.batch_bytes_max,
            known: Known::default(),
            upkeep: Upkeep::at_start(),
            training: Training::new(database),
        };
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                thread.run();
                drop(running);
            })?;
        Ok(Self {
            shared: Arc::new(Shared {
                jobs: RwLock::new(Some(jobs)),
                waiting,
                origins: Mutex::default(),
                queued_bytes,
                queue_bytes_max: options.queue_bytes_max,
                running: until_ended,
            }),
        })
    }

    /// Stores an event, or counts it without its body, and returns once it is committed. The first of its hashes that is known
    /// decides its issue; those that are not are linked to it.
    ///
    /// # Errors
    /// [`WriteError`] when it is not stored; trying again does no harm.
    pub async fn store(&self, event: NewEvent) -> Result<Stored, WriteError> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Job::Event(Box::new(EventJob { event, answer })))?;
        answered.await.unwrap_or(Err(WriteError::Down))
    }

    /// Stores a record and returns once it is committed. It is counted in the same transaction: an
    /// attachment in the categories `attachment` (its bytes, at least 1) and `attachment_item`,
    /// feedback in `feedback`, sessions in `session`.
    ///
    /// # Errors
    /// [`WriteError`] when it is not stored, and not counted either.
    pub async fn save(&self, record: NewRecord) -> Result<Saved, WriteError> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Job::Record(Box::new(RecordJob { record, answer })))?;
        answered.await.unwrap_or(Err(WriteError::Down))
    }

    /// Counts items that were not stored. Returns at once; the counts are written with the next
    /// events, or within about a second. Reasons and categories that a client may choose freely
    /// are best replaced by fixed words before they come here.
    pub fn count(&self, outcome: OutcomeCount) {
        self.shared.waiting.lock().add_outcome(outcome);
    }

    /// Counts an event that an ignore rule matched and that is not stored; of a stored event, the
    /// rules that matched it are counted when it is stored. Returns at once, as [`Writer::count`]
    /// does.
    pub fn note_hit(&self, hit: Hit) {
        self.shared.waiting.lock().add_hit(hit);
    }

    /// Counts an envelope that says how its trace was sampled. Returns at once.
    pub fn note_rate(&self, mut new: NewRate) {
        let hour = (new.project, hour_of(new.at));
        let rate = new.rate.to_bits();
        new.client = self.shared.origins().admit(hour, new.client, rate);
        self.shared.waiting.lock().clients().add_rate(new);
    }

    /// Counts what a client discarded by who it is; [`Writer::count`] counts the outcome. Returns
    /// at once.
    pub fn note_discard(&self, mut new: NewDiscard) {
        let hour = (new.project, hour_of(new.at));
        let detail = (&new.category, &new.reason);
        new.client = self.shared.origins().admit(hour, new.client, detail);
        self.shared.waiting.lock().clients().add_discard(new);
    }

    /// Stores what is waiting, counts included, and ends the thread. Later events are refused.
    pub async fn shutdown(&self) {
        let jobs = self
            .shared
            .jobs
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(jobs);
        let mut running = self.shared.running.clone();
        // Fails when the thread has ended, which is what is waited for.
        while running.changed().await.is_ok() {}
    }

    fn enqueue(&self, job: Job) -> Result<(), WriteError> {
        let shared = &self.shared;
        let bytes = job.bytes();
        let queued = shared.queued_bytes.fetch_add(bytes, Ordering::Relaxed);
        let result = if queued > 0 && queued.saturating_add(bytes) > shared.queue_bytes_max {
            Err(WriteError::Busy)
        } else {
            self.send(job)
        };
        if result.is_err() {
            shared.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
        }
        result
    }

    fn send(&self, job: Job) -> Result<(), WriteError> {
        let jobs = self
            .shared
            .jobs
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let jobs = jobs.as_ref().ok_or(WriteError::Down)?;
        jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => WriteError::Busy,
            TrySendError::Disconnected(_) => WriteError::Down,
        })
    }
}
