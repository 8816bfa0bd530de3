use std::collections::HashMap;

use diesel::prelude::*;
use watchfire_event::IssueId;

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::issue_hour;

/// Events per hour of each issue, in the order of `ids`: `hours` counts from `from_hour` on
/// (hours since 1970). Issues without events in that time have zeros.
///
/// # Errors
/// When the database fails.
pub fn sparklines(
    conn: &mut Conn<'_>,
    ids: &[IssueId],
    from_hour: i64,
    hours: usize,
) -> Result<Vec<Vec<i64>>> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let to_hour = from_hour.saturating_add(i64::try_from(hours).unwrap_or(i64::MAX));
    let rows: Vec<(i64, i64, i64)> = on!(conn, |c| issue_hour::table
        .filter(issue_hour::issue_id.eq_any(&numbers))
        .filter(issue_hour::hour.ge(from_hour))
        .filter(issue_hour::hour.lt(to_hour))
        .select((issue_hour::issue_id, issue_hour::hour, issue_hour::count))
        .load(c))?;
    let mut lines: HashMap<i64, Vec<i64>> = HashMap::with_capacity(ids.len());
    for (issue, hour, count) in rows {
        let line = lines.entry(issue).or_insert_with(|| vec![0; hours]);
        let place = usize::try_from(hour - from_hour).ok();
        if let Some(slot) = place.and_then(|place| line.get_mut(place)) {
            *slot = count;
        }
    }
    let line_of = |id| lines.get(id).cloned().unwrap_or_else(|| vec![0; hours]);
    Ok(numbers.iter().map(line_of).collect())
}
