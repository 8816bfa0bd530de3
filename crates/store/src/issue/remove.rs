//! Deleting and discarding issues. They are hidden at once; their rows go in small steps.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use watchfire_event::{IssueId, ProjectId, Timestamp, UserId};

use super::{Issue, Status, get_many, hidden};
use crate::attachment::removal;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::job::{self, Job, JobKind, NewJob, Step};
use crate::project;
use crate::sampling;
use crate::schema::{
    event, feedback, issue, issue_hash, issue_hour, issue_tag, issue_tag_key, issue_user, tombstone,
};

/// How many events one step removes.
const STEP_EVENTS: i64 = 300;
/// How many rows of counters one step removes, and up to those of one tag more.
const STEP_ROWS: i64 = 5_000;
/// How many rows of users one statement names.
const STEP_USERS: i64 = 1_000;

/// What a job of this kind needs to know.
#[derive(Serialize, Deserialize)]
struct Data {
    issues: Vec<i64>,
}

/// Deletes issues with their events, attachments and feedback, and those that were merged into
/// them. Returns how many there were; hidden and unknown ones are left out.
///
/// Their hashes are free: a later event makes a new issue. They are hidden at once, a job removes
/// the rows. Call it inside [`crate::Database::write`].
///
/// # Errors
/// When the database fails.
pub fn delete(
    conn: &mut Conn<'_>,
    ids: &[IssueId],
    author: Option<UserId>,
    now: Timestamp,
) -> Result<usize> {
    remove(conn, ids, (author, now), |conn, _, family| {
        on!(conn, |c| diesel::delete(issue_hash::table)
            .filter(issue_hash::issue_id.eq_any(family))
            .execute(c))?;
        Ok(())
    })
}

/// Deletes issues like [`delete`], and leaves a tombstone of each: later events of their hashes
/// are dropped and counted ([`crate::tombstone`]).
///
/// # Errors
/// When the database fails.
pub fn discard(
    conn: &mut Conn<'_>,
    ids: &[IssueId],
    author: Option<UserId>,
    now: Timestamp,
) -> Result<usize> {
    remove(conn, ids, (author, now), |conn, issue, family| {
        let row = (
            tombstone::project_id.eq(issue.project_id.0),
            tombstone::title.eq(&issue.title),
            tombstone::culprit.eq(&issue.culprit),
            tombstone::level.eq(issue.level.number()),
            tombstone::user_id.eq(author.map(|author| author.0)),
            tombstone::created_at.eq(now.0),
            tombstone::hit_count.eq(0),
        );
        let id: i64 = on!(conn, |c| diesel::insert_into(tombstone::table)
            .values(row)
            .returning(tombstone::id)
            .get_result(c))?;
        on!(conn, |c| diesel::update(issue_hash::table)
            .filter(issue_hash::issue_id.eq_any(family))
            .set((
                issue_hash::issue_id.eq(None::<i64>),
                issue_hash::tombstone_id.eq(id),
                issue_hash::merged_from.eq(None::<i64>),
            ))
            .execute(c))?;
        Ok(())
    })
}

/// Hides the issues, and queues a job for each project that removes them. `release` gets each
/// issue with its family, which may own hashes as well: a rule that empties an issue leaves it
/// those.
fn remove(
    conn: &mut Conn<'_>,
    ids: &[IssueId],
    (author, now): (Option<UserId>, Timestamp),
    release: impl Fn(&mut Conn<'_>, &Issue, &[i64]) -> Result<()>,
) -> Result<usize> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let projects: Vec<i64> = on!(conn, |c| issue::table
        .filter(issue::id.eq_any(&numbers))
        .select(issue::project_id)
        .distinct()
        .order(issue::project_id)
        .load(c))?;
    let mut count = 0;
    for project in projects.into_iter().map(ProjectId) {
        project::lock_for_change(conn, project, None)?;
        let mut issues = get_many(conn, ids)?;
        issues.retain(|issue| issue.project_id == project && issue.status.is_visible());
        let mut families = Vec::new();
        for issue in &issues {
            let family = hidden::family(conn, issue.id)?;
            release(conn, issue, &family)?;
            hide(conn, &family)?;
            families.extend(family);
        }
        if issues.is_empty() {
            continue;
        }
        project::note_hash_change(conn, project)?;
        let data = Data { issues: families };
        let new = NewJob {
            project,
            kind: JobKind::Delete,
            data: serde_json::json!(data).to_string(),
            total: issues.iter().map(|issue| issue.event_count).sum(),
            user: author,
            issue: None,
            rule: None,
        };
        job::queue(conn, &new, now)?;
        count += issues.len();
    }
    Ok(count)
}

/// Hides an issue and those that were merged into it. What people said about it goes at once,
/// because it has pages of its own.
fn hide(conn: &mut Conn<'_>, family: &[i64]) -> Result<()> {
    on!(conn, |c| diesel::update(issue::table)
        .filter(issue::id.eq_any(family))
        .set((
            issue::status.eq(Status::Deleting.number()),
            issue::merged_into.eq(None::<i64>),
        ))
        .execute(c))?;
    on!(conn, |c| diesel::delete(feedback::table)
        .filter(feedback::issue_id.eq_any(family))
        .execute(c))?;
    Ok(())
}

/// Removes the next rows of deleted issues: events with their attachments, then counters, at last
/// the issues. The cursor is the place of the issue in the job's list.
///
/// # Errors
/// When the database fails.
pub(crate) fn delete_step(conn: &mut Conn<'_>, job: &Job, now: Timestamp) -> Result<Step> {
    let data: Data = serde_json::from_str(&job.data).unwrap_or(Data { issues: Vec::new() });
    let mut step = Step {
        cursor: job.cursor,
        done: 0,
        moved: 0,
        is_finished: false,
    };
    let mut rows_left = STEP_ROWS;
    let place = usize::try_from(job.cursor).unwrap_or(0);
    for id in data.issues.into_iter().skip(place) {
        let events = remove_events(conn, (job.project_id, id), STEP_EVENTS - step.done, now)?;
        step.done += events;
        step.moved += events;
        if step.done >= STEP_EVENTS || !remove_counters(conn, id, &mut rows_left)? {
            return Ok(step);
        }
        on!(conn, |c| diesel::delete(issue::table.find(id))
            .filter(issue::status.eq(Status::Deleting.number()))
            .execute(c))?;
        step.cursor += 1;
    }
    step.is_finished = true;
    Ok(step)
}

/// Removes up to so many events of an issue with their attachments; returns how many.
fn remove_events(
    conn: &mut Conn<'_>,
    (project, id): (ProjectId, i64),
    limit: i64,
    now: Timestamp,
) -> Result<i64> {
    let events: Vec<(i64, Vec<u8>)> = on!(conn, |c| event::table
        .filter(event::issue_id.eq(id))
        .order(event::timestamp)
        .limit(limit)
        .select((event::id, event::event_id))
        .load(c))?;
    let (rows, event_ids): (Vec<i64>, Vec<Vec<u8>>) = events.into_iter().unzip();
    removal::of_events(conn, project, &event_ids, now)?;
    on!(conn, |c| diesel::delete(event::table)
        .filter(event::id.eq_any(&rows))
        .execute(c))?;
    Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
}

/// Removes counters of an issue, about as many rows as are left to this step; returns whether all
/// of them are gone.
fn remove_counters(conn: &mut Conn<'_>, id: i64, rows_left: &mut i64) -> Result<bool> {
    let mut spend = |rows: usize| {
        *rows_left -= i64::try_from(rows).unwrap_or(i64::MAX);
        *rows_left > 0
    };
    loop {
        let users: Vec<i64> = on!(conn, |c| issue_user::table
            .filter(issue_user::issue_id.eq(id))
            .limit(STEP_USERS)
            .select(issue_user::user_hash)
            .load(c))?;
        if users.is_empty() {
            break;
        }
        let removed = on!(conn, |c| diesel::delete(issue_user::table)
            .filter(issue_user::issue_id.eq(id))
            .filter(issue_user::user_hash.eq_any(&users))
            .execute(c))?;
        if !spend(removed) {
            return Ok(false);
        }
    }
    let keys: Vec<String> = on!(conn, |c| issue_tag_key::table
        .filter(issue_tag_key::issue_id.eq(id))
        .select(issue_tag_key::key)
        .load(c))?;
    for key in keys {
        let removed = on!(conn, |c| diesel::delete(issue_tag::table)
            .filter(issue_tag::issue_id.eq(id))
            .filter(issue_tag::key.eq(&key))
            .execute(c))?;
        on!(conn, |c| diesel::delete(
            issue_tag_key::table.find((id, &key))
        )
        .execute(c))?;
        if !spend(removed) {
            return Ok(false);
        }
    }
    on!(conn, |c| diesel::delete(issue_hour::table)
        .filter(issue_hour::issue_id.eq(id))
        .execute(c))?;
    loop {
        match sampling::delete_step(conn, id)? {
            0 => return Ok(true),
            removed if !spend(removed) => return Ok(false),
            _ => {}
        }
    }
}
