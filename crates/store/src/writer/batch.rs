//! Stores many events in one transaction.

use std::borrow::Cow;

use diesel::prelude::*;
use watchfire_event::IssueId;

use super::bodies::{self, Bodies};
use super::counts::{CountKey, Counts};
use super::issues::Counted;
use super::known::Known;
use super::place::{Place, Plan, PlannedIssue};
use super::stale::{self, Renewed};
use super::{Kept, NewRecord, Saved, Stored, counters, discards, issues, place, records};
use crate::conn::Conn;
use crate::dictionary::Dictionaries;
use crate::error::{Error, Result};
use crate::event::hash_key;
use crate::ignore_rule::Hit;
use crate::new_event::NewEvent;
use crate::outcome::Outcome;
use crate::sampling::Why;
use crate::schema::event;
use crate::tombstone::DISCARDED_HASH;

/// Why a repeated item is not accepted.
pub(super) const DUPLICATE: &str = "duplicate";

/// What is stored together.
pub(super) struct Items<'b> {
    pub(super) events: Vec<&'b NewEvent>,
    pub(super) records: Vec<&'b NewRecord>,
}

impl Items<'_> {
    pub(super) fn len(&self) -> usize {
        self.events.len() + self.records.len()
    }
}

/// Stores the items with all that follows from them, and the counts that waited. Returns what
/// became of each event and of each record. On an error nothing is stored, and `known` must be
/// emptied.
pub(super) fn store(
    conn: &mut Conn<'_>,
    items: &Items<'_>,
    waiting: &Counts,
    known: &mut Known,
    dictionaries: &Dictionaries,
) -> Result<(Vec<Stored>, Vec<Saved>)> {
    conn.write_transaction(|conn| {
        let mut counts = waiting.clone();
        let batch = items.events.as_slice();
        if !items.records.is_empty() {
            records::lock_projects(conn, items)?;
        }
        let plan = place::place(conn, batch, known)?;
        discards::save(conn, &plan.discards)?;
        let counted = issues::save(conn, &plan.issues, known)?;
        let hours = counters::save(conn, &plan.issues, &counted, known)?;
        let bodies = bodies::decide(conn, &plan, &counted, &hours, known)?;
        bodies.make_room(conn, dictionaries, &plan)?;
        let renewed = stale::renew(conn, items, dictionaries)?;
        insert(conn, &plan, &counted, &bodies, &renewed)?;
        bodies.save(conn, &plan, &counted)?;
        // After the events, so that feedback finds the event that it is about.
        let records = renewed.records(&items.records);
        let saved = records::save(conn, &records, &mut counts, known)?;
        let fates = fates(&plan, &bodies);
        count(batch, &fates, &mut counts);
        if !counts.is_empty() {
            counts.save(conn)?;
        }
        Ok((answers(&plan, &counted, &fates), saved))
    })
}

#[derive(Insertable)]
#[diesel(table_name = event)]
struct EventToInsert<'e> {
    project_id: i64,
    event_id: &'e [u8],
    issue_id: i64,
    timestamp: i64,
    received_at: i64,
    dictionary_id: i64,
    body: &'e [u8],
    hash_key: Option<i64>,
}

fn insert(
    conn: &mut Conn<'_>,
    plan: &Plan<'_>,
    counted: &[Counted<'_>],
    bodies: &Bodies,
    renewed: &Renewed,
) -> Result<()> {
    let mut rows = Vec::new();
    for (index, (planned, issue)) in plan.issues.iter().zip(counted).enumerate() {
        let events = planned.events.iter().enumerate();
        let kept = events.filter(|(place, _)| bodies.why(index, *place).is_none());
        rows.extend(kept.map(|(_, event)| {
            let (body, dictionary_id) = renewed.body(event);
            EventToInsert {
                project_id: event.project.0,
                event_id: event.event_id.as_bytes(),
                issue_id: issue.id,
                timestamp: event.facts.timestamp.0,
                received_at: event.received_at.0,
                dictionary_id,
                body,
                hash_key: event.hashes.first().map(hash_key),
            }
        }));
    }
    if rows.is_empty() {
        return Ok(());
    }
    let inserted = match conn {
        // One row at a time is one statement that stays prepared; a statement over a varying
        // number of rows would be prepared anew for every batch.
        Conn::Sqlite(c) => {
            let insert = |row| diesel::insert_into(event::table).values(row).execute(*c);
            rows.iter().map(insert).sum::<QueryResult<usize>>()?
        }
        // Each statement is a journey to the server.
        Conn::Pg(c) => diesel::insert_into(event::table)
            .values(&rows)
            .execute(*c)?,
    };
    if inserted == rows.len() {
        return Ok(());
    }
    Err(Error::Away(
        "the database did not store every event".to_owned(),
    ))
}

/// What becomes of an event of the batch.
#[derive(Clone, Copy)]
struct Fate {
    place: Place,
    /// Why its body is not kept, or only until a later event comes.
    why: Option<Why>,
    /// Whether it has a body now.
    has_body: bool,
}

/// What becomes of each event, in the order of the batch.
fn fates(plan: &Plan<'_>, bodies: &Bodies) -> Vec<Fate> {
    // The events of an issue stand in the order of the batch.
    let mut next = vec![0; plan.issues.len()];
    let fate = |place: &Place| {
        let mut fate = Fate {
            place: *place,
            why: None,
            has_body: true,
        };
        if let Place::Issue(issue) = *place
            && let Some(next) = next.get_mut(issue)
        {
            let why = bodies.why(issue, *next);
            fate.has_body = why.is_none();
            fate.why = why.or_else(|| bodies.why_later(issue, *next));
            *next += 1;
        }
        fate
    };
    plan.places.iter().map(fate).collect()
}

/// Every event counts as accepted, also without its body; repeated ones as invalid, those of
/// discarded issues as filtered.
fn count(batch: &[&NewEvent], fates: &[Fate], counts: &mut Counts) {
    for (event, fate) in batch.iter().zip(fates) {
        let outcome = match fate.place {
            Place::Issue(_) => {
                let reason = fate.why.map_or(Cow::Borrowed(""), Why::reason);
                (Outcome::Accepted, reason)
            }
            Place::Discarded => (Outcome::Filtered, DISCARDED_HASH.into()),
            Place::Stored(_) | Place::Repeated(_) => (Outcome::Invalid, DUPLICATE.into()),
        };
        let from = (event.project.0, event.key_id);
        let key = CountKey::new(from, event.category, outcome, event.received_at);
        counts.add(key, 1);
        // Of an event that is sent again, rules are not said to have matched another one.
        if matches!(fate.place, Place::Issue(_) | Place::Discarded) {
            count_hits(event, counts);
        }
    }
}

fn count_hits(event: &NewEvent, counts: &mut Counts) {
    for rule in &event.hits {
        counts.add_hit(Hit {
            project: event.project,
            rule: *rule,
            at: event.received_at,
            title: Some(event.looks.title.clone()),
        });
    }
}

fn answers(plan: &Plan<'_>, counted: &[Counted<'_>], fates: &[Fate]) -> Vec<Stored> {
    let mut told = vec![false; counted.len()];
    let mut answers: Vec<Stored> = Vec::with_capacity(fates.len());
    for fate in fates {
        let answer = match fate.place {
            Place::Discarded => Stored::Discarded,
            Place::Stored(issue) => Stored::Kept(duplicate_of(IssueId(issue))),
            Place::Repeated(earlier) => match answers.get(earlier) {
                Some(Stored::Kept(kept) | Stored::Counted(kept)) => {
                    Stored::Kept(duplicate_of(kept.issue_id))
                }
                Some(Stored::Discarded) | None => Stored::Discarded,
            },
            Place::Issue(index) => {
                let is_first = told
                    .get_mut(index)
                    .is_some_and(|told| !std::mem::replace(told, true));
                let issue = counted.get(index);
                let planned = plan.issues.get(index);
                let kept = Kept {
                    issue_id: IssueId(issue.map_or(0, |issue| issue.id)),
                    duplicate: false,
                    new_issue: is_first && issue.is_some_and(|issue| issue.is_new),
                    regressed: is_first && issue.is_some_and(|issue| issue.regressed),
                    muted: planned.is_some_and(PlannedIssue::is_muted),
                };
                match fate.has_body {
                    true => Stored::Kept(kept),
                    false => Stored::Counted(kept),
                }
            }
        };
        answers.push(answer);
    }
    answers
}

fn duplicate_of(issue_id: IssueId) -> Kept {
    Kept {
        issue_id,
        duplicate: true,
        new_issue: false,
        regressed: false,
        muted: false,
    }
}
