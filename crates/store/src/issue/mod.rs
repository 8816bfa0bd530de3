//! Issues: events of one cause, with their totals.

use diesel::prelude::*;
use watchfire_event::{IssueId, Level, ProjectId, Timestamp, UserId};

use crate::column::{LevelNumber, MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::{issue, issue_seen};

mod create;
mod hashes;
pub(crate) mod hidden;
mod list;
mod merge;
mod moving;
mod remove;
mod short_id;
mod sparkline;
mod status;
mod stored_body;
mod unmerge;

pub use hashes::{HASHES_MAX, IssueHash, hashes};
pub use hidden::{find, follow};
pub use list::{IssuePage, IssueQuery, Sort, TagCondition, TextCondition, counts_by_status, list};
pub use merge::{Merge, MergedIssue, WHY_CHARS_MAX, merge, merge_because};
pub use moving::{EventMove, move_events};
pub use remove::{delete, discard};
pub use short_id::{format_short_id, parse_short_id};
pub use sparkline::sparklines;
pub use status::{Change, FormerStatus, Status, Substatus, change_status, restore_status};
pub use unmerge::unmerge;

pub(crate) use create::create_empty;
pub(crate) use hidden::{retire, revive};
pub(crate) use merge::merge_step;
pub(crate) use moving::{remove_events, set_looks, take_facts};
pub(crate) use remove::delete_step;
pub(crate) use stored_body::readable;
pub(crate) use unmerge::unmerge_step;

/// An issue.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = issue)]
pub struct Issue {
    /// Its number.
    #[diesel(deserialize_as = Number)]
    pub id: IssueId,
    /// The project that it belongs to.
    #[diesel(deserialize_as = Number)]
    pub project_id: ProjectId,
    /// Its number within the project, from 1; see [`format_short_id`].
    pub short_number: i64,
    /// One line, for example `KeyError: 'a'`, of the newest event.
    pub title: String,
    /// Where it happened.
    pub culprit: String,
    /// The exception's type; empty where there is none.
    pub kind: String,
    /// The exception's value or the message; empty where there is none.
    pub value: String,
    /// The file of the crash frame; empty where there is none.
    pub filename: String,
    /// The function of the crash frame; empty where there is none.
    pub function: String,
    /// The logger of the newest event.
    pub logger: Option<String>,
    /// The platform of the newest event, for example `python`.
    pub platform: Option<String>,
    /// The level of the newest event.
    #[diesel(deserialize_as = LevelNumber)]
    pub level: Level,
    /// Whether people have to look at it.
    pub status: Status,
    /// Why it has its status; resolved issues have none.
    pub substatus: Option<Substatus>,
    /// Whether any of its events was an exception that nobody caught.
    pub is_unhandled: bool,
    /// When its earliest event happened.
    #[diesel(deserialize_as = Number)]
    pub first_seen: Timestamp,
    /// When its latest event happened.
    #[diesel(deserialize_as = Number)]
    pub last_seen: Timestamp,
    /// How many events it has had.
    pub event_count: i64,
    /// How many of them are counted without a body ([`crate::sampling`]).
    pub sampled_count: i64,
    /// How many different users they hit.
    pub user_count: i64,
    /// The release of its first event, if that had one.
    pub first_release: Option<String>,
    /// The release of its latest event that had one.
    pub last_release: Option<String>,
    /// When it was resolved, while it is.
    #[diesel(deserialize_as = MaybeNumber)]
    pub resolved_at: Option<Timestamp>,
}

/// The issue of a number, hidden ones too: look at [`Status::is_visible`], or ask [`find`].
///
/// # Errors
/// When the database fails.
pub fn get(conn: &mut Conn<'_>, id: IssueId) -> Result<Option<Issue>> {
    Ok(on!(conn, |c| issue::table
        .find(id.0)
        .select(Issue::as_select())
        .first(c)
        .optional())?)
}

/// The issues of these numbers, in no order; unknown numbers are left out. Hidden ones are among
/// them: look at [`Status::is_visible`].
///
/// # Errors
/// When the database fails.
pub fn get_many(conn: &mut Conn<'_>, ids: &[IssueId]) -> Result<Vec<Issue>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    Ok(on!(conn, |c| issue::table
        .filter(issue::id.eq_any(&ids))
        .select(Issue::as_select())
        .load(c))?)
}

/// The issue of a number within a project, as short ids name it. It may be hidden: look at
/// [`Status::is_visible`], or ask [`find`] for it.
///
/// # Errors
/// When the database fails.
pub fn by_short_number(
    conn: &mut Conn<'_>,
    project: ProjectId,
    short_number: i64,
) -> Result<Option<Issue>> {
    Ok(on!(conn, |c| issue::table
        .filter(issue::project_id.eq(project.0))
        .filter(issue::short_number.eq(short_number))
        .select(Issue::as_select())
        .first(c)
        .optional())?)
}

/// Notes that a user looked at an issue.
///
/// # Errors
/// When the database fails.
pub fn mark_seen(conn: &mut Conn<'_>, id: IssueId, user: UserId, now: Timestamp) -> Result<()> {
    let row = (
        issue_seen::user_id.eq(user.0),
        issue_seen::issue_id.eq(id.0),
        issue_seen::seen_at.eq(now.0),
    );
    on!(conn, |c| diesel::insert_into(issue_seen::table)
        .values(row)
        .on_conflict((issue_seen::user_id, issue_seen::issue_id))
        .do_update()
        .set(issue_seen::seen_at.eq(now.0))
        .execute(c))?;
    Ok(())
}

/// Those of the issues that the user has looked at.
///
/// # Errors
/// When the database fails.
pub fn seen_by(conn: &mut Conn<'_>, ids: &[IssueId], user: UserId) -> Result<Vec<IssueId>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let seen: Vec<i64> = on!(conn, |c| issue_seen::table
        .filter(issue_seen::user_id.eq(user.0))
        .filter(issue_seen::issue_id.eq_any(&ids))
        .select(issue_seen::issue_id)
        .load(c))?;
    Ok(seen.into_iter().map(IssueId).collect())
}
