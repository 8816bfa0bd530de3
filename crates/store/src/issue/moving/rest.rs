//! What an issue looks like without the events that left it.

use diesel::prelude::*;
use watchfire_event::{Event, Timestamp, decode};

use super::Reading;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::issue::stored_body::readable;
use crate::issue::{Issue, hidden};
use crate::new_event::{Facts, Looks};
use crate::sampling::{self, Ends};
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
    let sampled = sampling::ends(conn, before.id.0)?;
    if totals.seen.first <= rest.seen.first {
        rest.read_first(conn, reading, before, sampled.as_ref())?;
    }
    let lost_release =
        totals.last_release.is_some() && totals.last_release == before.last_release.as_deref();
    if lost_release {
        rest.last_release = last_release(conn, reading, before, sampled.as_ref())?;
    }
    if totals.seen.last >= rest.seen.last {
        rest.read_last(conn, reading, before, sampled)?;
    }
    Ok(rest)
}

impl Rest {
    /// The first event that is left, with a body or without.
    fn read_first(
        &mut self,
        conn: &mut Conn<'_>,
        reading: &Reading<'_>,
        before: &Issue,
        sampled: Option<&Ends>,
    ) -> Result<()> {
        let oldest = bodies(conn, before, End::Oldest, 1)?.pop();
        let sampled = sampled.filter(|ends| {
            let is_stored_first = oldest.as_ref().is_some_and(|it| it.0 <= ends.first_seen);
            !is_stored_first
        });
        if let Some(ends) = sampled {
            self.seen.first = ends.first_seen;
            self.first_release.clone_from(&ends.first_release);
        } else if let Some(oldest) = oldest {
            self.seen.first = oldest.0;
            let release = parse(conn, reading, &oldest, |event| Facts::of(event).release)?;
            self.first_release = release.flatten();
        }
        Ok(())
    }

    /// The last event that is left, with a body or without.
    fn read_last(
        &mut self,
        conn: &mut Conn<'_>,
        reading: &Reading<'_>,
        before: &Issue,
        sampled: Option<Ends>,
    ) -> Result<()> {
        let newest = bodies(conn, before, End::Newest, 1)?.pop();
        if let Some(newest) = &newest {
            self.seen.last = newest.0;
            self.looks = parse(conn, reading, newest, |event| {
                Looks::of(event, &reading.grouper.describe(event))
            })?;
        }
        let is_later = |ends: &Ends| newest.as_ref().is_none_or(|it| it.0 < ends.last_seen);
        if let Some(ends) = sampled.filter(is_later) {
            self.seen.last = ends.last_seen;
            self.looks = ends.looks.or(self.looks.take());
        }
        Ok(())
    }
}

fn last_release(
    conn: &mut Conn<'_>,
    reading: &Reading<'_>,
    issue: &Issue,
    sampled: Option<&Ends>,
) -> Result<Option<String>> {
    let sampled = sampled.and_then(|ends| ends.last_release.as_ref());
    // Nearly always the newest event has one.
    for limit in [1, RELEASE_EVENTS_MAX] {
        for body in bodies(conn, issue, End::Newest, limit)? {
            if let Some((_, release)) = sampled.filter(|(at, _)| *at > body.0) {
                return Ok(Some(release.clone()));
            }
            let release = parse(conn, reading, &body, |event| Facts::of(event).release)?;
            if let Some(release) = release.flatten() {
                return Ok(Some(release));
            }
        }
    }
    Ok(sampled.map(|(_, release)| release.clone()))
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
