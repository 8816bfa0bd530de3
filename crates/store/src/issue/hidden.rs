//! Issues that nobody sees any more: merged ones, which lead on, and those being deleted.

use diesel::prelude::*;
use watchfire_event::IssueId;

use super::{Issue, Status, get};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::issue;

/// How many merges in a row are followed. A merge leads those that were merged into its issues on
/// to its target, so that one step is enough; more than that would be a circle.
const STEPS_MAX: usize = 16;

/// Where a merged issue went; the issue itself when it was not merged, or is not known.
///
/// # Errors
/// When the database fails.
pub fn follow(conn: &mut Conn<'_>, id: IssueId) -> Result<IssueId> {
    let mut at = id.0;
    for _ in 0..STEPS_MAX {
        let next: Option<i64> = on!(conn, |c| issue::table
            .find(at)
            .filter(issue::status.eq(Status::Merged.number()))
            .select(issue::merged_into)
            .first(c)
            .optional())?
        .flatten();
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok(IssueId(at))
}

/// The issue of a number as people may see it: a merged one leads to where it went; nothing while
/// it is being deleted.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut Conn<'_>, id: IssueId) -> Result<Option<Issue>> {
    let target = follow(conn, id)?;
    Ok(get(conn, target)?.filter(|issue| issue.status.is_visible()))
}

/// An issue and those that were merged into it: all the places where its events may be, because
/// the rows of merged events follow later when there are many.
pub(crate) fn family(conn: &mut Conn<'_>, id: IssueId) -> Result<Vec<i64>> {
    let mut family: Vec<i64> = on!(conn, |c| issue::table
        .filter(issue::merged_into.eq(id.0))
        .filter(issue::status.eq(Status::Merged.number()))
        .select(issue::id)
        .load(c))?;
    family.push(id.0);
    Ok(family)
}

/// Hides an issue that leads on to another one, and keeps what its status was. Those that lead to
/// it lead on as well.
pub(crate) fn retire(conn: &mut Conn<'_>, id: IssueId, into: IssueId) -> Result<()> {
    on!(conn, |c| diesel::update(issue::table)
        .filter(issue::merged_into.eq(id.0))
        .set(issue::merged_into.eq(into.0))
        .execute(c))?;
    on!(conn, |c| diesel::update(issue::table.find(id.0))
        .filter(issue::status.ne(Status::Merged.number()))
        .set((
            issue::status_before.eq(issue::status.nullable()),
            issue::status.eq(Status::Merged.number()),
            issue::merged_into.eq(into.0),
        ))
        .execute(c))?;
    Ok(())
}

/// Shows a merged issue again, with the status that it had, which is returned; nothing when it is
/// not merged.
pub(crate) fn revive(conn: &mut Conn<'_>, id: i64) -> Result<Option<Status>> {
    let before: Option<Option<i16>> = on!(conn, |c| issue::table
        .find(id)
        .filter(issue::status.eq(Status::Merged.number()))
        .select(issue::status_before)
        .first(c)
        .optional())?;
    let Some(before) = before else {
        return Ok(None);
    };
    let known = |number| Status::VISIBLE.into_iter().find(|it| it.number() == number);
    let status = before.and_then(known).unwrap_or(Status::Unresolved);
    on!(conn, |c| diesel::update(issue::table.find(id))
        .set((
            issue::status.eq(status.number()),
            issue::status_before.eq(None::<i16>),
            issue::merged_into.eq(None::<i64>),
        ))
        .execute(c))?;
    Ok(Some(status))
}
