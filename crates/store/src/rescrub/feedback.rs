//! Scrubs what people said.

use std::collections::HashMap;

use diesel::prelude::*;
use watchfire_event::{Event, EventId, IssueId, ProjectId, Timestamp, decode};

use super::data::{Data, SavedSpan};
use super::finding::Findings;
use super::work::{Did, Tools};
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::feedback::{self, NewFeedback, Source};
use crate::issue::{hidden, readable};
use crate::job::Job;
use crate::project;
use crate::schema::feedback as table;

/// How many messages are looked at in a step.
const STEP: i64 = 100;
/// What findings in feedback begin with.
const NAME: &str = "feedback";

#[derive(Queryable, Selectable)]
#[diesel(table_name = table)]
struct Row {
    id: i64,
    feedback_id: Vec<u8>,
    event_id: Option<Vec<u8>>,
    issue_id: Option<i64>,
    source: Source,
    created_at: i64,
    received_at: i64,
    dictionary_id: i64,
    body: Vec<u8>,
}

/// Scrubs the next messages of the span.
pub(super) fn step(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    job: &Job,
    data: &Data,
    tools: &mut Tools,
) -> Result<Did> {
    project::lock_for_change(conn, job.project_id, None)?;
    let rows: Vec<Row> = on!(conn, |c| table::table
        .filter(table::project_id.eq(job.project_id.0))
        .filter(table::id.gt(job.cursor))
        .order(table::id)
        .limit(STEP)
        .select(Row::as_select())
        .load(c))?;
    let mut findings = Findings::default();
    for row in &rows {
        if !holds(conn, data.span, job.project_id, row)? {
            continue;
        }
        let unpacked = dictionaries.decompress(conn, &row.body, row.dictionary_id);
        let Some(bytes) = readable(unpacked)? else {
            continue;
        };
        scrub(
            conn,
            dictionaries,
            (job.project_id, data.is_dry_run),
            (row, &bytes),
            tools,
            &mut findings,
        )?;
    }
    findings.save(conn, job.id, &mut tools.known)?;
    Ok(Did {
        cursor: rows.last().map(|row| row.id),
    })
}

fn scrub(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    (project, is_dry_run): (ProjectId, bool),
    (row, bytes): (&Row, &[u8]),
    tools: &mut Tools,
    findings: &mut Findings,
) -> Result<()> {
    let Ok(draft) = decode(bytes) else {
        return Ok(());
    };
    let mut before = Event::from_draft(draft, Timestamp(row.received_at));
    before.timestamp = Timestamp(row.created_at);
    before.id = EventId::from_slice(&row.feedback_id).unwrap_or(before.id);
    let Some((after, changes)) = tools.rules.changed(&before) else {
        return Ok(());
    };
    findings.add(Some(NAME), None, &changes);
    tools.note(&changes);
    if is_dry_run {
        return Ok(());
    }
    let new = NewFeedback::with_any_message(project, 0, row.source, &after, dictionaries);
    feedback::rewrite(conn, dictionaries, row.id, new)
}

fn holds(conn: &mut Conn<'_>, span: SavedSpan, project: ProjectId, row: &Row) -> Result<bool> {
    let SavedSpan::Issue(issue) = span else {
        return Ok(span.holds(&[], 0, Timestamp(row.created_at)));
    };
    let family = hidden::family(conn, IssueId(issue))?;
    let of = issue_of(conn, project, (row.issue_id, row.event_id.as_deref()))?;
    Ok(of.is_some_and(|of| family.contains(&of)))
}

/// The issue that a message is about.
fn issue_of(
    conn: &mut Conn<'_>,
    project: ProjectId,
    (issue_id, event_id): (Option<i64>, Option<&[u8]>),
) -> Result<Option<i64>> {
    let event_id = event_id.and_then(EventId::from_slice);
    Ok(match (issue_id, event_id) {
        (Some(of), _) => Some(of),
        // It came before its event.
        (None, Some(event_id)) => feedback::issue_of(conn, (project, event_id))?.map(|id| id.0),
        (None, None) => None,
    })
}

/// Issues and times by id.
pub(super) type Places = HashMap<Vec<u8>, (Option<i64>, i64)>;

/// Where messages of some ids belong.
pub(super) fn places(conn: &mut Conn<'_>, project: ProjectId, ids: &[&[u8]]) -> Result<Places> {
    type Found = (Vec<u8>, Option<i64>, Option<Vec<u8>>, i64);
    let found: Vec<Found> = on!(conn, |c| table::table
        .filter(table::project_id.eq(project.0))
        .filter(table::feedback_id.eq_any(ids))
        .select((
            table::feedback_id,
            table::issue_id,
            table::event_id,
            table::created_at
        ))
        .load(c))?;
    let mut places = Places::new();
    for (id, issue_id, event_id, at) in found {
        let issue = issue_of(conn, project, (issue_id, event_id.as_deref()))?;
        places.insert(id, (issue, at));
    }
    Ok(places)
}
