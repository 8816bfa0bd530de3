//! What a job's steps are done with.

use std::time::Duration;

use diesel::prelude::*;
use watchfire_event::Timestamp;

use super::lease::Lease;
use super::{Job, JobState};
use crate::conn::{Conn, on};
use crate::database::Database;
use crate::error::Result;
use crate::schema::job;

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// There is more to do.
    More,
    /// There is nothing to do for so long, but then perhaps there is.
    Wait(Duration),
    /// Everything is done.
    Finished,
    /// Somebody paused the job, took it back or took it over.
    Lost,
}

/// A kind of work, with what it remembers between steps. All that must survive the end of the
/// process is in the job's row.
pub(crate) trait Work {
    /// Does a step that takes less than a second or so.
    fn step(&mut self, task: &mut Task<'_>) -> Result<Progress>;
}

/// A job in hand.
pub(crate) struct Task<'d> {
    /// Where it works.
    pub(crate) database: &'d Database,
    /// Its row as of the last [`Task::write`].
    pub(crate) job: Job,
    /// How long after the change of the rules other processes may still use the former ones.
    pub(crate) settle: Duration,
    lease: Lease,
    lease_micros: i64,
}

impl<'d> Task<'d> {
    /// When no process works any more by what was in force before the job was asked for, and what
    /// came in until then is stored.
    pub(crate) fn settled_at(&self) -> Timestamp {
        let settle = i64::try_from(self.settle.as_micros()).unwrap_or(i64::MAX / 4);
        self.job.created_at.plus_micros(settle)
    }

    pub(super) fn new(
        database: &'d Database,
        (job, lease): (Job, Lease),
        lease_micros: i64,
        settle: Duration,
    ) -> Self {
        Self {
            database,
            job,
            settle,
            lease,
            lease_micros,
        }
    }

    /// Runs `work` in a transaction under the lease and saves what it changed of the job: data,
    /// cursor, done, total and moved; its problem is saved when it is finished. Nothing is done, and
    /// nothing returned, when the job is no longer ours.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&mut Conn<'_>, &mut Job) -> Result<T>,
    ) -> Result<Option<T>> {
        let (mut job, mut lease) = (self.job.clone(), self.lease);
        let now = Timestamp::now();
        let done = self.database.write_blocking(|conn| {
            if !lease.renew(conn, job.state, self.lease_micros, now)? {
                return Ok(None);
            }
            let done = work(conn, &mut job)?;
            save(conn, &job, job.data != self.job.data, now)?;
            Ok(Some(done))
        })?;
        if done.is_some() {
            self.job = job;
            self.lease = lease;
        }
        Ok(done)
    }

    /// Ends the job. A problem that its work noted stays: what it could not do.
    pub(super) fn finish(&mut self) -> Result<()> {
        let state = match self.job.state {
            JobState::Undoing => JobState::Undone,
            _ => JobState::Done,
        };
        let problem = self.job.problem.clone();
        self.end(state, problem.as_deref())
    }

    /// Gives the job up, with a reason for people.
    pub(super) fn fail(&mut self, problem: &str) -> Result<()> {
        self.end(JobState::Failed, Some(problem))
    }

    /// Lets another worker go on with the job at once.
    pub(super) fn give_back(&self) -> Result<()> {
        self.database
            .write_blocking(|conn| self.lease.give_back(conn))
    }

    fn end(&mut self, state: JobState, problem: Option<&str>) -> Result<()> {
        let id = self.job.id;
        self.write(|conn, job| {
            if state == JobState::Done || state == JobState::Undone {
                job.done = job.total;
            }
            super::table::set_state(conn, id, state, problem, Timestamp::now())
        })?;
        Ok(())
    }
}

/// Saves how far the job is; its data, which may be large, only if it changed.
fn save(conn: &mut Conn<'_>, job: &Job, is_data_changed: bool, now: Timestamp) -> Result<()> {
    on!(conn, |c| diesel::update(job::table.find(job.id))
        .set((
            is_data_changed.then(|| job::data.eq(&job.data)),
            job::cursor.eq(job.cursor),
            job::done.eq(job.done),
            job::total.eq(job.total),
            job::moved.eq(job.moved),
            job::changed_at.eq(now.0),
        ))
        .execute(c))?;
    Ok(())
}
