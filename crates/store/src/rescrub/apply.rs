//! Stores scrubbed events in the place of what they were.

use std::collections::BTreeMap;

use watchfire_event::{IssueId, ProjectId};

use super::facts;
use super::rules::Scrubbed;
use crate::conn::Conn;
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::issue::follow;
use crate::project;
use crate::rows::Column::{Bytes, Number};
use crate::rows::{Cell, Rows};
use crate::stored;

/// Rewrites events and corrects everything that was counted of them. Events that are gone by now
/// stay gone; those that moved are corrected where they are.
pub(super) fn apply(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: ProjectId,
    scrubbed: &[Scrubbed<'_>],
) -> Result<()> {
    if scrubbed.is_empty() {
        return Ok(());
    }
    project::lock_for_change(conn, project, None)?;
    let rows: Vec<i64> = scrubbed.iter().map(|it| it.stored.row_id).collect();
    let issues = stored::issues_of_rows(conn, &rows)?;
    let mut followed: BTreeMap<i64, i64> = BTreeMap::new();
    let mut by_issue: BTreeMap<i64, Vec<&Scrubbed<'_>>> = BTreeMap::new();
    for event in scrubbed {
        let Some(issue) = issues.get(&event.stored.row_id).copied() else {
            continue;
        };
        let target = match followed.get(&issue) {
            Some(target) => *target,
            None => *followed
                .entry(issue)
                .or_insert(follow(conn, IssueId(issue))?.0),
        };
        by_issue.entry(target).or_default().push(event);
    }
    rewrite(conn, dictionaries, by_issue.values().flatten())?;
    let mut lost_rows = false;
    for (issue, events) in by_issue {
        lost_rows |= facts::correct(conn, project.0, issue, &events)?;
    }
    if lost_rows {
        // Writers remember which rows exist.
        project::note_hash_change(conn, project)?;
    }
    Ok(())
}

fn rewrite<'s>(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    events: impl Iterator<Item = &'s &'s Scrubbed<'s>>,
) -> Result<()> {
    let (ids, bodies): (Vec<i64>, Vec<&[u8]>) = events
        .map(|event| (event.stored.row_id, event.body.as_bytes()))
        .unzip();
    let packed = dictionaries.compress_locked(conn, &bodies)?;
    let mut rows = Rows::new([Number, Number, Bytes]);
    for (id, (body, dictionary)) in ids.iter().zip(&packed) {
        rows.push([
            Cell::Number(*id),
            Cell::Number(*dictionary),
            Cell::Bytes(body),
        ]);
    }
    rows.execute(
        conn,
        "UPDATE event SET dictionary_id = e.column2, body = e.column3",
        "WHERE event.id = e.column1",
    )
}
