use diesel::RunQueryDsl;
use watchfire_event::Timestamp;

use super::COUNTED_MICROS;
use super::client::CLIENT_HOURS;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::outcome::hour_of;
use crate::sql::Sql;

/// How many rows of one kind a step deletes at most.
const ROWS_MAX: i64 = 5_000;

/// Forgets the ids of events without a body that came in too long ago, some at a time. Returns
/// whether there are more.
pub(crate) fn purge_counted(conn: &mut Conn<'_>, now: Timestamp) -> Result<bool> {
    let mut delete = Sql::<()>::new(
        "DELETE FROM counted_event WHERE (project_id, event_id) IN \
         (SELECT project_id, event_id FROM counted_event WHERE received_at < ",
    );
    delete.number(now.0.saturating_sub(COUNTED_MICROS));
    delete.push(" ORDER BY received_at LIMIT ").number(ROWS_MAX);
    delete.push(")");
    let rows = on!(conn, |c| delete.execute(c))?;
    Ok(i64::try_from(rows).is_ok_and(|rows| rows == ROWS_MAX))
}

/// Forgets what clients kept to themselves too long ago, some at a time. Returns whether there is
/// more.
pub(crate) fn purge_clients(conn: &mut Conn<'_>, now: Timestamp) -> Result<bool> {
    let before = hour_of(now).saturating_sub(CLIENT_HOURS);
    let mut is_more = false;
    for (table, key) in [
        (
            "trace_rate_hour",
            "(project_id, hour, sdk, release, environment, rate)",
        ),
        (
            "client_discard_hour",
            "(project_id, hour, sdk, release, environment, category, reason)",
        ),
    ] {
        let mut delete = Sql::<()>::new("DELETE FROM ");
        delete
            .push(table)
            .push(" WHERE ")
            .push(key)
            .push(" IN (SELECT ");
        delete.push(key.trim_start_matches('(').trim_end_matches(')'));
        delete
            .push(" FROM ")
            .push(table)
            .push(" WHERE hour < ")
            .number(before);
        delete.push(" LIMIT ").number(ROWS_MAX).push(")");
        let rows = on!(conn, |c| delete.execute(c))?;
        is_more |= i64::try_from(rows).is_ok_and(|rows| rows == ROWS_MAX);
    }
    Ok(is_more)
}
