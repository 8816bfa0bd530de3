//! What people said about the program, about an error or by itself.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::prelude::*;
use diesel::sql_types::SmallInt;
use watchfire_event::{EventId, IssueId, ProjectId, Timestamp};

use crate::column::{EventIdBytes, MaybeEventIdBytes, MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::cursor::Cursor;
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::schema::feedback;

mod link;
mod new;
mod save;

pub use link::{count_of_issue, of_issue};
pub(crate) use link::{issue_of, link_unlinked};
pub use new::NewFeedback;
pub(crate) use save::{insert, overwrite, rewrite};

/// The largest page of feedback. A caller who asks for one more than it shows knows whether there
/// is more.
pub const LIMIT_MAX: usize = 101;

/// How a message came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromSqlRow)]
pub enum Source {
    /// A `feedback` item, from the widget or the SDK's own function.
    Widget,
    /// A `user_report` item of an older SDK.
    Report,
    /// The dialog on an error page.
    Dialog,
}

impl Source {
    pub(crate) fn number(self) -> i16 {
        match self {
            Self::Widget => 0,
            Self::Report => 1,
            Self::Dialog => 2,
        }
    }
}

impl<DB: Backend> FromSql<SmallInt, DB> for Source
where
    i16: FromSql<SmallInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        match i16::from_sql(bytes)? {
            0 => Ok(Self::Widget),
            1 => Ok(Self::Report),
            2 => Ok(Self::Dialog),
            other => Err(format!("{other} is no source of feedback").into()),
        }
    }
}

/// A message of a person. All of its texts are hostile; they have been scrubbed.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = feedback)]
pub struct Feedback {
    /// Its number.
    pub id: i64,
    /// The project that it was sent to.
    #[diesel(deserialize_as = Number)]
    pub project_id: ProjectId,
    /// Its own id, unique in its project; its attachments carry it as their event's.
    #[diesel(deserialize_as = EventIdBytes)]
    pub feedback_id: EventId,
    /// The event that it is about, if any; it may not be there.
    #[diesel(deserialize_as = MaybeEventIdBytes)]
    pub event_id: Option<EventId>,
    /// The issue of that event, if it is there.
    #[diesel(deserialize_as = MaybeNumber)]
    pub issue_id: Option<IssueId>,
    /// How it came in.
    pub source: Source,
    /// Who wrote it; may be empty.
    pub name: String,
    /// Their address; may be empty.
    pub email: String,
    /// What they wrote.
    pub message: String,
    /// The page that they wrote it on; may be empty.
    pub url: String,
    /// The recording that it goes with.
    pub replay_id: Option<String>,
    /// The environment.
    pub environment: Option<String>,
    /// The release.
    pub release: Option<String>,
    /// When it was written.
    #[diesel(deserialize_as = Number)]
    pub created_at: Timestamp,
    /// Whether somebody has dealt with it.
    pub is_resolved: bool,
}

/// The feedback of some projects, newest first; with `status`, resolved or open ones alone.
///
/// The cursor holds [`Feedback::created_at`] and [`Feedback::id`] of the row that the page follows,
/// or that it ends before if it points back. At most `limit` rows, which is at most [`LIMIT_MAX`].
///
/// # Errors
/// When the database fails.
pub fn list(
    conn: &mut Conn<'_>,
    projects: &[ProjectId],
    status: Option<bool>,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Vec<Feedback>> {
    let projects: Vec<i64> = projects.iter().map(|id| id.0).collect();
    let is_previous = cursor.is_some_and(|cursor| cursor.is_previous);
    let mut found: Vec<Feedback> = on!(conn, |c| {
        let mut query = feedback::table
            .filter(feedback::project_id.eq_any(&projects))
            .select(Feedback::as_select())
            .limit(page(limit))
            .into_boxed();
        if let Some(is_resolved) = status {
            query = query.filter(feedback::is_resolved.eq(is_resolved));
        }
        let newest_first = (feedback::created_at.desc(), feedback::id.desc());
        match cursor {
            None => query.order(newest_first),
            Some(at) if at.is_previous => {
                let same = feedback::created_at
                    .eq(at.value)
                    .and(feedback::id.gt(at.id));
                query
                    .filter(feedback::created_at.gt(at.value).or(same))
                    .order((feedback::created_at.asc(), feedback::id.asc()))
            }
            Some(at) => {
                let same = feedback::created_at
                    .eq(at.value)
                    .and(feedback::id.lt(at.id));
                query
                    .filter(feedback::created_at.lt(at.value).or(same))
                    .order(newest_first)
            }
        }
        .load(c)
    })?;
    if is_previous {
        found.reverse();
    }
    link::fill_in(conn, found)
}

/// The feedback about an event, newest first; at most [`LIMIT_MAX`].
///
/// # Errors
/// When the database fails.
pub fn of_event(
    conn: &mut Conn<'_>,
    project: ProjectId,
    event_id: EventId,
) -> Result<Vec<Feedback>> {
    let found: Vec<Feedback> = on!(conn, |c| feedback::table
        .filter(feedback::project_id.eq(project.0))
        .filter(feedback::event_id.eq(event_id.as_bytes().as_slice()))
        .order((feedback::created_at.desc(), feedback::id.desc()))
        .limit(page(LIMIT_MAX))
        .select(Feedback::as_select())
        .load(c))?;
    link::fill_in(conn, found)
}

/// The feedback of a number.
///
/// # Errors
/// When the database fails.
pub fn get(conn: &mut Conn<'_>, id: i64) -> Result<Option<Feedback>> {
    let found: Option<Feedback> = on!(conn, |c| feedback::table
        .find(id)
        .select(Feedback::as_select())
        .first(c)
        .optional())?;
    Ok(link::fill_in(conn, found.into_iter().collect())?.pop())
}

/// The whole event that the feedback came as: JSON text with its `_meta`. Nothing when the project
/// has no such feedback. Take `dictionaries` from [`crate::Database::dictionaries`].
///
/// # Errors
/// When the database fails or the body cannot be read.
pub fn body(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: ProjectId,
    feedback_id: EventId,
) -> Result<Option<String>> {
    let row: Option<(Vec<u8>, i64)> = on!(conn, |c| feedback::table
        .filter(feedback::project_id.eq(project.0))
        .filter(feedback::feedback_id.eq(feedback_id.as_bytes().as_slice()))
        .select((feedback::body, feedback::dictionary_id))
        .first(c)
        .optional())?;
    let Some((bytes, dictionary_id)) = row else {
        return Ok(None);
    };
    let body = dictionaries.decompress(conn, &bytes, dictionary_id)?;
    Ok(Some(String::from_utf8_lossy(&body).into_owned()))
}

/// Marks feedback of a project as dealt with or as open; `false` when the project has none of that
/// number.
///
/// # Errors
/// When the database fails.
pub fn set_resolved(
    conn: &mut Conn<'_>,
    project: ProjectId,
    id: i64,
    is_resolved: bool,
) -> Result<bool> {
    let count = on!(conn, |c| diesel::update(feedback::table.find(id))
        .filter(feedback::project_id.eq(project.0))
        .set(feedback::is_resolved.eq(is_resolved))
        .execute(c))?;
    Ok(count > 0)
}

/// The page's length as the database takes it.
fn page(limit: usize) -> i64 {
    i64::try_from(limit.clamp(1, LIMIT_MAX)).unwrap_or(1)
}
