//! What is kept of a person beside events: messages, sessions, and heads of dropped events.

use diesel::prelude::*;
use watchfire_event::{Event, Timestamp, decode};

use super::data::Data;
use super::events::{note, remove_feedback};
use super::identity::Known;
use super::work::{Tools, Turned};
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::dropped;
use crate::error::Result;
use crate::ignore_rule;
use crate::issue::readable;
use crate::job::Job;
use crate::release_health;
use crate::schema::{feedback as table, tombstone};

/// How many messages are looked at in a step.
const STEP_FEEDBACK: i64 = 200;
/// In how many hours a user of sessions is forgotten in a step.
const STEP_HOURS: i64 = 500;
/// The title of a discarded issue of which nothing else may be left.
const ERASED: &str = "(erased)";

/// A message: number, address, time of arrival, dictionary, body.
pub(super) type Message = (i64, String, i64, i64, Vec<u8>);

/// Removes the messages of the person.
pub(super) fn feedback(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    job: &mut Job,
    data: &mut Data,
    tools: &mut Tools,
) -> Result<Turned> {
    let rows: Vec<Message> = on!(conn, |c| table::table
        .filter(table::project_id.eq(job.project_id.0))
        .filter(table::id.gt(job.cursor))
        .order(table::id)
        .limit(STEP_FEEDBACK)
        .select((
            table::id,
            table::email,
            table::received_at,
            table::dictionary_id,
            table::body
        ))
        .load(c))?;
    let Some(last) = rows.last().map(|row| row.0) else {
        return Ok(Turned::Over);
    };
    let mut theirs = Vec::new();
    for row in &rows {
        if is_theirs(conn, dictionaries, row, &data.person)? {
            tools.learned.note(&row.1, None);
            theirs.push(row.0);
        }
    }
    remove_feedback(conn, (job.project_id, Timestamp::now()), &theirs, data)?;
    job.cursor = last;
    Ok(Turned::More)
}

/// Whether a message is the person's: by its address, or by the user of the event that it came as.
pub(super) fn is_theirs(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    (_, email, received_at, dictionary, body): &Message,
    person: &Known,
) -> Result<bool> {
    if person.has_email(email) {
        return Ok(true);
    }
    let Some(bytes) = readable(dictionaries.decompress(conn, body, *dictionary))? else {
        return Ok(false);
    };
    let Ok(draft) = decode(&bytes) else {
        return Ok(false);
    };
    let event = Event::from_draft(draft, Timestamp(*received_at));
    Ok(person.has_event(&event))
}

/// Forgets the person among the users of sessions.
pub(super) fn sessions(conn: &mut Conn<'_>, job: &Job, data: &mut Data) -> Result<Turned> {
    for user in data.session_hashes.clone() {
        let hours = release_health::forget_user(conn, job.project_id, user, STEP_HOURS)?;
        if hours > 0 {
            data.count("session_hour_user", usize::try_from(hours).unwrap_or(0));
            return Ok(Turned::More);
        }
    }
    Ok(Turned::Over)
}

/// Removes the heads of dropped events of the person, and the titles that rules remember of such.
pub(super) fn heads(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    job: &Job,
    data: &mut Data,
    tools: &mut Tools,
) -> Result<Turned> {
    let mut theirs = Vec::new();
    dropped::each_head(conn, dictionaries, job.project_id, |_, head| {
        if let Some(event) = head.event().filter(|event| data.person.has_event(event)) {
            note(&mut tools.learned, &event);
            theirs.push(head.id);
        }
        Ok(())
    })?;
    data.count("dropped_head", dropped::remove(conn, &theirs)?);
    ignore_rule::forget_titles(conn, job.project_id)?;
    Ok(Turned::Over)
}

/// Blanks the titles of discarded issues that name the person: what is before the colon says what
/// kind of error it was.
pub(super) fn tombstones(
    conn: &mut Conn<'_>,
    job: &Job,
    data: &mut Data,
    tools: &mut Tools,
) -> Result<Turned> {
    let rows: Vec<(i64, String, String)> = on!(conn, |c| tombstone::table
        .filter(tombstone::project_id.eq(job.project_id.0))
        .select((tombstone::id, tombstone::title, tombstone::culprit))
        .load(c))?;
    for (id, title, culprit) in rows {
        let is_named = |text: &str| data.person.is_named_in(text);
        if !is_named(&title) && !is_named(&culprit) {
            continue;
        }
        let kind = title.split_once(": ").map(|(kind, _)| kind);
        let left = kind.filter(|kind| !is_named(kind)).unwrap_or(ERASED);
        on!(conn, |c| diesel::update(tombstone::table.find(id))
            .set((tombstone::title.eq(left), tombstone::culprit.eq("")))
            .execute(c))?;
        tools.learned.note(&title, None);
        tools.learned.note(&culprit, None);
        data.count("tombstone", 1);
    }
    Ok(Turned::Over)
}
