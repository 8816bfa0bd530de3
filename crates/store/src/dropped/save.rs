use std::collections::BTreeSet;

use diesel::RunQueryDsl;
use watchfire_event::{ProjectId, Timestamp};

use super::{HEAD_DAYS_MAX, HEADS_PER_PROJECT_MAX, NewHead};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::rows::{Cell, Column, Rows};
use crate::sql::Sql;

const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;
/// How many heads a step of [`purge`] deletes at most.
const PURGE_ROWS_MAX: i64 = 5_000;

/// Stores heads, and forgets the oldest of a project that has too many. Those of a project that
/// was removed meanwhile are left out.
pub(crate) fn insert(conn: &mut Conn<'_>, heads: &[&NewHead]) -> Result<()> {
    use Column::{Bytes, Number, Text};

    let mut rows = Rows::new([Number, Bytes, Text, Text, Number, Number, Number, Bytes]);
    for head in heads {
        rows.push([
            Cell::Number(head.project.0),
            Cell::Bytes(head.event_id.as_bytes().as_slice()),
            Cell::Text(&head.reason),
            Cell::Text(&head.title),
            Cell::Number(head.timestamp.0),
            Cell::Number(head.received_at.0),
            Cell::Number(head.dictionary_id),
            Cell::Bytes(&head.body),
        ]);
    }
    rows.execute(
        conn,
        "INSERT INTO dropped_head (project_id, event_id, reason, title, timestamp, received_at, \
         dictionary_id, body) SELECT e.column1, e.column2, e.column3, e.column4, e.column5, \
         e.column6, e.column7, e.column8",
        "JOIN project AS p ON p.id = e.column1",
    )?;
    let projects: BTreeSet<ProjectId> = heads.iter().map(|head| head.project).collect();
    for project in projects {
        trim(conn, project)?;
    }
    Ok(())
}

fn trim(conn: &mut Conn<'_>, project: ProjectId) -> Result<()> {
    let mut delete: Sql<()> = Sql::new("DELETE FROM dropped_head WHERE project_id = ");
    delete.number(project.0);
    delete.push(" AND id <= (SELECT id FROM dropped_head WHERE project_id = ");
    delete.number(project.0);
    delete.push(" ORDER BY id DESC LIMIT 1 OFFSET ");
    delete.number(HEADS_PER_PROJECT_MAX).push(")");
    on!(conn, |c| delete.execute(c))?;
    Ok(())
}

/// Forgets a part of the heads that are older than [`HEAD_DAYS_MAX`]. Returns whether there are
/// more.
pub(crate) fn purge(conn: &mut Conn<'_>, now: Timestamp) -> Result<bool> {
    let mut delete: Sql<()> = Sql::new(
        "DELETE FROM dropped_head WHERE id IN (SELECT id FROM dropped_head WHERE received_at < ",
    );
    delete.number(now.plus_micros(-HEAD_DAYS_MAX * DAY_MICROS).0);
    delete.push(" ORDER BY received_at LIMIT ");
    delete.number(PURGE_ROWS_MAX).push(")");
    let count = on!(conn, |c| delete.execute(c))?;
    Ok(i64::try_from(count).is_ok_and(|count| count >= PURGE_ROWS_MAX))
}
