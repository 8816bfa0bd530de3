//! What a job's steps are done with.

use std::time::Duration;

use diesel::prelude::*;
use watchfire_event::Timestamp;

use super::lease::Lease;
use super::{Job, JobState};
use crate::blob::Blobs;
use crate::conn::{Conn, on};
use crate::database::Database;
use crate::error::Result;
use crate::schema::job;

/// How long a step may take that cannot be cut into smaller ones ([`Task::hold`]): writing a
/// database's file anew, vacuuming a table, training a dictionary.
pub(crate) const LONG_STEP: Duration = Duration::from_secs(600);

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
    /// Where attachments are; nothing when this process does not know.
    pub(crate) blobs: Option<&'d Blobs>,
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
        (database, blobs): (&'d Database, Option<&'d Blobs>),
        (job, lease): (Job, Lease),
        lease_micros: i64,
        settle: Duration,
    ) -> Self {
        Self {
            database,
            blobs,
            job,
            settle,
            lease,
            lease_micros,
        }
    }

    /// Renews the lease for a step that may take so long outside of every transaction, as no other
    /// worker may begin the same meanwhile. The next [`Task::write`] makes it as short as usual.
    /// Returns whether the job is still ours.
    ///
    /// A process that dies in such a step leaves the job alone for that time.
    pub(crate) fn hold(&mut self, time: Duration) -> Result<bool> {
        let mut lease = self.lease;
        let (state, now) = (self.job.state, Timestamp::now());
        let micros = i64::try_from(time.as_micros()).unwrap_or(i64::MAX / 4);
        let micros = micros.max(self.lease_micros);
        let is_ours = self
            .database
            .write_blocking(|conn| lease.renew(conn, state, micros, now))?;
        if is_ours {
            self.lease = lease;
        }
        Ok(is_ours)
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
            // The transaction may have taken as long as the lease.
            lease.renew(conn, job.state, self.lease_micros, Timestamp::now())?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Options;
    use crate::job::{JobKind, NewJob, lease, queue};
    use crate::{organization, project};

    #[test]
    fn a_lease_that_is_held_outlasts_a_long_step_and_is_short_again_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let database = Database::connect(&url, &Options::default()).unwrap();
        let taken = database.write_blocking(|conn| {
            let organization = organization::create(conn, "o", "O", Timestamp(0))?;
            let new = project::NewProject {
                organization_id: organization.id,
                slug: "shop".to_owned(),
                name: "Shop".to_owned(),
                platform: None,
            };
            let new = NewJob {
                project: project::create(conn, &new, Timestamp(0))?.id,
                kind: JobKind::Delete,
                data: "{}".to_owned(),
                total: 0,
                user: None,
                issue: None,
                rule: None,
            };
            queue(conn, &new, Timestamp(0))?;
            lease::take(conn, 1_000, Timestamp::now())
        });
        let taken = taken.unwrap().unwrap();
        let mut task = Task::new((&database, None), taken, 1_000, Duration::ZERO);
        let is_due = |after: i64| {
            let then = Timestamp::now().plus_micros(after);
            let due = database.read_blocking(|conn| lease::due(conn, then));
            due.unwrap().is_some()
        };
        assert!(is_due(2_000));
        assert!(task.hold(LONG_STEP).unwrap());
        assert!(!is_due(500_000_000) && is_due(700_000_000));
        assert!(task.write(|_, _| Ok(())).unwrap().is_some());
        assert!(is_due(2_000));
    }
}
