//! What an issue looks like without the events that left it.

use diesel::prelude::*;
use watchfire_event::{Event, Timestamp, decode};

use super::Reading;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::issue::stored_body::readable;
use crate::issue::{Issue, hidden};
use crate::new_event::{Facts, Looks};
use crate::schema::event;
use crate::writer::{Span, Totals};

/// How many of the newest events are read to find the latest release.
const RELEASE_EVENTS_MAX: i64 = 20;

/// An issue without the events that left it.
pub(super) struct Rest {
    pub(super) seen: Span,
    pub(super) first_release: Option<String>,
    pub(super) last_release: Option<String>,
    /// Nothing when they stay as they are.
    pub(super) looks: Option<Looks>,
}

/// The end of an issue's events to read from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Oldest,
    Newest,
}

/// The timestamp, time of arrival, dictionary and body of an event.
type Body = (i64, i64, i64, Vec<u8>);

/// What stays of an issue once the events of `totals` are gone. Only what they may have decided is
/// asked for; times that no kept event has, such as those of an import, stay.
pub(super) fn read(
    conn: &mut Conn<'_>,
    reading: &Reading<'_>,
    before: &Issue,
    totals: &Totals<'_>,
) -> Result<Rest> {
    let mut rest = Rest {
        seen: Span {
            first: before.first_seen.0,
            last: before.last_seen.0,
        },
        first_release: before.first_release.clone(),
        last_release: before.last_release.clone(),
        looks: None,
    };
    if totals.seen.first <= rest.seen.first
        && let Some(oldest) = bodies(conn, before, End::Oldest, 1)?.pop()
    {
        rest.seen.first = oldest.0;
        let release = parse(conn, reading, &oldest, |event| Facts::of(event).release)?;
        rest.first_release = release.flatten();
    }
    let lost_release =
        totals.last_release.is_some() && totals.last_release == before.last_release.as_deref();
    if totals.seen.last >= rest.seen.last
        && let Some(newest) = bodies(conn, before, End::Newest, 1)?.pop()
    {
        rest.seen.last = newest.0;
        rest.looks = parse(conn, reading, &newest, |event| {
            Looks::of(event, &reading.grouper.describe(event))
        })?;
    }
    if lost_release {
        rest.last_release = last_release(conn, reading, before)?;
    }
    Ok(rest)
}

fn last_release(
    conn: &mut Conn<'_>,
    reading: &Reading<'_>,
    issue: &Issue,
) -> Result<Option<String>> {
    // Nearly always the newest event has one.
    for limit in [1, RELEASE_EVENTS_MAX] {
        for body in bodies(conn, issue, End::Newest, limit)? {
            let release = parse(conn, reading, &body, |event| Facts::of(event).release)?;
            if let Some(release) = release.flatten() {
                return Ok(Some(release));
            }
        }
    }
    Ok(None)
}

/// Events at one end of an issue, from that end inwards.
fn bodies(conn: &mut Conn<'_>, issue: &Issue, end: End, limit: i64) -> Result<Vec<Body>> {
    let family = hidden::family(conn, issue.id)?;
    Ok(on!(conn, |c| {
        let query = event::table
            .filter(event::issue_id.eq_any(&family))
            .select((
                event::timestamp,
                event::received_at,
                event::dictionary_id,
                event::body,
            ))
            .limit(limit)
            .into_boxed();
        match end {
            End::Oldest => query.order((event::timestamp.asc(), event::id.asc())),
            End::Newest => query.order((event::timestamp.desc(), event::id.desc())),
        }
        .load(c)
    })?)
}

/// Reads a stored event and passes it on; nothing when it cannot be read.
fn parse<T>(
    conn: &mut Conn<'_>,
    reading: &Reading<'_>,
    (_, received_at, dictionary_id, bytes): &Body,
    work: impl FnOnce(&Event<'_>) -> T,
) -> Result<Option<T>> {
    let dictionaries = reading.dictionaries;
    let Some(text) = readable(dictionaries.decompress(conn, bytes, *dictionary_id))? else {
        return Ok(None);
    };
    // What is stored was decoded before.
    let draft = decode(&text).unwrap_or_default();
    let event = Event::from_draft(draft, Timestamp(*received_at));
    Ok(Some(work(&event)))
}
