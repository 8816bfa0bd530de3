//! Reads and writes the owners of hashes, and what a plan has to know of issues.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use watchfire_event::{IssueId, ProjectId, Timestamp};

use super::IssueBrief;
use super::plan::Owner;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::issue::Status;
use crate::schema::{event, issue, issue_hash};

/// How many hashes or issues one statement asks for.
const STEP: usize = 500;

/// The owners of those hashes that have one.
pub(super) fn of(
    conn: &mut Conn<'_>,
    project: ProjectId,
    hashes: &HashSet<Vec<u8>>,
) -> Result<HashMap<Vec<u8>, Owner>> {
    let all: Vec<&[u8]> = hashes.iter().map(Vec::as_slice).collect();
    let mut owners = HashMap::new();
    for step in all.chunks(STEP) {
        let rows: Vec<(Vec<u8>, Option<i64>)> = on!(conn, |c| issue_hash::table
            .filter(issue_hash::project_id.eq(project.0))
            .filter(issue_hash::hash.eq_any(step))
            .select((issue_hash::hash, issue_hash::issue_id))
            .load(c))?;
        for (hash, issue) in rows {
            owners.insert(hash, issue.map_or(Owner::Nobody, Owner::Issue));
        }
    }
    Ok(owners)
}

/// Gives a hash that has no owner to an issue; `false` when it has one.
pub(super) fn link(
    conn: &mut Conn<'_>,
    project: ProjectId,
    hash: &[u8],
    issue: i64,
    now: Timestamp,
) -> Result<bool> {
    let row = (
        issue_hash::project_id.eq(project.0),
        issue_hash::hash.eq(hash),
        issue_hash::issue_id.eq(issue),
        issue_hash::event_count.eq(0),
        issue_hash::first_seen.eq(now.0),
        issue_hash::last_seen.eq(now.0),
        issue_hash::created_at.eq(now.0),
    );
    let linked = on!(conn, |c| diesel::insert_into(issue_hash::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(linked == 1)
}

/// Issues as previews show them, by number.
pub(crate) fn briefs(
    conn: &mut Conn<'_>,
    ids: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, IssueBrief>> {
    let mut ids: Vec<i64> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut briefs = HashMap::new();
    for step in ids.chunks(STEP) {
        let rows: Vec<(i64, i64, String, i64)> = on!(conn, |c| issue::table
            .filter(issue::id.eq_any(step))
            .select((
                issue::id,
                issue::short_number,
                issue::title,
                issue::event_count
            ))
            .load(c))?;
        briefs.extend(rows.into_iter().map(|(id, short_number, title, count)| {
            let brief = IssueBrief {
                id: IssueId(id),
                short_number,
                title,
                event_count: count,
            };
            (id, brief)
        }));
    }
    Ok(briefs)
}

/// The statuses of issues, by number; those that are gone are left out.
pub(super) fn statuses(conn: &mut Conn<'_>, ids: &[i64]) -> Result<HashMap<i64, Status>> {
    let rows: Vec<(i64, Status)> = on!(conn, |c| issue::table
        .filter(issue::id.eq_any(ids))
        .select((issue::id, issue::status))
        .load(c))?;
    Ok(rows.into_iter().collect())
}

/// Removes those of these issues that have neither hashes nor events.
pub(super) fn remove_bare(conn: &mut Conn<'_>, ids: &[i64]) -> Result<()> {
    let has_hash = issue_hash::table.filter(issue_hash::issue_id.eq(issue::id.nullable()));
    let has_event = event::table.filter(event::issue_id.eq(issue::id));
    on!(conn, |c| diesel::delete(
        issue::table
            .filter(issue::id.eq_any(ids))
            .filter(diesel::dsl::not(diesel::dsl::exists(has_hash)))
            .filter(diesel::dsl::not(diesel::dsl::exists(has_event)))
    )
    .execute(c))?;
    Ok(())
}
