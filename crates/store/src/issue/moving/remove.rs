//! Removes events from their issues with everything that was counted of them.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use watchfire_event::{Event, IssueId};
use watchfire_grouping::{Grouper, Hash};

use super::{Moving, Reading, Targets, by_issue, places, take};
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::event::hash_key;
use crate::issue::hidden;
use crate::new_event::Facts;
use crate::project;
use crate::schema::{event, issue_hash, sampled_hash};

/// Removes events by their rows, and takes away what was counted of them, as for events that move
/// to another issue; the counts of their hashes go too. Attachments and feedback are the caller's.
///
/// Rows that are gone stay gone; those of issues that are being deleted go without a count. The
/// projects must be locked. Returns the issues that lost events, merged ones followed.
pub(crate) fn remove_events(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    grouper: &Grouper,
    events: &[(i64, &Event<'_>)],
) -> Result<BTreeSet<IssueId>> {
    let ids: Vec<i64> = events.iter().map(|(id, _)| *id).collect();
    let mut places = places(conn, &ids)?;
    let keys = hash_keys(conn, &ids)?;
    let mut targets = Targets::default();
    let mut removing = Vec::with_capacity(events.len());
    let mut hashes: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for (id, event) in events {
        let Some((row, issue)) = places.remove(id) else {
            continue;
        };
        let from = targets.follow(conn, issue)?;
        if targets.project(conn, from)?.is_none() {
            continue;
        }
        if let Some(key) = keys.get(id) {
            *hashes.entry((from.0, *key)).or_default() += 1;
        }
        let mut facts = Facts::of(event);
        facts.timestamp = row.timestamp;
        removing.push(Moving {
            row,
            from,
            to: from,
            event,
            facts,
        });
    }
    on!(conn, |c| diesel::delete(event::table)
        .filter(event::id.eq_any(&ids))
        .execute(c))?;
    let reading = Reading {
        dictionaries,
        grouper,
    };
    let mut lost_rows = false;
    for (from, of_issue) in by_issue(&removing, |it| it.from) {
        lost_rows |= take::take(conn, &reading, from, &of_issue)?;
    }
    for ((issue, key), count) in hashes {
        uncount(conn, issue, key, count)?;
    }
    if lost_rows {
        let projects: BTreeSet<_> = removing.iter().map(|it| it.row.project).collect();
        for project in projects {
            // Writers remember which rows exist.
            project::note_hash_change(conn, project)?;
        }
    }
    Ok(removing.iter().map(|it| it.from).collect())
}

fn hash_keys(conn: &mut Conn<'_>, ids: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let rows: Vec<(i64, Option<i64>)> = on!(conn, |c| event::table
        .filter(event::id.eq_any(ids))
        .select((event::id, event::hash_key))
        .load(c))?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, key)| Some((id, key?)))
        .collect())
}

/// Takes removed events from the hash that brought them.
fn uncount(conn: &mut Conn<'_>, id: i64, key: i64, count: i64) -> Result<()> {
    let owned: Vec<(i64, Vec<u8>, i64)> = on!(conn, |c| issue_hash::table
        .filter(issue_hash::issue_id.eq(id))
        .select((
            issue_hash::project_id,
            issue_hash::hash,
            issue_hash::event_count
        ))
        .load(c))?;
    let is_it = |bytes: &[u8]| Hash::from_slice(bytes).is_some_and(|hash| hash_key(&hash) == key);
    let Some((project, hash, known)) = owned.into_iter().find(|(_, hash, _)| is_it(hash)) else {
        return Ok(());
    };
    let row = issue_hash::table.find((project, &hash));
    on!(conn, |c| diesel::update(row)
        .set(issue_hash::event_count.eq((known - count).max(0)))
        .execute(c))?;
    let family = hidden::family(conn, IssueId(id))?;
    let of_hash = event::table
        .filter(event::issue_id.eq_any(&family))
        .filter(event::hash_key.eq(key));
    let stored: (Option<i64>, Option<i64>) = on!(conn, |c| of_hash
        .select((
            diesel::dsl::min(event::timestamp),
            diesel::dsl::max(event::timestamp)
        ))
        .first(c))?;
    let sampled: Option<(i64, i64)> = on!(conn, |c| sampled_hash::table
        .find((id, key))
        .select((sampled_hash::first_seen, sampled_hash::last_seen))
        .first(c)
        .optional())?;
    let spans = [stored.0.zip(stored.1), sampled];
    let first = spans.iter().flatten().map(|span| span.0).min();
    let last = spans.iter().flatten().map(|span| span.1).max();
    if let (Some(first), Some(last)) = (first, last) {
        on!(conn, |c| diesel::update(row)
            .set((
                issue_hash::first_seen.eq(first),
                issue_hash::last_seen.eq(last)
            ))
            .execute(c))?;
    }
    Ok(())
}
