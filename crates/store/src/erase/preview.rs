use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use diesel::prelude::*;

use super::identity::{self, Known};
use super::rest::{Message, is_theirs};
use super::{Found, Person};
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::project::Project;
use crate::release_health;
use crate::schema::{attachment, feedback, issue};
use crate::stored;

/// How long a preview may look; a connection and a person wait meanwhile.
const TIME_MAX: Duration = Duration::from_secs(3);
/// How many events, and messages, are unpacked at a time.
const STEP: usize = 200;

/// Says what is stored of a person in a project, as far as three seconds go; the newest events come
/// first. Nothing is written. Take `dictionaries` from [`crate::Database::dictionaries`].
///
/// # Errors
/// When the database fails.
pub fn preview(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: &Project,
    person: &Person,
) -> Result<Found> {
    let known = Known::of(person);
    let until = Instant::now() + TIME_MAX;
    let mut found = Found::default();
    let mut issues: BTreeMap<i64, i64> = BTreeMap::new();
    let mut ids: Vec<Vec<u8>> = Vec::new();
    let mut before = i64::MAX;
    loop {
        if Instant::now() > until {
            break;
        }
        let events = stored::before_row(conn, dictionaries, project.id, before, STEP)?;
        let Some(last) = events.last().map(|event| event.row_id) else {
            found.is_complete = true;
            break;
        };
        before = last;
        found.looked_at += events.len();
        for stored in &events {
            if stored.event().is_some_and(|event| known.has_event(&event)) {
                *issues.entry(stored.issue).or_default() += 1;
                ids.push(stored.event_id.as_bytes().to_vec());
            }
        }
    }
    found.events = ids.len();
    found.issues = issues.len();
    found.issues_emptied = emptied(conn, &issues)?;
    let messages = messages(conn, dictionaries, project, &known, &ids)?;
    found.feedback = messages.len();
    ids.extend(messages);
    found.attachments = attachments(conn, project, &ids)?;
    for user in identity::session_hashes(person) {
        let hours = release_health::user_hours(conn, project.id, user)?;
        found.session_hours += usize::try_from(hours).unwrap_or(0);
    }
    Ok(found)
}

/// How many issues have no events but these.
fn emptied(conn: &mut Conn<'_>, issues: &BTreeMap<i64, i64>) -> Result<usize> {
    let ids: Vec<i64> = issues.keys().copied().collect();
    let counts: Vec<(i64, i64)> = on!(conn, |c| issue::table
        .filter(issue::id.eq_any(&ids))
        .select((issue::id, issue::event_count))
        .load(c))?;
    let is_emptied = |(id, count): &&(i64, i64)| issues.get(id).is_some_and(|lost| lost >= count);
    Ok(counts.iter().filter(is_emptied).count())
}

/// The ids of the person's messages, and of those about their events.
fn messages(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: &Project,
    person: &Known,
    events: &[Vec<u8>],
) -> Result<Vec<Vec<u8>>> {
    let events: HashSet<&[u8]> = events.iter().map(Vec::as_slice).collect();
    let mut found: Vec<Vec<u8>> = Vec::new();
    let mut after = 0;
    loop {
        let rows: Vec<(Message, Vec<u8>, Option<Vec<u8>>)> = on!(conn, |c| feedback::table
            .filter(feedback::project_id.eq(project.id.0))
            .filter(feedback::id.gt(after))
            .order(feedback::id)
            .limit(i64::try_from(STEP).unwrap_or(i64::MAX))
            .select((
                (
                    feedback::id,
                    feedback::email,
                    feedback::received_at,
                    feedback::dictionary_id,
                    feedback::body
                ),
                feedback::feedback_id,
                feedback::event_id
            ))
            .load(c))?;
        let Some((last, _, _)) = rows.last() else {
            return Ok(found);
        };
        after = last.0;
        for (message, id, event) in rows {
            let is_about = event.is_some_and(|event| events.contains(event.as_slice()));
            if is_about || is_theirs(conn, dictionaries, &message, person)? {
                found.push(id);
            }
        }
    }
}

fn attachments(conn: &mut Conn<'_>, project: &Project, ids: &[Vec<u8>]) -> Result<usize> {
    let mut count = 0;
    for ids in ids.chunks(STEP) {
        let some: i64 = on!(conn, |c| attachment::table
            .filter(attachment::project_id.eq(project.id.0))
            .filter(attachment::event_id.eq_any(ids))
            .count()
            .get_result(c))?;
        count += usize::try_from(some).unwrap_or(0);
    }
    Ok(count)
}
