//! The hashes and the events of merged issues.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use watchfire_event::{IssueId, Timestamp};
use watchfire_grouping::Hash;

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::event::hash_key;
use crate::issue::{Issue, Status, follow};
use crate::job::{Job, Step};
use crate::schema::{event, feedback, issue, issue_hash};

/// How many events one step of a job moves.
const STEP_EVENTS: i64 = 500;

/// Merged issues whose events have not followed yet.
#[derive(Default)]
pub(in crate::issue) struct Pending {
    issues: Vec<i64>,
    /// How many events they have.
    pub(in crate::issue) count: i64,
}

/// What a job of this kind needs to know.
#[derive(Serialize, Deserialize)]
struct Data {
    /// The merged issues.
    from: Vec<i64>,
}

impl Pending {
    pub(super) fn add(&mut self, conn: &mut Conn<'_>, id: IssueId) -> Result<()> {
        let count: i64 = on!(conn, |c| event::table
            .filter(event::issue_id.eq(id.0))
            .count()
            .get_result(c))?;
        self.issues.push(id.0);
        self.count += count;
        Ok(())
    }

    pub(super) fn point_all(&self, conn: &mut Conn<'_>) -> Result<()> {
        self.issues.iter().try_for_each(|id| point_all(conn, *id))
    }

    pub(super) fn data(&self) -> String {
        let data = Data {
            from: self.issues.clone(),
        };
        serde_json::json!(data).to_string()
    }
}

/// Gives the hashes of an issue to another one, and notes where they came from. Events of before
/// there were hash keys get that of the first hash, so that they come back with it.
pub(super) fn take_hashes(conn: &mut Conn<'_>, from: &Issue, to: IssueId) -> Result<()> {
    adopt_keyless(conn, from.id)?;
    let of_issue = || issue_hash::issue_id.eq(from.id.0);
    // Home again.
    on!(conn, |c| diesel::update(issue_hash::table)
        .filter(of_issue())
        .filter(issue_hash::merged_from.eq(to.0))
        .set((
            issue_hash::issue_id.eq(to.0),
            issue_hash::merged_from.eq(None::<i64>),
        ))
        .execute(c))?;
    on!(conn, |c| diesel::update(issue_hash::table)
        .filter(of_issue())
        .filter(issue_hash::merged_from.is_null())
        .set(issue_hash::merged_from.eq(from.id.0))
        .execute(c))?;
    on!(conn, |c| diesel::update(issue_hash::table)
        .filter(of_issue())
        .set(issue_hash::issue_id.eq(to.0))
        .execute(c))?;
    on!(conn, |c| diesel::update(feedback::table)
        .filter(feedback::issue_id.eq(from.id.0))
        .set(feedback::issue_id.eq(to.0))
        .execute(c))?;
    Ok(())
}

fn adopt_keyless(conn: &mut Conn<'_>, id: IssueId) -> Result<()> {
    let keyless = || {
        event::table
            .filter(event::issue_id.eq(id.0))
            .filter(event::hash_key.is_null())
    };
    let count: i64 = on!(conn, |c| keyless().count().get_result(c))?;
    if count == 0 {
        return Ok(());
    }
    let hashes: Vec<Vec<u8>> = on!(conn, |c| issue_hash::table
        .filter(issue_hash::issue_id.eq(id.0))
        .order((issue_hash::created_at, issue_hash::hash))
        .select(issue_hash::hash)
        .load(c))?;
    let Some(hash) = hashes.iter().find_map(|hash| Hash::from_slice(hash)) else {
        return Ok(());
    };
    on!(conn, |c| diesel::update(keyless())
        .set(event::hash_key.eq(hash_key(&hash)))
        .execute(c))?;
    on!(conn, |c| diesel::update(issue_hash::table)
        .filter(issue_hash::issue_id.eq(id.0))
        .filter(issue_hash::hash.eq(hash.0.as_slice()))
        .set(issue_hash::event_count.eq(issue_hash::event_count + count))
        .execute(c))?;
    Ok(())
}

/// Lets all events that a merged issue still has name the one that it went to.
pub(in crate::issue) fn point_all(conn: &mut Conn<'_>, from: i64) -> Result<()> {
    let to = follow(conn, IssueId(from))?;
    on!(conn, |c| diesel::update(event::table)
        .filter(event::issue_id.eq(from))
        .set(event::issue_id.eq(to.0))
        .execute(c))?;
    Ok(())
}

/// Moves the next events of a merge. Issues that came back meanwhile keep what they have: whoever
/// brought them back saw to their events.
///
/// # Errors
/// When the database fails.
pub(crate) fn step(conn: &mut Conn<'_>, job: &Job, _now: Timestamp) -> Result<Step> {
    let data: Data = serde_json::from_str(&job.data).unwrap_or(Data { from: Vec::new() });
    let mut step = Step {
        cursor: job.cursor,
        done: 0,
        moved: 0,
        is_finished: true,
    };
    crate::project::lock_for_change(conn, job.project_id, None)?;
    for from in data.from {
        let left = STEP_EVENTS - step.moved;
        if left <= 0 {
            step.is_finished = false;
            break;
        }
        let moved = point(conn, from, left)?;
        step.moved += moved;
        step.is_finished &= moved < left;
    }
    step.done = step.moved;
    Ok(step)
}

/// Moves up to so many events of an issue that is merged; returns how many.
fn point(conn: &mut Conn<'_>, from: i64, limit: i64) -> Result<i64> {
    let is_merged: i64 = on!(conn, |c| issue::table
        .find(from)
        .filter(issue::status.eq(Status::Merged.number()))
        .count()
        .get_result(c))?;
    if is_merged == 0 {
        return Ok(0);
    }
    let ids: Vec<i64> = on!(conn, |c| event::table
        .filter(event::issue_id.eq(from))
        .order(event::timestamp)
        .limit(limit)
        .select(event::id)
        .load(c))?;
    let to = follow(conn, IssueId(from))?;
    let moved = on!(conn, |c| diesel::update(event::table)
        .filter(event::id.eq_any(&ids))
        .set(event::issue_id.eq(to.0))
        .execute(c))?;
    Ok(i64::try_from(moved).unwrap_or(i64::MAX))
}
