//! Who works on a job: of several processes one, for as long as it renews its lease.

use diesel::prelude::*;
use watchfire_event::Timestamp;

use super::{Job, JobState, get};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::job;

/// The right to work on a job until a time, which is at once the lease's name: whoever finds
/// another time in the row has lost it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lease {
    pub(super) job: i64,
    until: i64,
}

/// Takes a job that waits or whose worker went away: the oldest of those whose project has no
/// older unfinished one.
pub(super) fn take(
    conn: &mut Conn<'_>,
    lease_micros: i64,
    now: Timestamp,
) -> Result<Option<(Job, Lease)>> {
    let Some((id, held)) = due(conn, now)? else {
        return Ok(None);
    };
    let until = after(now, lease_micros, held.unwrap_or(0));
    let is_free = job::lease_until.is_null();
    let is_over = job::lease_until.lt(now.0);
    let row = job::table
        .find(id)
        .filter(is_free.or(is_over.assume_not_null()));
    let taken = on!(conn, |c| diesel::update(row)
        .set(job::lease_until.eq(until))
        .execute(c))?;
    let Some(job) = get(conn, id)?.filter(|_| taken == 1) else {
        return Ok(None);
    };
    if job.state == JobState::Waiting {
        on!(conn, |c| diesel::update(job::table.find(id))
            .set((
                job::state.eq(JobState::Running.as_str()),
                job::changed_at.eq(now.0)
            ))
            .execute(c))?;
    }
    let state = match job.state {
        JobState::Waiting => JobState::Running,
        other => other,
    };
    Ok(Some((Job { state, ..job }, Lease { job: id, until })))
}

/// The number of the job to take, and the lease that it has.
pub(super) fn due(conn: &mut Conn<'_>, now: Timestamp) -> Result<Option<(i64, Option<i64>)>> {
    let states = [JobState::Waiting, JobState::Running, JobState::Undoing];
    let rows: Vec<(i64, i64, Option<i64>)> = on!(conn, |c| job::table
        .filter(job::state.eq_any(states.map(JobState::as_str)))
        .order(job::id)
        .select((job::id, job::project_id, job::lease_until))
        .load(c))?;
    let mut busy = std::collections::HashSet::new();
    for (id, project, held) in rows {
        let is_first = busy.insert(project);
        if is_first && held.is_none_or(|until| until < now.0) {
            return Ok(Some((id, held)));
        }
    }
    Ok(None)
}

/// Whether any job is left to do, by whomever.
pub(super) fn any_left(conn: &mut Conn<'_>) -> Result<bool> {
    let states = [JobState::Waiting, JobState::Running, JobState::Undoing];
    let count: i64 = on!(conn, |c| job::table
        .filter(job::state.eq_any(states.map(JobState::as_str)))
        .count()
        .get_result(c))?;
    Ok(count > 0)
}

impl Lease {
    /// Renews the lease at the beginning of a transaction; `false` when the job was paused, taken
    /// back or taken over, and nothing more may be done to it. Locks the job's row.
    pub(super) fn renew(
        &mut self,
        conn: &mut Conn<'_>,
        state: JobState,
        lease_micros: i64,
        now: Timestamp,
    ) -> Result<bool> {
        let until = after(now, lease_micros, self.until);
        let row = job::table
            .find(self.job)
            .filter(job::lease_until.eq(self.until))
            .filter(job::state.eq(state.as_str()));
        let renewed = on!(conn, |c| diesel::update(row)
            .set(job::lease_until.eq(until))
            .execute(c))?;
        if renewed == 1 {
            self.until = until;
        }
        Ok(renewed == 1)
    }

    /// Gives the job back, so that another worker may go on with it at once.
    pub(super) fn give_back(&self, conn: &mut Conn<'_>) -> Result<()> {
        let row = job::table
            .find(self.job)
            .filter(job::lease_until.eq(self.until));
        on!(conn, |c| diesel::update(row)
            .set(job::lease_until.eq(None::<i64>))
            .execute(c))?;
        Ok(())
    }
}

/// The end of a lease, never the same as that of the one before, which may have been a longer one.
fn after(now: Timestamp, lease_micros: i64, before: i64) -> i64 {
    let until = now.plus_micros(lease_micros).0;
    if until == before { until + 1 } else { until }
}
