//! Stored events with their bodies unpacked, as jobs read them again.

use std::collections::HashMap;

use diesel::prelude::*;
use watchfire_event::{Event, EventId, ProjectId, Timestamp, decode};

use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::issue::Status;
use crate::schema::{event, issue};

/// A row with its body unpacked.
pub(crate) struct StoredEvent {
    pub(crate) row_id: i64,
    pub(crate) event_id: EventId,
    pub(crate) issue: i64,
    pub(crate) timestamp: Timestamp,
    pub(crate) received_at: Timestamp,
    body: Vec<u8>,
}

/// Columns of [`StoredEvent`]: number, id, issue, times, dictionary, body.
type Row = (i64, Vec<u8>, i64, i64, i64, i64, Vec<u8>);

impl StoredEvent {
    /// The event; nothing when its body cannot be read.
    pub(crate) fn event(&self) -> Option<Event<'_>> {
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
pub(crate) fn newest(
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
pub(crate) fn newest_of_issue(
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
pub(crate) fn after_row(
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

/// The events of a project stored before a row, newest first.
pub(crate) fn before_row(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: ProjectId,
    row_id: i64,
    limit: usize,
) -> Result<Vec<StoredEvent>> {
    let rows: Vec<Row> = on!(conn, |c| event::table
        .filter(event::project_id.eq(project.0))
        .filter(event::id.lt(row_id))
        .filter(event::issue_id.ne_all(deleting!(project)))
        .order(event::id.desc())
        .limit(number(limit))
        .select(COLUMNS)
        .load(c))?;
    unpack(conn, dictionaries, rows)
}

/// The newest events of a project, newest first, a few at a time.
pub(crate) struct Newest {
    project: ProjectId,
    /// How many are left.
    limit: usize,
    before: i64,
}

impl Newest {
    /// How many bodies are in memory at a time.
    const STEP: usize = 50;

    /// At most `limit` events.
    pub(crate) fn new(project: ProjectId, limit: usize) -> Self {
        Self {
            project,
            limit,
            before: i64::MAX,
        }
    }

    /// The next of them; none at the end.
    pub(crate) fn next(
        &mut self,
        conn: &mut Conn<'_>,
        dictionaries: &Dictionaries,
    ) -> Result<Vec<StoredEvent>> {
        let limit = self.limit.min(Self::STEP);
        let events = before_row(conn, dictionaries, self.project, self.before, limit)?;
        self.limit -= events.len();
        self.before = events.last().map_or(self.before, |event| event.row_id);
        Ok(events)
    }
}

/// The events of these rows in the order of storing; rows that are gone are left out.
pub(crate) fn of_rows(
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

/// Where an event is, without its body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) row_id: i64,
    pub(crate) issue: i64,
    pub(crate) timestamp: Timestamp,
    pub(crate) received_at: Timestamp,
}

/// The events of a project stored after a row, in the order of storing; those of issues that are
/// being deleted are among them.
pub(crate) fn places_after(
    conn: &mut Conn<'_>,
    project: ProjectId,
    row_id: i64,
    limit: usize,
) -> Result<Vec<Place>> {
    let rows: Vec<(i64, i64, i64, i64)> = on!(conn, |c| event::table
        .filter(event::project_id.eq(project.0))
        .filter(event::id.gt(row_id))
        .order(event::id)
        .limit(number(limit))
        .select((
            event::id,
            event::issue_id,
            event::timestamp,
            event::received_at
        ))
        .load(c))?;
    let place = |(row_id, issue, timestamp, received_at)| Place {
        row_id,
        issue,
        timestamp: Timestamp(timestamp),
        received_at: Timestamp(received_at),
    };
    Ok(rows.into_iter().map(place).collect())
}

/// The events of these rows in the order of storing, whatever becomes of their issues; rows that
/// are gone or cannot be read are left out.
pub(crate) fn any_of_rows(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    row_ids: &[i64],
) -> Result<Vec<StoredEvent>> {
    let rows: Vec<Row> = on!(conn, |c| event::table
        .filter(event::id.eq_any(row_ids))
        .order(event::id)
        .select(COLUMNS)
        .load(c))?;
    unpack(conn, dictionaries, rows)
}

/// The issues that rows name now; rows that are gone are left out.
pub(crate) fn issues_of_rows(conn: &mut Conn<'_>, row_ids: &[i64]) -> Result<HashMap<i64, i64>> {
    let rows: Vec<(i64, i64)> = on!(conn, |c| event::table
        .filter(event::id.eq_any(row_ids))
        .select((event::id, event::issue_id))
        .load(c))?;
    Ok(rows.into_iter().collect())
}

/// The number of the newest event of a project; 0 when it has none.
pub(crate) fn newest_row(conn: &mut Conn<'_>, project: ProjectId) -> Result<i64> {
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
