//! Which issue feedback belongs to. It is noted when the feedback is stored. Feedback that comes
//! before its event is linked later, and until then found through the event.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use watchfire_event::{EventId, IssueId, ProjectId};

use super::{Feedback, page};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::issue::follow;
use crate::schema::{event, feedback, issue};
use crate::sql::Sql;

/// How many of a project's latest messages without an issue are looked at. Older ones wait for an
/// event that does not come any more.
const UNLINKED_MAX: i64 = 1_000;

/// The feedback about an issue, newest first. At most `limit`, which is at most
/// [`super::LIMIT_MAX`].
///
/// # Errors
/// When the database fails.
pub fn of_issue(conn: &mut Conn<'_>, issue: IssueId, limit: usize) -> Result<Vec<Feedback>> {
    let late = unlinked_of(conn, issue)?;
    let mut found: Vec<Feedback> = on!(conn, |c| feedback::table
        .filter(
            feedback::issue_id
                .eq(issue.0)
                .or(feedback::id.eq_any(&late))
        )
        .order((feedback::created_at.desc(), feedback::id.desc()))
        .limit(page(limit))
        .select(Feedback::as_select())
        .load(c))?;
    found.iter_mut().for_each(|one| one.issue_id = Some(issue));
    Ok(found)
}

/// How much feedback there is about an issue.
///
/// # Errors
/// When the database fails.
pub fn count_of_issue(conn: &mut Conn<'_>, issue: IssueId) -> Result<i64> {
    let late = unlinked_of(conn, issue)?;
    let linked: i64 = on!(conn, |c| feedback::table
        .filter(feedback::issue_id.eq(issue.0))
        .count()
        .get_result(c))?;
    Ok(linked.saturating_add(i64::try_from(late.len()).unwrap_or(i64::MAX)))
}

/// Fills in the issue of feedback that came before its event.
pub(super) fn fill_in(conn: &mut Conn<'_>, mut found: Vec<Feedback>) -> Result<Vec<Feedback>> {
    let mut issues: HashMap<(ProjectId, EventId), Option<IssueId>> = HashMap::new();
    for one in found.iter_mut().filter(|one| one.issue_id.is_none()) {
        let Some(event_id) = one.event_id else {
            continue;
        };
        let place = (one.project_id, event_id);
        one.issue_id = match issues.get(&place) {
            Some(known) => *known,
            None => *issues.entry(place).or_insert(issue_of(conn, place)?),
        };
    }
    Ok(found)
}

/// The issue of an event, if the project has the event. One that was merged is followed, because
/// the rows of its events may be late.
pub(crate) fn issue_of(
    conn: &mut Conn<'_>,
    (project, event_id): (ProjectId, EventId),
) -> Result<Option<IssueId>> {
    let issue: Option<i64> = on!(conn, |c| event::table
        .filter(event::project_id.eq(project.0))
        .filter(event::event_id.eq(event_id.as_bytes().as_slice()))
        .select(event::issue_id)
        .first(c)
        .optional())?;
    issue.map(|id| follow(conn, IssueId(id))).transpose()
}

/// Notes the issues of the project's latest messages whose events have come meanwhile.
pub(crate) fn link_unlinked(conn: &mut Conn<'_>, project: ProjectId) -> Result<()> {
    let found = unlinked(conn, project, None)?;
    for (id, issue) in found {
        let issue = follow(conn, IssueId(issue))?;
        on!(conn, |c| diesel::update(feedback::table.find(id))
            .set(feedback::issue_id.eq(issue.0))
            .execute(c))?;
    }
    Ok(())
}

/// Messages without an issue whose event belongs to this one.
fn unlinked_of(conn: &mut Conn<'_>, issue: IssueId) -> Result<Vec<i64>> {
    let project: Option<i64> = on!(conn, |c| issue::table
        .find(issue.0)
        .select(issue::project_id)
        .first(c)
        .optional())?;
    let Some(project) = project else {
        return Ok(Vec::new());
    };
    let found = unlinked(conn, ProjectId(project), Some(issue))?;
    Ok(found.into_iter().map(|(id, _)| id).collect())
}

/// Messages without an issue whose event is there, with the issue of the event.
fn unlinked(
    conn: &mut Conn<'_>,
    project: ProjectId,
    issue: Option<IssueId>,
) -> Result<Vec<(i64, i64)>> {
    let mut select: Sql<(BigInt, BigInt)> = Sql::new(
        "SELECT f.id, e.issue_id FROM (SELECT id, event_id FROM feedback \
         WHERE issue_id IS NULL AND event_id IS NOT NULL AND project_id = ",
    );
    select.number(project.0);
    select.push(" ORDER BY id DESC LIMIT ").number(UNLINKED_MAX);
    select.push(") AS f JOIN event AS e ON e.event_id = f.event_id AND e.project_id = ");
    select.number(project.0);
    if let Some(issue) = issue {
        select.push(" WHERE e.issue_id = ").number(issue.0);
    }
    Ok(on!(conn, |c| select.load(c))?)
}
