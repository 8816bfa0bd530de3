//! The thread that does the jobs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use watchfire_event::Timestamp;

use super::task::{Progress, Task};
use super::{lease, work};
use crate::blob::Blobs;
use crate::database::Database;
use crate::error::{Error, Result};

/// How often a free runner looks for a job.
const POLL: Duration = Duration::from_secs(1);
/// How often a step that fails is tried.
const TRIES_MAX: usize = 3;
/// How long a runner waits after a failure.
const FAILURE_WAIT: Duration = Duration::from_secs(1);
/// How long one waits at a time, so that a stop is noticed.
const NAP: Duration = Duration::from_millis(50);

/// How jobs are done.
#[derive(Clone, Copy, Debug)]
pub struct RunnerOptions {
    /// After so long without a sign of life another process takes a job over.
    pub lease: Duration,
    /// How long after a change of the rules other processes may still group by the former ones;
    /// a job that regroups ends no sooner.
    pub settle: Duration,
    /// The least time between two steps; it is at least as long as the step took, so that storing
    /// events always finds the database free.
    pub rest: Duration,
}

impl Default for RunnerOptions {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            settle: Duration::from_secs(8),
            rest: Duration::from_millis(5),
        }
    }
}

/// The thread that does the jobs, one at a time. It stops after the step in hand when this is
/// dropped.
#[derive(Debug)]
pub struct Runner {
    is_stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Runner {
    /// Starts the thread. Without `blobs`, jobs leave attachments alone and say so.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn start(
        database: &Database,
        blobs: Option<&Blobs>,
        options: &RunnerOptions,
    ) -> std::io::Result<Self> {
        let is_stopped = Arc::<AtomicBool>::default();
        let worker = Worker {
            database: database.clone(),
            blobs: blobs.cloned(),
            options: *options,
            is_stopped: Arc::clone(&is_stopped),
            steps_left: None,
        };
        let thread = std::thread::Builder::new()
            .name("store-jobs".to_owned())
            .spawn(move || worker.run())?;
        Ok(Self {
            is_stopped,
            thread: Some(thread),
        })
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.is_stopped.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // Its panic was printed; there is nothing else to do about it.
            thread.join().ok();
        }
    }
}

/// Starts a runner with the usual options.
///
/// # Errors
/// When the thread cannot be started.
pub fn start(database: &Database, blobs: &Blobs) -> std::io::Result<Runner> {
    Runner::start(database, Some(blobs), &RunnerOptions::default())
}

/// Does all jobs that are to be done on the calling thread, without rest; for tests and commands.
/// Jobs of other processes are waited for. Attachments are left alone: see [`run_waiting_with`].
///
/// # Errors
/// When the database fails. A job that fails is marked so.
pub fn run_waiting(database: &Database) -> Result<()> {
    run_all(database, None)
}

/// Like [`run_waiting`], attachments included.
///
/// # Errors
/// When the database fails. A job that fails is marked so.
pub fn run_waiting_with(database: &Database, blobs: &Blobs) -> Result<()> {
    run_all(database, Some(blobs))
}

fn run_all(database: &Database, blobs: Option<&Blobs>) -> Result<()> {
    let mut worker = Worker::of_caller(database, Duration::from_secs(30));
    worker.blobs = blobs.cloned();
    while worker.run_next()? || database.read_blocking(lease::any_left)? {
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// Does so many steps of the next job on the calling thread and then stops as a killed process
/// does: its lease of `lease` stays. For tests.
///
/// # Errors
/// When the database fails.
pub fn run_steps(database: &Database, steps: usize, lease: Duration) -> Result<()> {
    let mut worker = Worker::of_caller(database, lease);
    worker.steps_left = Some(steps);
    worker.run_next().map(drop)
}

struct Worker {
    database: Database,
    blobs: Option<Blobs>,
    options: RunnerOptions,
    is_stopped: Arc<AtomicBool>,
    /// After so many steps it stops dead; never, usually.
    steps_left: Option<usize>,
}

impl Worker {
    fn of_caller(database: &Database, lease: Duration) -> Self {
        Self {
            database: database.clone(),
            blobs: None,
            options: RunnerOptions {
                lease,
                settle: Duration::ZERO,
                rest: Duration::ZERO,
            },
            is_stopped: Arc::default(),
            steps_left: None,
        }
    }

    fn run(mut self) {
        while !self.is_stopped() {
            match self.run_next() {
                Ok(true) => {}
                Ok(false) => std::thread::park_timeout(POLL),
                Err(error) => {
                    tracing::warn!("no job can be looked for: {error}");
                    std::thread::park_timeout(FAILURE_WAIT);
                }
            }
        }
    }

    /// Does the next job; `false` when there is none.
    fn run_next(&mut self) -> Result<bool> {
        let now = Timestamp::now();
        let database = self.database.clone();
        if database
            .read_blocking(|conn| lease::due(conn, now))?
            .is_none()
        {
            return Ok(false);
        }
        let lease_micros = micros(self.options.lease);
        let taken = database.write_blocking(|conn| lease::take(conn, lease_micros, now))?;
        let Some(taken) = taken else {
            return Ok(false);
        };
        let blobs = self.blobs.clone();
        let places = (&database, blobs.as_ref());
        let task = Task::new(places, taken, lease_micros, self.options.settle);
        self.work(task)?;
        Ok(true)
    }

    /// Does a job's steps until it ends, is lost, or the runner stops.
    fn work(&mut self, mut task: Task<'_>) -> Result<()> {
        let mut work = work::of(&task.job);
        let mut tries = 0;
        loop {
            if self.is_stopped() {
                return task.give_back();
            }
            if self.steps_left.is_some_and(|left| left == 0) {
                return Ok(());
            }
            self.steps_left = self.steps_left.map(|left| left - 1);
            let began = Instant::now();
            // One event that breaks a step must not end all jobs.
            let step = catch_unwind(AssertUnwindSafe(|| work.step(&mut task)));
            let Ok(step) = step else {
                return task.fail("a step broke off; the log of the server says where");
            };
            match step {
                Ok(Progress::Finished) => return task.finish(),
                Ok(Progress::Lost) => return Ok(()),
                Ok(Progress::More) => {
                    tries = 0;
                    self.rest(began.elapsed());
                }
                Ok(Progress::Wait(time)) => {
                    task.write(|_, _| Ok(()))?;
                    self.sleep(time);
                }
                Err(error) => {
                    tracing::warn!(job.id = task.job.id, "a step of a job failed: {error}");
                    // A database that is away will be back.
                    tries += usize::from(!matches!(error, Error::Away(_)));
                    if tries >= TRIES_MAX || matches!(error, Error::Refused(_)) {
                        return task.fail(&words(&error));
                    }
                    self.sleep(FAILURE_WAIT.max(self.options.rest));
                }
            }
        }
    }

    fn rest(&self, step: Duration) {
        if !self.options.rest.is_zero() {
            self.sleep(step.max(self.options.rest));
        }
    }

    fn sleep(&self, time: Duration) {
        let until = Instant::now() + time;
        while !self.is_stopped() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            std::thread::sleep(left.min(NAP));
        }
    }

    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Acquire)
    }
}

/// What a person may read of a failure; the words of the database are in the log.
fn words(error: &Error) -> String {
    match error {
        Error::Refused(reason) => reason.clone(),
        Error::NotFound => "something that it needs was deleted meanwhile".to_owned(),
        _ => "the database refused a step; the log of the server says why".to_owned(),
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX / 4)
}
