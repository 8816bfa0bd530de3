//! What is remembered of events that a filter dropped: their scrubbed heads.
//!
//! They are there so that a rule can be tried on them too. A head is cut to what rules look at, and
//! is no event: nothing counts it, and no page lists it by itself.
//!
//! A [`Gate`] decides which of many dropped events is worth a head; the writer stores heads with
//! `insert`, which forgets all but the newest [`HEADS_PER_PROJECT_MAX`], and forgets old ones with
//! `purge`.

use std::ops::ControlFlow;

use diesel::prelude::*;
use watchfire_event::{Event, EventId, ProjectId, Timestamp, decode};
use watchfire_grouping::GroupedEvent;

use crate::column::{EventIdBytes, Number};
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::schema::dropped_head;
use crate::tags::{storable, storable_up_to};

mod change;
mod gate;
mod save;

pub use change::{remove, replace};
pub use gate::{Gate, HEADS_PER_MINUTE_MAX};
pub(crate) use save::{insert, purge};

/// How many heads of a project are remembered; older ones are forgotten.
pub const HEADS_PER_PROJECT_MAX: i64 = 1_000;
/// For how many days a head is remembered.
pub const HEAD_DAYS_MAX: i64 = 30;
/// How many heads are unpacked at a time.
const STEP: usize = 50;
/// How many characters of a title are remembered.
const TITLE_CHARS_MAX: usize = 500;

/// The head of a dropped event, ready to be stored.
#[derive(Clone, Debug)]
pub struct NewHead {
    pub(crate) project: ProjectId,
    event_id: EventId,
    reason: String,
    title: String,
    timestamp: Timestamp,
    received_at: Timestamp,
    body: Vec<u8>,
    dictionary_id: i64,
}

/// A remembered head.
#[derive(Clone, Debug)]
pub struct Head {
    /// Its number in the order of storing.
    pub id: i64,
    /// The id that the SDK gave the event.
    pub event_id: EventId,
    /// Why it was dropped: the reason of its outcome, for example `ignore-rule 12`.
    pub reason: String,
    /// The title that its issue would have had.
    pub title: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// When it came in.
    pub received_at: Timestamp,
    body: Vec<u8>,
}

impl NewHead {
    /// Prepares the head of a dropped event on the caller's thread. `reason` is that of its
    /// outcome. Take `dictionaries` from [`crate::Database::dictionaries`].
    #[must_use]
    pub fn new(
        project: ProjectId,
        reason: &str,
        event: &GroupedEvent<'_>,
        dictionaries: &Dictionaries,
    ) -> Self {
        let title = storable_up_to(&event.grouping().title, TITLE_CHARS_MAX).into_owned();
        let event = event.event();
        let (body, dictionary_id) = dictionaries.compress(event.to_json().as_bytes());
        Self {
            project,
            event_id: event.id,
            reason: storable(reason).into_owned(),
            title,
            timestamp: event.timestamp,
            received_at: event.received_at,
            body,
            dictionary_id,
        }
    }

    /// The dictionary of its body.
    pub(crate) fn dictionary(&self) -> i64 {
        self.dictionary_id
    }

    /// Its body and the dictionary of that.
    pub(crate) fn packed(&mut self) -> (&mut Vec<u8>, &mut i64) {
        (&mut self.body, &mut self.dictionary_id)
    }

    /// How many bytes of memory it takes, roughly.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.reason.len() + self.title.len() + self.body.len()
    }
}

impl Head {
    /// What is left of the event; nothing when it cannot be read.
    #[must_use]
    pub fn event(&self) -> Option<Event<'_>> {
        let draft = decode(&self.body).ok()?;
        let mut event = Event::from_draft(draft, self.received_at);
        event.id = self.event_id;
        event.timestamp = self.timestamp;
        Some(event)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = dropped_head)]
struct Row {
    id: i64,
    #[diesel(deserialize_as = EventIdBytes)]
    event_id: EventId,
    reason: String,
    title: String,
    #[diesel(deserialize_as = Number)]
    timestamp: Timestamp,
    #[diesel(deserialize_as = Number)]
    received_at: Timestamp,
    dictionary_id: i64,
    body: Vec<u8>,
}

/// The newest heads of a project, newest first, at most `limit`. One that cannot be unpacked is
/// left out. Take `dictionaries` from [`crate::Database::dictionaries`].
///
/// # Errors
/// When the database fails.
pub fn heads(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: ProjectId,
    limit: usize,
) -> Result<Vec<Head>> {
    let rows = window(conn, project, i64::MAX, limit)?;
    let unpack = |row| unpack(conn, dictionaries, row);
    Ok(rows.into_iter().filter_map(unpack).collect())
}

/// Does some work on every head of a project that can be unpacked, newest first. A few are in
/// memory at a time.
///
/// # Errors
/// When the database or the work fails.
pub(crate) fn each_head(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: ProjectId,
    mut work: impl FnMut(&mut Conn<'_>, &Head) -> Result<()>,
) -> Result<()> {
    newest(conn, dictionaries, project, usize::MAX, |conn, head| {
        work(conn, head).map(ControlFlow::Continue)
    })
}

/// As [`each_head`] on the newest `limit` heads, until the work breaks off. No others are unpacked.
///
/// # Errors
/// When the database or the work fails.
pub(crate) fn newest(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: ProjectId,
    limit: usize,
    mut work: impl FnMut(&mut Conn<'_>, &Head) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let (mut before, mut left) = (i64::MAX, limit);
    while left > 0 {
        let rows = window(conn, project, before, left.min(STEP))?;
        let Some(last) = rows.last() else { break };
        before = last.id;
        left = left.saturating_sub(rows.len());
        for row in rows {
            let Some(head) = unpack(conn, dictionaries, row) else {
                continue;
            };
            if work(conn, &head)?.is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The newest heads before one.
fn window(conn: &mut Conn<'_>, project: ProjectId, before: i64, limit: usize) -> Result<Vec<Row>> {
    Ok(on!(conn, |c| dropped_head::table
        .filter(dropped_head::project_id.eq(project.0))
        .filter(dropped_head::id.lt(before))
        .order(dropped_head::id.desc())
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(Row::as_select())
        .load(c))?)
}

fn unpack(conn: &mut Conn<'_>, dictionaries: &Dictionaries, row: Row) -> Option<Head> {
    match dictionaries.decompress(conn, &row.body, row.dictionary_id) {
        Ok(body) => Some(Head {
            id: row.id,
            event_id: row.event_id,
            reason: row.reason,
            title: row.title,
            timestamp: row.timestamp,
            received_at: row.received_at,
            body,
        }),
        Err(error) => {
            tracing::warn!(head.id = row.id, "a dropped head cannot be read: {error}");
            None
        }
    }
}
