//! Which hash an event has, as stored: its key, the counts of the hashes, and what a job changed
//! of their owners.

use std::collections::BTreeMap;

use diesel::prelude::*;
use watchfire_event::{ProjectId, Timestamp};
use watchfire_grouping::Hash;

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::event::hash_key;
use crate::rows::{Cell, Column, Rows};
use crate::schema::{issue_hash, job_hash};

/// An event that gets another first hash.
#[derive(Clone, Copy)]
pub(super) struct Rehashed {
    pub(super) row_id: i64,
    pub(super) timestamp: Timestamp,
    /// The one it has, if it is known whole.
    pub(super) from: Option<Hash>,
    pub(super) to: Hash,
}

/// What the events of one hash add to it.
struct Added {
    count: i64,
    first: i64,
    last: i64,
}

/// Gives events their new first hash and counts them there.
pub(super) fn rehash(conn: &mut Conn<'_>, project: ProjectId, events: &[Rehashed]) -> Result<()> {
    let mut rows = Rows::new([Column::Number, Column::Number]);
    let mut removed: BTreeMap<Hash, i64> = BTreeMap::new();
    let mut added: BTreeMap<Hash, Added> = BTreeMap::new();
    for event in events {
        let key = hash_key(&event.to);
        rows.push([Cell::Number(event.row_id), Cell::Number(key)]);
        if let Some(from) = event.from {
            *removed.entry(from).or_default() += 1;
        }
        let at = event.timestamp.0;
        let to = added.entry(event.to).or_insert(Added {
            count: 0,
            first: at,
            last: at,
        });
        to.count += 1;
        to.first = to.first.min(at);
        to.last = to.last.max(at);
    }
    rows.execute(
        conn,
        "UPDATE event SET hash_key = e.column2",
        "WHERE event.id = e.column1",
    )?;
    for (hash, count) in removed {
        let row = issue_hash::table.find((project.0, hash.0.as_slice()));
        on!(conn, |c| diesel::update(row)
            .filter(issue_hash::event_count.ge(count))
            .set(issue_hash::event_count.eq(issue_hash::event_count - count))
            .execute(c))?;
    }
    added
        .into_iter()
        .try_for_each(|(hash, added)| count(conn, project, &hash, &added))
}

/// Adds events to a hash. Its times were those of no event while it had none.
fn count(conn: &mut Conn<'_>, project: ProjectId, hash: &Hash, added: &Added) -> Result<()> {
    let row = issue_hash::table.find((project.0, hash.0.as_slice()));
    let known: Option<(i64, i64, i64)> = on!(conn, |c| row
        .select((
            issue_hash::event_count,
            issue_hash::first_seen,
            issue_hash::last_seen
        ))
        .first(c)
        .optional())?;
    let Some((count, first, last)) = known else {
        return Ok(());
    };
    let (first, last) = match count {
        0 => (added.first, added.last),
        _ => (first.min(added.first), last.max(added.last)),
    };
    on!(conn, |c| diesel::update(row)
        .set((
            issue_hash::event_count.eq(count + added.count),
            issue_hash::first_seen.eq(first),
            issue_hash::last_seen.eq(last),
        ))
        .execute(c))?;
    Ok(())
}

/// Remembers that a job gave a hash without an owner to an issue.
pub(super) fn note_link(conn: &mut Conn<'_>, job: i64, hash: &[u8], issue: i64) -> Result<()> {
    let row = (
        job_hash::job_id.eq(job),
        job_hash::hash.eq(hash),
        job_hash::to_issue.eq(issue),
    );
    on!(conn, |c| diesel::insert_into(job_hash::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Whether an issue owns any hash.
pub(super) fn has_any(conn: &mut Conn<'_>, issue: i64) -> Result<bool> {
    let any: Option<i64> = on!(conn, |c| issue_hash::table
        .filter(issue_hash::issue_id.eq(issue))
        .select(issue_hash::project_id)
        .first(c)
        .optional())?;
    Ok(any.is_some())
}

/// Hashes that a job gave to issues, from a hash on, in their order: hash and issue.
pub(super) fn linked_by(
    conn: &mut Conn<'_>,
    job: i64,
    after: &[u8],
    limit: i64,
) -> Result<Vec<(Vec<u8>, i64)>> {
    Ok(on!(conn, |c| job_hash::table
        .filter(job_hash::job_id.eq(job))
        .filter(job_hash::hash.gt(after))
        .filter(job_hash::from_issue.is_null())
        .filter(job_hash::to_issue.is_not_null())
        .order(job_hash::hash)
        .limit(limit)
        .select((job_hash::hash, job_hash::to_issue.assume_not_null()))
        .load(c))?)
}

/// Takes a hash from an issue, unless events still have it as their first; it has no owner then.
pub(super) fn unlink(
    conn: &mut Conn<'_>,
    project: ProjectId,
    hash: &[u8],
    issue: i64,
) -> Result<()> {
    on!(conn, |c| diesel::delete(
        issue_hash::table
            .find((project.0, hash))
            .filter(issue_hash::issue_id.eq(issue))
            .filter(issue_hash::event_count.le(0))
    )
    .execute(c))?;
    Ok(())
}
