//! Moves the events of hashes that left an issue after them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use watchfire_event::{Event, IssueId, ProjectId, Timestamp, decode};
use watchfire_grouping::{Grouper, Hash};

use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::{Error, Result};
use crate::event::hash_key;
use crate::grouping_rules;
use crate::issue::moving::{Reading, move_sampled};
use crate::issue::stored_body::readable;
use crate::issue::{EventMove, follow, get, hidden, move_events};
use crate::job::{Job, Step};
use crate::new_event::Looks;
use crate::project::{self, Project};
use crate::schema::{event, issue_hash};

/// How many events one step moves.
const STEP_EVENTS: i64 = 200;

/// What a job of this kind needs to know.
#[derive(Serialize, Deserialize)]
struct Data {
    /// The issue that the hashes left.
    issue: i64,
    /// The hashes in hexadecimal digits.
    hashes: Vec<String>,
}

/// The events of some hashes in an issue that those hashes left.
pub(super) struct Work {
    issue: IssueId,
    /// The places where the issue's events may be.
    family: Vec<i64>,
    hashes: Vec<Hash>,
    /// Read when a body needs one.
    dictionaries: Dictionaries,
}

/// A stored event: row, hash key, issue, time, time of arrival, dictionary and body.
type Row = (i64, Option<i64>, i64, i64, i64, i64, Vec<u8>);

impl Work {
    /// Sentry's hashes have no events: an event that was found by one has its own hash first.
    pub(super) fn new(conn: &mut Conn<'_>, issue: IssueId, hashes: &[Vec<u8>]) -> Result<Self> {
        let hashes = hashes.iter().filter_map(|hash| Hash::from_slice(hash));
        Ok(Self {
            issue,
            family: hidden::family(conn, issue)?,
            hashes: hashes.collect(),
            dictionaries: Dictionaries::default(),
        })
    }

    /// What reads the events.
    pub(super) fn reading<'g>(&'g self, grouper: &'g Grouper) -> Reading<'g> {
        Reading {
            dictionaries: &self.dictionaries,
            grouper,
        }
    }

    /// The keys of the hashes.
    pub(super) fn keys(&self) -> Vec<i64> {
        self.hashes.iter().map(hash_key).collect()
    }

    /// How many events there are to move.
    pub(super) fn count(&self, conn: &mut Conn<'_>) -> Result<i64> {
        let keys = self.keys();
        Ok(on!(conn, |c| event::table
            .filter(event::issue_id.eq_any(&self.family))
            .filter(event::hash_key.eq_any(&keys))
            .count()
            .get_result(c))?)
    }

    pub(super) fn data(&self) -> String {
        let data = Data {
            issue: self.issue.0,
            hashes: self.hashes.iter().map(Hash::to_string).collect(),
        };
        serde_json::json!(data).to_string()
    }

    /// Moves all of the events.
    pub(super) fn do_all(&self, conn: &mut Conn<'_>, project: &Project) -> Result<()> {
        let grouper = grouper(conn, project)?;
        let reading = self.reading(&grouper);
        let mut cursor = i64::MIN;
        loop {
            let step = self.next(conn, project.id, &reading, cursor)?;
            if step.is_finished {
                return Ok(());
            }
            cursor = step.cursor;
        }
    }

    /// Moves the next few. The cursor is the time of the last event that was moved: they move
    /// in the order of time, and what was moved is not found again.
    fn next(
        &self,
        conn: &mut Conn<'_>,
        project: ProjectId,
        reading: &Reading<'_>,
        cursor: i64,
    ) -> Result<Step> {
        let owners = self.owners(conn, project)?;
        let keys: Vec<i64> = owners.keys().copied().collect();
        let rows: Vec<Row> = on!(conn, |c| event::table
            .filter(event::issue_id.eq_any(&self.family))
            .filter(event::hash_key.eq_any(&keys))
            .filter(event::timestamp.ge(cursor))
            .order((event::timestamp, event::id))
            .limit(STEP_EVENTS)
            .select((
                event::id,
                event::hash_key,
                event::issue_id,
                event::timestamp,
                event::received_at,
                event::dictionary_id,
                event::body,
            ))
            .load(c))?;
        let moved = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let step = Step {
            cursor: rows.last().map_or(cursor, |row| row.3),
            done: moved,
            moved,
            is_finished: moved < STEP_EVENTS,
        };
        move_rows(conn, reading, &owners, rows)?;
        if step.is_finished {
            self.move_sampled(conn, reading, &owners)?;
        }
        Ok(step)
    }

    /// Moves what is counted of events that lost their bodies while they waited to be moved.
    fn move_sampled(
        &self,
        conn: &mut Conn<'_>,
        reading: &Reading<'_>,
        owners: &BTreeMap<i64, IssueId>,
    ) -> Result<()> {
        let Some(from) = get(conn, self.issue)? else {
            return Ok(());
        };
        let looks = Looks::of_issue(&from);
        for (key, owner) in owners {
            let places = (from.id.0, owner.0);
            move_sampled(conn, reading, places, &[*key], &looks)?;
        }
        Ok(())
    }

    /// Where the events of each hash key belong now; without those that belong where they are.
    fn owners(&self, conn: &mut Conn<'_>, project: ProjectId) -> Result<BTreeMap<i64, IssueId>> {
        let hashes: Vec<&[u8]> = self.hashes.iter().map(|hash| hash.0.as_slice()).collect();
        let rows: Vec<(Vec<u8>, i64)> = on!(conn, |c| issue_hash::table
            .filter(issue_hash::project_id.eq(project.0))
            .filter(issue_hash::hash.eq_any(&hashes))
            .filter(issue_hash::issue_id.is_not_null())
            .select((issue_hash::hash, issue_hash::issue_id.assume_not_null()))
            .load(c))?;
        let mut owners = BTreeMap::new();
        for (hash, owner) in rows {
            let owner = follow(conn, IssueId(owner))?;
            if let Some(hash) = Hash::from_slice(&hash).filter(|_| owner != self.issue) {
                owners.insert(hash_key(&hash), owner);
            }
        }
        Ok(owners)
    }
}

/// How many events of an issue are stored.
pub(super) fn count_all(conn: &mut Conn<'_>, issue: IssueId) -> Result<i64> {
    let family = hidden::family(conn, issue)?;
    Ok(on!(conn, |c| event::table
        .filter(event::issue_id.eq_any(&family))
        .count()
        .get_result(c))?)
}

fn move_rows(
    conn: &mut Conn<'_>,
    reading: &Reading<'_>,
    owners: &BTreeMap<i64, IssueId>,
    rows: Vec<Row>,
) -> Result<()> {
    let mut read = Vec::with_capacity(rows.len());
    for (id, key, issue, _, received_at, dictionary, body) in rows {
        let Some(to) = key.and_then(|key| owners.get(&key)) else {
            continue;
        };
        // A body that cannot be read is that of an empty event: it follows its hash, so that the
        // job goes on, and what is counted of its tags and its user stays where it was.
        let text = readable(reading.dictionaries.decompress(conn, &body, dictionary))?;
        read.push((
            id,
            IssueId(issue),
            *to,
            received_at,
            text.unwrap_or_default(),
        ));
    }
    let events: Vec<Event<'_>> = read
        .iter()
        .map(|(_, _, _, received_at, text)| {
            // What is stored was decoded before, unless it cannot be read.
            let draft = decode(text).unwrap_or_default();
            Event::from_draft(draft, Timestamp(*received_at))
        })
        .collect();
    let moves: Vec<EventMove<'_, '_>> = read
        .iter()
        .zip(&events)
        .map(|((row_id, from, to, ..), event)| EventMove {
            row_id: *row_id,
            from: *from,
            to: *to,
            event,
        })
        .collect();
    move_events(conn, reading.dictionaries, reading.grouper, &moves)
}

/// Moves the next events of hashes that left an issue. Where they go is asked anew each time, so
/// that they end up right whatever happens to the hashes meanwhile.
///
/// # Errors
/// When the database fails.
pub(crate) fn step(conn: &mut Conn<'_>, job: &Job, _now: Timestamp) -> Result<Step> {
    project::lock_for_change(conn, job.project_id, None)?;
    let project = project::get(conn, job.project_id)?.ok_or(Error::NotFound)?;
    let Ok(data) = serde_json::from_str::<Data>(&job.data) else {
        return Err(Error::Refused("The job cannot be read.".to_owned()));
    };
    let hashes: Vec<Vec<u8>> = data
        .hashes
        .iter()
        .filter_map(|text| Some(text.parse::<Hash>().ok()?.0.to_vec()))
        .collect();
    // The issue may have been merged meanwhile.
    let issue = follow(conn, IssueId(data.issue))?;
    let work = Work::new(conn, issue, &hashes)?;
    let grouper = grouper(conn, &project)?;
    // The cursor begins at 0, and events of before 1970 have times below.
    let cursor = if job.done == 0 { i64::MIN } else { job.cursor };
    work.next(conn, project.id, &work.reading(&grouper), cursor)
}

/// Describes events as the project does now.
pub(super) fn grouper(conn: &mut Conn<'_>, project: &Project) -> Result<Grouper> {
    Ok(Grouper::new(&grouping_rules::settings(conn, project)?))
}
