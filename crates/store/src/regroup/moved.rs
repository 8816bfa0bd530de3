//! What a job moved, as it is remembered.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::issue::Status;
use crate::rows::{Cell, Column, Rows};
use crate::schema::{issue, job_move};
use crate::sql::Sql;

/// How many issues one statement asks for.
const ISSUE_STEP: usize = 500;

/// Events that a job moved from one issue to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) events: i64,
}

/// Remembers events that got another hash: row, and the issues before and after, which may be the
/// same. An event that the job moves again still came from where it was at first.
pub(super) fn record(conn: &mut Conn<'_>, job: i64, moves: &[(i64, i64, i64)]) -> Result<()> {
    use Column::Number;

    let mut rows = Rows::new([Number, Number, Number, Number]);
    for (row, from, to) in moves {
        rows.push([
            Cell::Number(job),
            Cell::Number(*row),
            Cell::Number(*from),
            Cell::Number(*to),
        ]);
    }
    rows.execute(
        conn,
        "INSERT INTO job_move (job_id, event_row_id, from_issue, to_issue) \
         SELECT e.column1, e.column2, e.column3, e.column4",
        "WHERE true ON CONFLICT (job_id, event_row_id) DO UPDATE SET \
         to_issue = excluded.to_issue",
    )
}

/// How many events a job gave another hash.
pub(super) fn count(conn: &mut Conn<'_>, job: i64) -> Result<i64> {
    Ok(on!(conn, |c| job_move::table
        .filter(job_move::job_id.eq(job))
        .count()
        .get_result(c))?)
}

/// What a job moved from issue to issue, most events first.
pub(super) fn summary(conn: &mut Conn<'_>, job: i64) -> Result<Vec<Moved>> {
    let mut sql: Sql<(BigInt, BigInt, BigInt)> =
        Sql::new("SELECT from_issue, to_issue, COUNT(*) FROM job_move WHERE job_id = ");
    sql.number(job)
        .push(" AND from_issue <> to_issue GROUP BY from_issue, to_issue ORDER BY COUNT(*) DESC, from_issue, to_issue");
    let rows: Vec<(i64, i64, i64)> = on!(conn, |c| sql.load(c))?;
    let moved = rows
        .into_iter()
        .map(|(from, to, events)| Moved { from, to, events });
    Ok(moved.collect())
}

/// What was remembered of events after a row, in the order of storing: row, from, to.
pub(super) fn after_row(
    conn: &mut Conn<'_>,
    job: i64,
    row: i64,
    limit: i64,
) -> Result<Vec<(i64, i64, i64)>> {
    Ok(on!(conn, |c| job_move::table
        .filter(job_move::job_id.eq(job))
        .filter(job_move::event_row_id.gt(row))
        .order(job_move::event_row_id)
        .limit(limit)
        .select((
            job_move::event_row_id,
            job_move::from_issue,
            job_move::to_issue
        ))
        .load(c))?)
}

/// Those of these issues that people see and that have no events.
pub(super) fn empty(conn: &mut Conn<'_>, issues: &[i64]) -> Result<Vec<i64>> {
    Ok(on!(conn, |c| issue::table
        .filter(issue::id.eq_any(issues))
        .filter(issue::event_count.le(0))
        .filter(issue::status.eq_any(Status::VISIBLE.map(Status::number)))
        .order(issue::id)
        .select(issue::id)
        .load(c))?)
}

/// Those of these issues that are gone or being deleted.
pub(super) fn lost(conn: &mut Conn<'_>, mut issues: Vec<i64>) -> Result<HashSet<i64>> {
    issues.sort_unstable();
    issues.dedup();
    let mut lost = HashSet::new();
    for step in issues.chunks(ISSUE_STEP) {
        let known = super::owners::statuses(conn, step)?;
        let is_lost = |id: &&i64| known.get(id).is_none_or(|it| *it == Status::Deleting);
        lost.extend(step.iter().filter(is_lost));
    }
    Ok(lost)
}

/// The merged issues that lead to an issue, each with that one.
pub(super) fn led_to(conn: &mut Conn<'_>, id: i64) -> Result<Vec<(i64, i64)>> {
    let merged: Vec<i64> = on!(conn, |c| issue::table
        .filter(issue::merged_into.eq(id))
        .filter(issue::status.eq(Status::Merged.number()))
        .select(issue::id)
        .load(c))?;
    Ok(merged.into_iter().map(|it| (it, id)).collect())
}

/// Lets merged issues lead again where they led, if that is an issue that people see.
pub(super) fn lead_back(conn: &mut Conn<'_>, led: &[(i64, i64)]) -> Result<()> {
    for (merged, into) in led {
        let status = super::owners::statuses(conn, &[*into])?.get(into).copied();
        if status.is_none_or(|status| !status.is_visible()) {
            continue;
        }
        on!(conn, |c| diesel::update(issue::table.find(merged))
            .filter(issue::status.eq(Status::Merged.number()))
            .set(issue::merged_into.eq(into))
            .execute(c))?;
    }
    Ok(())
}
