//! Stored events.

use diesel::prelude::*;
use watchfire_event::{EventId, IssueId, OrganizationId, ProjectId, Timestamp};
use watchfire_grouping::Hash;

use crate::column::{EventIdBytes, Number};
use crate::conn::{Conn, on};
use crate::cursor::Cursor;
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::project;
use crate::schema::{event, issue};

/// The largest page of events.
const LIMIT_MAX: usize = 100;

/// An event without its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = event)]
pub struct EventRow {
    /// Its number in the order of storing.
    pub id: i64,
    /// The project that it was sent to.
    #[diesel(deserialize_as = Number)]
    pub project_id: ProjectId,
    /// The id that the SDK gave it; unique in its project.
    #[diesel(deserialize_as = EventIdBytes)]
    pub event_id: EventId,
    /// The issue that it belongs to.
    #[diesel(deserialize_as = Number)]
    pub issue_id: IssueId,
    /// When it happened.
    #[diesel(deserialize_as = Number)]
    pub timestamp: Timestamp,
    /// When it came in.
    #[diesel(deserialize_as = Number)]
    pub received_at: Timestamp,
}

/// The events around one in its issue, in the order in which they happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// The first event that is kept.
    pub first: Option<EventId>,
    /// The one before.
    pub older: Option<EventId>,
    /// The one after.
    pub newer: Option<EventId>,
    /// The latest event.
    pub latest: Option<EventId>,
    /// How many events are kept before this one.
    pub older_count: i64,
    /// How many events of the issue are kept.
    pub total: i64,
}

/// A page of an issue's events, newest first.
#[derive(Clone, Debug, Default)]
pub struct EventPage {
    /// The events.
    pub events: Vec<EventRow>,
    /// Where the page before this one is; `None` on the first page.
    pub previous: Option<Cursor>,
    /// Where the next page is; `None` on the last page.
    pub next: Option<Cursor>,
}

/// What the column `event.hash_key` holds of an event's first hash: its first eight bytes as a
/// little-endian number. In one issue no two hashes are ever alike in that.
#[must_use]
pub fn hash_key(hash: &Hash) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = hash.0;
    i64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// The event of an id in a project, with the issue that has it now; nothing while that is being
/// deleted.
///
/// # Errors
/// When the database fails.
pub fn get(conn: &mut Conn<'_>, project: ProjectId, id: EventId) -> Result<Option<EventRow>> {
    let row: Option<EventRow> = on!(conn, |c| event::table
        .filter(event::project_id.eq(project.0))
        .filter(event::event_id.eq(id.as_bytes().as_slice()))
        .select(EventRow::as_select())
        .first(c)
        .optional())?;
    let Some(mut row) = row else {
        return Ok(None);
    };
    let Some(issue) = crate::issue::find(conn, row.issue_id)? else {
        return Ok(None);
    };
    row.issue_id = issue.id;
    Ok(Some(row))
}

/// The latest event of an issue.
///
/// # Errors
/// When the database fails.
pub fn latest(conn: &mut Conn<'_>, issue: IssueId) -> Result<Option<EventRow>> {
    Ok(on!(conn, |c| event::table
        .filter(event::issue_id.eq(issue.0))
        .order((event::timestamp.desc(), event::id.desc()))
        .select(EventRow::as_select())
        .first(c)
        .optional())?)
}

/// The oldest event of an issue that is kept.
///
/// # Errors
/// When the database fails.
pub fn oldest(conn: &mut Conn<'_>, issue: IssueId) -> Result<Option<EventRow>> {
    Ok(on!(conn, |c| event::table
        .filter(event::issue_id.eq(issue.0))
        .order((event::timestamp, event::id))
        .select(EventRow::as_select())
        .first(c)
        .optional())?)
}

/// What lies around an event in its issue.
///
/// # Errors
/// When the database fails.
pub fn neighbours(conn: &mut Conn<'_>, row: &EventRow) -> Result<Neighbours> {
    let at = Cursor {
        value: row.timestamp.0,
        id: row.id,
        is_previous: false,
    };
    let newer_from = Cursor {
        is_previous: true,
        ..at
    };
    let id_of = |rows: Vec<EventRow>| rows.first().map(|row| row.event_id);
    let older = id_of(beyond(conn, row.issue_id, Some(at), 1)?);
    let newer = id_of(beyond(conn, row.issue_id, Some(newer_from), 1)?);
    let total: i64 = on!(conn, |c| issue::table
        .find(row.issue_id.0)
        .select(issue::event_count - issue::sampled_count)
        .first(c))?;
    let older_count = match (older, newer) {
        (None, _) => 0,
        // The usual case of the latest event must not count its way through all of them.
        (Some(_), None) => total - 1,
        (Some(_), Some(_)) => count_older(conn, row)?,
    };
    Ok(Neighbours {
        first: oldest(conn, row.issue_id)?.map(|row| row.event_id),
        older,
        newer,
        latest: latest(conn, row.issue_id)?.map(|row| row.event_id),
        older_count,
        total,
    })
}

/// The events of an issue, newest first, `limit` a page (at most 100).
///
/// # Errors
/// When the database fails.
pub fn list(
    conn: &mut Conn<'_>,
    issue: IssueId,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<EventPage> {
    let limit = limit.clamp(1, LIMIT_MAX);
    let mut events = beyond(conn, issue, cursor, limit + 1)?;
    let is_previous = cursor.is_some_and(|cursor| cursor.is_previous);
    let has_more = events.len() > limit;
    events.truncate(limit);
    if is_previous {
        events.reverse();
    }
    let cursor_at = |row: Option<&EventRow>, is_previous| {
        row.map(|row| Cursor {
            value: row.timestamp.0,
            id: row.id,
            is_previous,
        })
    };
    let has_previous = if is_previous {
        has_more
    } else {
        cursor.is_some()
    };
    Ok(EventPage {
        previous: cursor_at(events.first().filter(|_| has_previous), true),
        next: cursor_at(events.last().filter(|_| is_previous || has_more), false),
        events,
    })
}

/// The events of an id in any project of an organisation; ids are unique only in a project.
///
/// # Errors
/// When the database fails.
pub fn find(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: EventId,
) -> Result<Vec<EventRow>> {
    // The projects are asked one by one, because the key begins with the project.
    let projects = project::list(conn, organization)?;
    let mut found = Vec::new();
    for project in projects {
        found.extend(get(conn, project.id, id)?);
    }
    Ok(found)
}

/// The body of an event: JSON text of the whole event with its `_meta`. Nothing when the project
/// has no such event. Take `dictionaries` from [`crate::Database::dictionaries`].
///
/// # Errors
/// When the database fails or the body cannot be read.
pub fn body(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: ProjectId,
    id: EventId,
) -> Result<Option<String>> {
    let row: Option<(Vec<u8>, i64)> = on!(conn, |c| event::table
        .filter(event::project_id.eq(project.0))
        .filter(event::event_id.eq(id.as_bytes().as_slice()))
        .select((event::body, event::dictionary_id))
        .first(c)
        .optional())?;
    let Some((bytes, dictionary_id)) = row else {
        return Ok(None);
    };
    let body = dictionaries.decompress(conn, &bytes, dictionary_id)?;
    Ok(Some(String::from_utf8_lossy(&body).into_owned()))
}

/// Up to `limit` events from the cursor outwards: older ones newest first, or, before a cursor that
/// points back, newer ones oldest first.
fn beyond(
    conn: &mut Conn<'_>,
    issue: IssueId,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Vec<EventRow>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(on!(conn, |c| {
        let query = event::table
            .filter(event::issue_id.eq(issue.0))
            .select(EventRow::as_select())
            .limit(limit)
            .into_boxed();
        let newest_first = (event::timestamp.desc(), event::id.desc());
        match cursor {
            None => query.order(newest_first),
            Some(at) if at.is_previous => {
                let same = event::timestamp.eq(at.value).and(event::id.gt(at.id));
                query
                    .filter(event::timestamp.gt(at.value).or(same))
                    .order((event::timestamp.asc(), event::id.asc()))
            }
            Some(at) => {
                let same = event::timestamp.eq(at.value).and(event::id.lt(at.id));
                query
                    .filter(event::timestamp.lt(at.value).or(same))
                    .order(newest_first)
            }
        }
        .load(c)
    })?)
}

fn count_older(conn: &mut Conn<'_>, row: &EventRow) -> Result<i64> {
    let same = event::timestamp
        .eq(row.timestamp.0)
        .and(event::id.lt(row.id));
    Ok(on!(conn, |c| event::table
        .filter(event::issue_id.eq(row.issue_id.0))
        .filter(event::timestamp.lt(row.timestamp.0).or(same))
        .count()
        .get_result(c))?)
}
