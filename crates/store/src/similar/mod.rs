//! Issues that look like another one, best first: the same frames near the crash, or the same
//! shape of message.
//!
//! The columns of the project's issues name a few candidates; their latest events are then
//! compared with that of the issue.

use diesel::prelude::*;
use watchfire_event::{Event, EventId, IssueId, Timestamp, decode};
use watchfire_grouping::{Grouper, compare};

use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::{Error, Result};
use crate::event;
use crate::grouping_rules;
use crate::issue::{self, Issue, Status};
use crate::project;
use crate::schema::issue as issue_table;
use crate::similar::looks::{Looks, Traits};

mod looks;
mod shape;

/// How many issues of a project are looked at, those seen last first.
pub const SIMILAR_SCAN_MAX: i64 = 5_000;
/// How many similar issues are named.
pub const SIMILAR_MAX: usize = 10;
/// How many of them are compared by their latest events.
const CANDIDATES_MAX: usize = 30;
/// Less alike than this is not similar.
const SCORE_MIN: f32 = 0.4;

/// An issue that looks like another one.
#[derive(Clone, Debug)]
pub struct Similar {
    /// The issue.
    pub issue: Issue,
    /// How much it looks like the other, from 0 to 1.
    pub score: f32,
    /// What they have in common, in words.
    pub reason: String,
    /// The component that keeps them apart, in words.
    pub difference: String,
    /// Its latest event, to compare with.
    pub latest_event: EventId,
}

/// The issues of the same project that look like an issue, most alike first.
///
/// There are at most [`SIMILAR_MAX`]; hidden ones and the issue itself are never among them. Take
/// `dictionaries` from [`crate::Database::dictionaries`].
///
/// # Errors
/// [`Error::NotFound`] when there is no such issue.
pub fn find(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    issue: IssueId,
) -> Result<Vec<Similar>> {
    let issue = issue::find(conn, issue)?.ok_or(Error::NotFound)?;
    let Some(latest) = Latest::read(conn, dictionaries, &issue)? else {
        return Ok(Vec::new());
    };
    let project = project::get(conn, issue.project_id)?.ok_or(Error::NotFound)?;
    let grouper = Grouper::new(&grouping_rules::settings(conn, &project)?);
    let Some(event) = latest.event() else {
        return Ok(Vec::new());
    };
    let traits = Traits::of(&grouper, &event, &issue);
    let explanation = grouper.explain(&event);

    let mut found = Vec::new();
    let ids = candidates(conn, &issue)?;
    for other in issue::get_many(conn, &ids)? {
        let Some(theirs) = Latest::read(conn, dictionaries, &other)? else {
            continue;
        };
        let Some(their_event) = theirs.event() else {
            continue;
        };
        let likeness = traits.likeness(&Traits::of(&grouper, &their_event, &other));
        if likeness.score < SCORE_MIN {
            continue;
        }
        let difference = compare(&explanation, &grouper.explain(&their_event)).sentence;
        found.push(Similar {
            issue: other,
            score: likeness.score,
            reason: likeness.reason,
            difference,
            latest_event: theirs.event_id,
        });
    }
    found.sort_by(|left, right| {
        let by_score = right.score.total_cmp(&left.score);
        by_score.then(right.issue.event_count.cmp(&left.issue.event_count))
    });
    found.truncate(SIMILAR_MAX);
    Ok(found)
}

/// Columns of [`Looks`]: number, kind, value, file, function, culprit.
type Row = (i64, String, String, String, String, String);

/// The issues whose columns promise most.
fn candidates(conn: &mut Conn<'_>, issue: &Issue) -> Result<Vec<IssueId>> {
    let rows: Vec<Row> = on!(conn, |c| issue_table::table
        .filter(issue_table::project_id.eq(issue.project_id.0))
        .filter(issue_table::status.eq_any(Status::VISIBLE.map(Status::number)))
        .filter(issue_table::id.ne(issue.id.0))
        .order(issue_table::last_seen.desc())
        .limit(SIMILAR_SCAN_MAX)
        .select((
            issue_table::id,
            issue_table::kind,
            issue_table::value,
            issue_table::filename,
            issue_table::function,
            issue_table::culprit,
        ))
        .load(c))?;
    let own = Looks::of(issue);
    let mut promising: Vec<(u32, i64)> = rows
        .iter()
        .filter_map(|(id, kind, value, filename, function, culprit)| {
            let theirs = Looks::new(kind, value, filename, function, culprit);
            let promise = own.promise(&theirs);
            (promise > 0).then_some((promise, *id))
        })
        .collect();
    // Of equals those that were seen last, in which order they are.
    promising.sort_by_key(|(promise, _)| std::cmp::Reverse(*promise));
    promising.truncate(CANDIDATES_MAX);
    Ok(promising.into_iter().map(|(_, id)| IssueId(id)).collect())
}

/// The latest event of an issue.
struct Latest {
    event_id: EventId,
    received_at: Timestamp,
    body: String,
}

impl Latest {
    fn read(
        conn: &mut Conn<'_>,
        dictionaries: &Dictionaries,
        issue: &Issue,
    ) -> Result<Option<Self>> {
        let Some(row) = event::latest(conn, issue.id)? else {
            return Ok(None);
        };
        let body = event::body(conn, dictionaries, row.project_id, row.event_id)?;
        Ok(body.map(|body| Self {
            event_id: row.event_id,
            received_at: row.received_at,
            body,
        }))
    }

    fn event(&self) -> Option<Event<'_>> {
        let draft = decode(self.body.as_bytes()).ok()?;
        Some(Event::from_draft(draft, self.received_at))
    }
}
