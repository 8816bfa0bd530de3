//! The rows that lead from a hash, or from an id at the source, to an issue.

use std::collections::HashMap;

use diesel::prelude::*;
use watchfire_event::{IssueId, ProjectId, Timestamp};
use watchfire_grouping::SentryHash;

use super::{ImportedIssue, Last};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::project;
use crate::schema::{imported_issue, issue_hash};

/// Whose a hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Issue(IssueId),
    /// Events of it are dropped.
    Tombstone,
}

/// The owners of those hashes that have one.
pub(super) fn owners(
    conn: &mut Conn<'_>,
    project: ProjectId,
    hashes: &[SentryHash],
) -> Result<HashMap<SentryHash, Owner>> {
    let bytes: Vec<&[u8]> = hashes.iter().map(|hash| hash.0.as_slice()).collect();
    let rows: Vec<(Vec<u8>, Option<i64>, Option<i64>)> = on!(conn, |c| issue_hash::table
        .filter(issue_hash::project_id.eq(project.0))
        .filter(issue_hash::hash.eq_any(&bytes))
        .select((
            issue_hash::hash,
            issue_hash::issue_id,
            issue_hash::tombstone_id
        ))
        .load(c))?;
    let owner = |(hash, issue, tombstone): (Vec<u8>, Option<i64>, Option<i64>)| {
        let hash = SentryHash(hash.try_into().ok()?);
        let issue = issue.map(|issue| Owner::Issue(IssueId(issue)));
        Some((hash, issue.or(tombstone.map(|_| Owner::Tombstone))?))
    };
    Ok(rows.into_iter().filter_map(owner).collect())
}

/// Gives the hashes that nobody has to an issue. Returns how many.
pub(super) fn give(
    conn: &mut Conn<'_>,
    project: ProjectId,
    (to, imported): (IssueId, &ImportedIssue),
    owners: &HashMap<SentryHash, Owner>,
    now: Timestamp,
) -> Result<usize> {
    let is_free = |hash: &&SentryHash| !owners.contains_key(*hash);
    let free: Vec<&SentryHash> = imported.hashes.iter().filter(is_free).collect();
    for hash in &free {
        let row = (
            issue_hash::project_id.eq(project.0),
            issue_hash::hash.eq(hash.0.as_slice()),
            issue_hash::issue_id.eq(to.0),
            issue_hash::event_count.eq(0),
            issue_hash::first_seen.eq(imported.first_seen.0),
            issue_hash::last_seen.eq(imported.last_seen.0),
            issue_hash::created_at.eq(now.0),
        );
        on!(conn, |c| diesel::insert_into(issue_hash::table)
            .values(row)
            .on_conflict((issue_hash::project_id, issue_hash::hash))
            .do_update()
            .set(issue_hash::issue_id.eq(to.0))
            .execute(c))?;
    }
    if !free.is_empty() {
        project::note_hash_change(conn, project)?;
    }
    Ok(free.len())
}

/// Adds events that only the source has to the first of an issue's hashes that leads to it, so that
/// they go with it when it is unmerged. The source does not say which hash they had.
pub(super) fn count(
    conn: &mut Conn<'_>,
    project: ProjectId,
    (to, imported): (IssueId, &ImportedIssue),
    events: i64,
) -> Result<()> {
    let bytes: Vec<&[u8]> = imported
        .hashes
        .iter()
        .map(|hash| hash.0.as_slice())
        .collect();
    let first: Option<Vec<u8>> = on!(conn, |c| issue_hash::table
        .filter(issue_hash::project_id.eq(project.0))
        .filter(issue_hash::hash.eq_any(&bytes))
        .filter(issue_hash::issue_id.eq(to.0))
        .order(issue_hash::hash)
        .select(issue_hash::hash)
        .first(c)
        .optional())?;
    if let Some(hash) = first {
        on!(conn, |c| diesel::update(
            issue_hash::table.find((project.0, &hash))
        )
        .set(issue_hash::event_count.eq(issue_hash::event_count + events))
        .execute(c))?;
    }
    Ok(())
}

/// The issue that an id at the source is here, and what was said of it last.
pub(super) fn find(
    conn: &mut Conn<'_>,
    project: ProjectId,
    external_id: &str,
) -> Result<Option<(IssueId, Option<Last>)>> {
    let row: Option<(i64, String)> = on!(conn, |c| imported_issue::table
        .find((project.0, external_id))
        .select((imported_issue::issue_id, imported_issue::data))
        .first(c)
        .optional())?;
    Ok(row.map(|(issue, data)| (IssueId(issue), serde_json::from_str(&data).ok())))
}

/// Remembers which issue an id at the source is, and what was said of it.
pub(super) fn remember(
    conn: &mut Conn<'_>,
    project: ProjectId,
    (to, imported): (IssueId, &ImportedIssue),
    now: Timestamp,
) -> Result<()> {
    // Numbers, times and words always have a JSON form.
    let data = serde_json::to_string(&Last::of(imported)).unwrap_or_default();
    let changed = (
        imported_issue::issue_id.eq(to.0),
        imported_issue::imported_at.eq(now.0),
        imported_issue::data.eq(&data),
    );
    let row = (
        imported_issue::project_id.eq(project.0),
        imported_issue::external_id.eq(&imported.external_id),
        changed,
    );
    on!(conn, |c| diesel::insert_into(imported_issue::table)
        .values(row)
        .on_conflict((imported_issue::project_id, imported_issue::external_id))
        .do_update()
        .set(changed)
        .execute(c))?;
    Ok(())
}
