//! What people do to a job.

use diesel::prelude::*;
use watchfire_event::{Timestamp, UserId};

use super::table::{set_state, set_undoing};
use super::{Job, JobKind, JobState, get};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::regroup;
use crate::schema::job;

/// Stops a job after the step in hand; [`resume`] goes on with it. Call it inside
/// [`crate::Database::write`].
///
/// # Errors
/// [`Error::NotFound`] when there is no such job, [`Error::Refused`] when it neither waits nor
/// runs.
pub fn pause(conn: &mut Conn<'_>, id: i64, now: Timestamp) -> Result<Job> {
    let job = lock(conn, id)?;
    match job.state {
        JobState::Waiting | JobState::Running => {
            set_state(conn, id, JobState::Paused, None, now)?;
        }
        JobState::Paused => {}
        state => return Err(refused("paused", state)),
    }
    get(conn, id)?.ok_or(Error::NotFound)
}

/// Lets a paused job go on, and a failed one try again. Call it inside
/// [`crate::Database::write`].
///
/// A regrouping goes on only while the rules are those that it follows: by others it would move
/// stored events to where no later event goes. To be taken back it goes on always.
///
/// # Errors
/// [`Error::NotFound`] when there is no such job, [`Error::Refused`] when it is finished or follows
/// rules that are no longer in force.
pub fn resume(conn: &mut Conn<'_>, id: i64, now: Timestamp) -> Result<Job> {
    let job = lock(conn, id)?;
    match job.state {
        JobState::Paused | JobState::Failed => {
            let state = if regroup::is_undo(&job) {
                JobState::Undoing
            } else {
                refuse_stale(conn, &job)?;
                JobState::Waiting
            };
            set_state(conn, id, state, None, now)?;
        }
        JobState::Waiting | JobState::Running | JobState::Undoing => {}
        state => return Err(refused("resumed", state)),
    }
    get(conn, id)?.ok_or(Error::NotFound)
}

/// Takes back what a regrouping did so far, also when it is done.
///
/// Its events and hashes go back to where they were, and the change of the rules that it followed
/// is reverted at once. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::NotFound`] when there is no such job, [`Error::Refused`] with the reason when it
/// cannot be taken back.
pub fn undo(conn: &mut Conn<'_>, id: i64, author: Option<UserId>, now: Timestamp) -> Result<Job> {
    let job = lock(conn, id)?;
    match job.kind {
        JobKind::Regroup => {}
        JobKind::Merge | JobKind::Unmerge => {
            return Err(Error::Refused(
                "a merge is taken back by unmerging, an unmerge by merging".to_owned(),
            ));
        }
        JobKind::Delete | JobKind::Rescrub | JobKind::Erase => {
            return Err(Error::Refused("what was removed is gone".to_owned()));
        }
        JobKind::DryRun => {
            return Err(Error::Refused("a dry run changes nothing".to_owned()));
        }
    }
    match job.state {
        JobState::Undoing | JobState::Undone => {}
        _ => {
            regroup::begin_undo(conn, &job, author, now)?;
            set_undoing(conn, id, now)?;
        }
    }
    get(conn, id)?.ok_or(Error::NotFound)
}

/// Whether taking the job back reverts rules of the organisation, and so what other projects do.
#[must_use]
pub fn is_wide(job: &Job) -> bool {
    job.kind == JobKind::Regroup && regroup::is_wide(job)
}

/// Refuses to go on with a regrouping by rules that are no longer in force.
fn refuse_stale(conn: &mut Conn<'_>, job: &Job) -> Result<()> {
    if job.kind == JobKind::Regroup && regroup::is_stale(conn, job)? {
        return Err(Error::Refused(
            "the rules have changed since; undo this job, or apply the rules of now to past events"
                .to_owned(),
        ));
    }
    Ok(())
}

/// The job, whose row nobody else changes until the end of the transaction.
fn lock(conn: &mut Conn<'_>, id: i64) -> Result<Job> {
    on!(conn, |c| diesel::update(job::table.find(id))
        .set(job::state.eq(job::state))
        .execute(c))?;
    get(conn, id)?.ok_or(Error::NotFound)
}

fn refused(what: &str, state: JobState) -> Error {
    Error::Refused(format!(
        "the job is {} and cannot be {what}",
        state.as_str()
    ))
}
