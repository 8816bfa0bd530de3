//! The events that rules are made from.

use watchfire_event::{Event, EventId, IssueId, Timestamp};
use watchfire_store::issue::Issue;
use watchfire_store::{self as store, Conn, Database};

use crate::pages::issue::view::Stored;

/// Hashes of one issue whose events a rule is made from, those with the most events first.
const HASHES_MAX: usize = 10;

/// A stored event.
pub(super) struct Body {
    pub(super) id: EventId,
    json: String,
    received_at: Timestamp,
}

impl Body {
    /// The event in it; nothing where what is stored cannot be read.
    pub(super) fn event(&self) -> Option<Event<'_>> {
        Stored::read(&self.json).ok()?.into_event(self.received_at)
    }
}

/// The event of an issue that was asked for; the latest, where that is not one of its events.
pub(super) fn asked(
    conn: &mut Conn<'_>,
    database: &Database,
    issue: &Issue,
    id: Option<EventId>,
) -> store::Result<Option<Body>> {
    let row = match id {
        Some(id) => {
            store::event::get(conn, issue.project_id, id)?.filter(|row| row.issue_id == issue.id)
        }
        None => None,
    };
    let row = match row {
        Some(row) => Some(row),
        None => store::event::latest(conn, issue.id)?,
    };
    match row {
        Some(row) => load(conn, database, issue, row.event_id),
        None => Ok(None),
    }
}

/// An event for each of the hashes of an issue: all of its kinds. `merged_from` asks for those
/// alone that came from an issue which was merged into it.
pub(super) fn of_each_hash(
    conn: &mut Conn<'_>,
    database: &Database,
    issue: &Issue,
    merged_from: Option<IssueId>,
) -> store::Result<Vec<Body>> {
    let mut hashes = store::issue::hashes(conn, issue.id)?;
    hashes.retain(|hash| hash.merged_from == merged_from);
    hashes.sort_by_key(|hash| std::cmp::Reverse(hash.event_count));
    let ids = hashes.iter().filter_map(|hash| hash.latest_event);
    let mut bodies = Vec::new();
    for id in ids.take(HASHES_MAX) {
        bodies.extend(load(conn, database, issue, id)?);
    }
    if bodies.is_empty() && merged_from.is_none() {
        bodies.extend(asked(conn, database, issue, None)?);
    }
    Ok(bodies)
}

/// One event of an issue's project.
pub(super) fn load(
    conn: &mut Conn<'_>,
    database: &Database,
    issue: &Issue,
    id: EventId,
) -> store::Result<Option<Body>> {
    let Some(row) = store::event::get(conn, issue.project_id, id)? else {
        return Ok(None);
    };
    let json = store::event::body(conn, database.dictionaries(), issue.project_id, id)?;
    Ok(json.map(|json| Body {
        id,
        json,
        received_at: row.received_at,
    }))
}
