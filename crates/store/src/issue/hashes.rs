//! The hashes of an issue.

use std::fmt;

use diesel::prelude::*;
use watchfire_event::{EventId, IssueId, Timestamp};
use watchfire_grouping::Hash;

use super::hidden;
use crate::column::{MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::event::hash_key;
use crate::schema::{event, issue_hash};

/// How many hashes of an issue are listed at most, those with the latest events.
pub const HASHES_MAX: i64 = 1_000;

/// A hash of an issue. `to_string` gives its hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueHash {
    /// Its bytes: 32 of ours, 16 of Sentry's.
    pub hash: Vec<u8>,
    /// Whether Sentry made it; such hashes come with imported issues.
    pub is_sentry: bool,
    /// How many events had it as their first hash.
    pub event_count: i64,
    /// When the first of them happened; without any, the time of the event that brought it.
    pub first_seen: Timestamp,
    /// When the latest of them happened; without any, the time of the event that brought it.
    pub last_seen: Timestamp,
    /// The latest event that has it as its first hash, if that is kept.
    pub latest_event: Option<EventId>,
    /// The issue that it belonged to before a merge.
    pub merged_from: Option<IssueId>,
}

impl fmt::Display for IssueHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hash
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = issue_hash)]
struct Row {
    hash: Vec<u8>,
    event_count: i64,
    #[diesel(deserialize_as = Number)]
    first_seen: Timestamp,
    #[diesel(deserialize_as = Number)]
    last_seen: Timestamp,
    #[diesel(deserialize_as = MaybeNumber)]
    merged_from: Option<IssueId>,
}

/// The hashes of an issue, those with the latest events first; at most [`HASHES_MAX`].
///
/// # Errors
/// When the database fails.
pub fn hashes(conn: &mut Conn<'_>, issue: IssueId) -> Result<Vec<IssueHash>> {
    let rows: Vec<Row> = on!(conn, |c| issue_hash::table
        .filter(issue_hash::issue_id.eq(issue.0))
        .order((issue_hash::last_seen.desc(), issue_hash::hash))
        .limit(HASHES_MAX)
        .select(Row::as_select())
        .load(c))?;
    let family = hidden::family(conn, issue)?;
    let mut hashes = Vec::with_capacity(rows.len());
    for row in rows {
        let latest_event = match Hash::from_slice(&row.hash) {
            Some(hash) if row.event_count > 0 => {
                event_at(conn, &family, row.last_seen, hash_key(&hash))?
            }
            _ => None,
        };
        hashes.push(IssueHash {
            is_sentry: Hash::from_slice(&row.hash).is_none(),
            hash: row.hash,
            event_count: row.event_count,
            first_seen: row.first_seen,
            last_seen: row.last_seen,
            latest_event,
            merged_from: row.merged_from,
        });
    }
    Ok(hashes)
}

/// The event of a hash that happened at a time.
fn event_at(
    conn: &mut Conn<'_>,
    family: &[i64],
    at: Timestamp,
    key: i64,
) -> Result<Option<EventId>> {
    let id: Option<Vec<u8>> = on!(conn, |c| event::table
        .filter(event::issue_id.eq_any(family))
        .filter(event::timestamp.eq(at.0))
        .filter(event::hash_key.eq(key))
        .order(event::id.desc())
        .select(event::event_id)
        .first(c)
        .optional())?;
    Ok(id.and_then(|id| EventId::from_slice(&id)))
}
