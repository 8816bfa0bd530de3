//! Stores many events in one transaction.

use diesel::prelude::*;
use watchfire_event::IssueId;

use super::counts::{CountKey, Counts};
use super::issues::Counted;
use super::known::Known;
use super::place::{Place, Plan};
use super::{Kept, NewRecord, Saved, Stored, counters, discards, issues, place, records};
use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::event::hash_key;
use crate::new_event::NewEvent;
use crate::outcome::Outcome;
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
        insert(conn, &plan, &counted)?;
        counters::save(conn, &plan.issues, &counted, known)?;
        // After the events, so that feedback finds the event that it is about.
        let saved = records::save(conn, &items.records, &mut counts, known)?;
        count(batch, &plan, &mut counts);
        if !counts.is_empty() {
            counts.save(conn)?;
        }
        Ok((answers(&plan, &counted), saved))
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

fn insert(conn: &mut Conn<'_>, plan: &Plan<'_>, counted: &[Counted<'_>]) -> Result<()> {
    let mut rows = Vec::new();
    for (planned, issue) in plan.issues.iter().zip(counted) {
        rows.extend(planned.events.iter().map(|event| EventToInsert {
            project_id: event.project.0,
            event_id: event.event_id.as_bytes(),
            issue_id: issue.id,
            timestamp: event.facts.timestamp.0,
            received_at: event.received_at.0,
            dictionary_id: event.dictionary_id,
            body: &event.body,
            hash_key: event.hashes.first().map(hash_key),
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

/// Every event counts as accepted, repeated ones as invalid, those of discarded issues as
/// filtered.
fn count(batch: &[&NewEvent], plan: &Plan<'_>, counts: &mut Counts) {
    for (event, place) in batch.iter().zip(&plan.places) {
        let outcome = match place {
            Place::Issue(_) => (Outcome::Accepted, ""),
            Place::Discarded => (Outcome::Filtered, DISCARDED_HASH),
            Place::Stored(_) | Place::Repeated(_) => (Outcome::Invalid, DUPLICATE),
        };
        let from = (event.project.0, event.key_id);
        let key = CountKey::new(from, event.category, outcome, event.received_at);
        counts.add(key, 1);
    }
}

fn answers(plan: &Plan<'_>, counted: &[Counted<'_>]) -> Vec<Stored> {
    let mut told = vec![false; counted.len()];
    let mut answers: Vec<Stored> = Vec::with_capacity(plan.places.len());
    for place in &plan.places {
        let answer = match *place {
            Place::Discarded => Stored::Discarded,
            Place::Stored(issue) => Stored::Kept(duplicate_of(IssueId(issue))),
            Place::Repeated(earlier) => match answers.get(earlier) {
                Some(Stored::Kept(kept)) => Stored::Kept(duplicate_of(kept.issue_id)),
                Some(Stored::Discarded) | None => Stored::Discarded,
            },
            Place::Issue(index) => {
                let is_first = told
                    .get_mut(index)
                    .is_some_and(|told| !std::mem::replace(told, true));
                let issue = counted.get(index);
                Stored::Kept(Kept {
                    issue_id: IssueId(issue.map_or(0, |issue| issue.id)),
                    duplicate: false,
                    new_issue: is_first && issue.is_some_and(|issue| issue.is_new),
                    regressed: is_first && issue.is_some_and(|issue| issue.regressed),
                })
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
    }
}
