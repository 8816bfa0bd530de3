//! Deletes what is kept of sessions that are too old, in small steps.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use watchfire_event::Timestamp;

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::outcome::hour_of;
use crate::release_health::RETENTION_MICROS;
use crate::sql::Sql;

/// For how long it is remembered what was counted of a session. Longer than sessions may be old
/// that are taken (five days; reference/PROTOCOL.md section 9.3).
const PROBLEM_MICROS_MAX: i64 = 7 * 24 * 3_600 * 1_000_000;
/// How many rows of one table a step deletes at most.
pub(in crate::writer) const ROWS_MAX: i64 = 5_000;
/// How many hours a step deletes at most. An hour may have many users, who are deleted before it.
const HOURS_MAX: i64 = 500;

/// Deletes a part of what is too old: what was counted of single sessions that cannot be told of
/// again, and hours past the retention. Returns whether there is more.
pub(in crate::writer) fn step(conn: &mut Conn<'_>, now: Timestamp) -> Result<bool> {
    let more_problems = purge_problems(conn, now)?;
    let more_hours = purge_hours(conn, now)?;
    Ok(more_problems || more_hours)
}

fn purge_problems(conn: &mut Conn<'_>, now: Timestamp) -> Result<bool> {
    let mut delete: Sql<()> = Sql::new(
        "DELETE FROM session_problem WHERE (project_id, id_high, id_low) IN \
         (SELECT project_id, id_high, id_low FROM session_problem WHERE started_at < ",
    );
    delete.number(now.plus_micros(-PROBLEM_MICROS_MAX).0);
    delete.push(" ORDER BY started_at LIMIT ").number(ROWS_MAX);
    delete.push(")");
    let count = on!(conn, |c| delete.execute(c))?;
    Ok(is_full(count, ROWS_MAX))
}

/// Deletes hours once their users are deleted, so that no step cascades to more than it may.
fn purge_hours(conn: &mut Conn<'_>, now: Timestamp) -> Result<bool> {
    let hours = old_hours(conn, now)?;
    if hours.is_empty() {
        return Ok(false);
    }
    let mut delete: Sql<()> = Sql::new(
        "DELETE FROM session_hour_user WHERE (session_hour_id, user_hash) IN \
         (SELECT session_hour_id, user_hash FROM session_hour_user WHERE session_hour_id IN ",
    );
    delete.numbers(hours.iter().copied());
    delete.push(" LIMIT ").number(ROWS_MAX).push(")");
    let count = on!(conn, |c| delete.execute(c))?;
    if is_full(count, ROWS_MAX) {
        return Ok(true);
    }
    let mut delete: Sql<()> = Sql::new("DELETE FROM session_hour WHERE id IN ");
    delete.numbers(hours);
    let count = on!(conn, |c| delete.execute(c))?;
    Ok(is_full(count, HOURS_MAX))
}

/// Some hours past the retention. The index begins with the project, so they are looked for
/// project by project; `CROSS JOIN` keeps SQLite to that order.
fn old_hours(conn: &mut Conn<'_>, now: Timestamp) -> Result<Vec<i64>> {
    let mut select: Sql<BigInt> = Sql::new(
        "SELECT h.id FROM project AS p CROSS JOIN session_hour AS h \
         WHERE h.project_id = p.id AND h.hour < ",
    );
    select.number(hour_of(now.plus_micros(-RETENTION_MICROS)));
    select.push(" LIMIT ").number(HOURS_MAX);
    Ok(on!(conn, |c| select.load(c))?)
}

/// Whether a step deleted as much as it may, so that there may be more.
fn is_full(count: usize, max: i64) -> bool {
    i64::try_from(count).is_ok_and(|count| count >= max)
}
