//! Stored events as a regrouping sees them. Those of issues that are being deleted are left out.

use diesel::prelude::*;
use watchfire_event::{Event, EventId, ProjectId, Timestamp, decode};
use watchfire_grouping::{Grouper, Grouping, Hash};

use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::issue::Status;
use crate::schema::{event, issue};

/// A row with its body unpacked.
pub(super) struct StoredEvent {
    pub(super) row_id: i64,
    pub(super) event_id: EventId,
    pub(super) issue: i64,
    pub(super) timestamp: Timestamp,
    pub(super) received_at: Timestamp,
    body: Vec<u8>,
}

/// Columns of [`StoredEvent`]: number, id, issue, times, dictionary, body.
type Row = (i64, Vec<u8>, i64, i64, i64, i64, Vec<u8>);

/// What a change does to one event.
pub(super) struct Regrouped {
    /// Its first hash by the rules before.
    pub(super) before: Hash,
    /// Whether the rules after give it other hashes.
    pub(super) is_changed: bool,
    /// What the rules after find of it.
    pub(super) after: Grouping,
}

/// The rules before and after a change.
#[derive(Clone)]
pub(super) struct Rules {
    pub(super) before: Grouper,
    pub(super) after: Grouper,
}

impl Rules {
    /// What the change does to an event; nothing when its body cannot be read.
    pub(super) fn regroup(&self, stored: &StoredEvent) -> Option<Regrouped> {
        let event = stored.event()?;
        let before = self.before.describe(&event);
        let after = self.after.describe(&event);
        Some(Regrouped {
            before: *before.hashes.first()?,
            is_changed: before.hashes != after.hashes,
            after,
        })
    }
}

impl StoredEvent {
    /// The event; nothing when its body cannot be read.
    pub(super) fn event(&self) -> Option<Event<'_>> {
        let draft = decode(&self.body).ok()?;
        let mut event = Event::from_draft(draft, self.received_at);
        event.id = self.event_id;
        event.timestamp = self.timestamp;
        Some(event)
    }
}

/// The numbers of a project's issues that are being deleted, as a part of a query. A macro because
/// the type of such a part cannot be written down.
macro_rules! deleting {
    ($project:expr) => {
        issue::table
            .filter(issue::project_id.eq($project.0))
            .filter(issue::status.eq(Status::Deleting.number()))
            .select(issue::id)
    };
}

/// The newest events of a project, newest first.
pub(super) fn newest(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: ProjectId,
    limit: usize,
) -> Result<Vec<StoredEvent>> {
    let rows: Vec<Row> = on!(conn, |c| event::table
        .filter(event::project_id.eq(project.0))
        .filter(event::issue_id.ne_all(deleting!(project)))
        .order(event::id.desc())
        .limit(number(limit))
        .select(COLUMNS)
        .load(c))?;
    unpack(conn, dictionaries, rows)
}

/// The newest events of an issue of a project, newest first; none when it is another project's.
pub(super) fn newest_of_issue(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: ProjectId,
    issue: i64,
    limit: usize,
) -> Result<Vec<StoredEvent>> {
    let rows: Vec<Row> = on!(conn, |c| event::table
        .filter(event::project_id.eq(project.0))
        .filter(event::issue_id.eq(issue))
        .filter(event::issue_id.ne_all(deleting!(project)))
        .order((event::timestamp.desc(), event::id.desc()))
        .limit(number(limit))
        .select(COLUMNS)
        .load(c))?;
    unpack(conn, dictionaries, rows)
}

/// The events of a project stored after a row, in the order of storing.
pub(super) fn after_row(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: ProjectId,
    row_id: i64,
    limit: usize,
) -> Result<Vec<StoredEvent>> {
    let rows: Vec<Row> = on!(conn, |c| event::table
        .filter(event::project_id.eq(project.0))
        .filter(event::id.gt(row_id))
        .filter(event::issue_id.ne_all(deleting!(project)))
        .order(event::id)
        .limit(number(limit))
        .select(COLUMNS)
        .load(c))?;
    unpack(conn, dictionaries, rows)
}

/// The events of these rows in the order of storing; rows that are gone are left out.
pub(super) fn of_rows(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: ProjectId,
    row_ids: &[i64],
) -> Result<Vec<StoredEvent>> {
    let rows: Vec<Row> = on!(conn, |c| event::table
        .filter(event::id.eq_any(row_ids))
        .filter(event::project_id.eq(project.0))
        .filter(event::issue_id.ne_all(deleting!(project)))
        .order(event::id)
        .select(COLUMNS)
        .load(c))?;
    unpack(conn, dictionaries, rows)
}

/// The number of the newest event of a project; 0 when it has none.
pub(super) fn newest_row(conn: &mut Conn<'_>, project: ProjectId) -> Result<i64> {
    let newest: Option<i64> = on!(conn, |c| event::table
        .filter(event::project_id.eq(project.0))
        .order(event::id.desc())
        .select(event::id)
        .first(c)
        .optional())?;
    Ok(newest.unwrap_or(0))
}

type Columns = (
    event::id,
    event::event_id,
    event::issue_id,
    event::timestamp,
    event::received_at,
    event::dictionary_id,
    event::body,
);

const COLUMNS: Columns = (
    event::id,
    event::event_id,
    event::issue_id,
    event::timestamp,
    event::received_at,
    event::dictionary_id,
    event::body,
);

/// Unpacks rows. A body that cannot be unpacked costs its event alone: it is left out.
fn unpack(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    rows: Vec<Row>,
) -> Result<Vec<StoredEvent>> {
    let mut events = Vec::with_capacity(rows.len());
    for (row_id, event_id, issue, timestamp, received_at, dictionary_id, body) in rows {
        let Some(event_id) = EventId::from_slice(&event_id) else {
            continue;
        };
        let body = match dictionaries.decompress(conn, &body, dictionary_id) {
            Ok(body) => body,
            Err(error) => {
                tracing::warn!(event.id = %event_id, "an event cannot be read: {error}");
                continue;
            }
        };
        events.push(StoredEvent {
            row_id,
            event_id,
            issue,
            timestamp: Timestamp(timestamp),
            received_at: Timestamp(received_at),
            body,
        });
    }
    Ok(events)
}

fn number(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
