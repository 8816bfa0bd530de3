//! What happened to an issue, by people or by itself.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::prelude::*;
use diesel::sql_types::SmallInt;
use serde::{Deserialize, Serialize};
use watchfire_event::{IssueId, Timestamp, UserId};

use crate::column::{MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::activity;

/// What happened. The numbers are Sentry's (reference/PRODUCT.md section 1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromSqlRow)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Somebody resolved it.
    SetResolved,
    /// Somebody reopened it.
    SetUnresolved,
    /// Somebody archived it.
    SetIgnored,
    /// It was resolved and came back.
    SetRegression,
    /// Its first event came.
    FirstSeen,
    /// Somebody wrote something about it; `{"text"}`.
    Note,
    /// Issues were merged. On the one that stays `{"issues": […]}`, on each of the others
    /// `{"into": …}` (see [`MergedIssue`](crate::issue::MergedIssue)); on both `"why"`, if that
    /// was said.
    Merge,
    /// Hashes left it, to the issues in `{"issues": […]}`.
    UnmergeSource,
    /// Hashes came to it from the issue in `{"from": …}`.
    UnmergeDestination,
    /// Rules moved events in or out of it. The number is ours.
    Regrouped,
}

impl ActivityKind {
    /// Sentry's number of the kind, as stored.
    #[must_use]
    pub fn number(self) -> i16 {
        match self {
            Self::SetResolved => 1,
            Self::SetUnresolved => 2,
            Self::SetIgnored => 3,
            Self::SetRegression => 6,
            Self::Note => 8,
            Self::FirstSeen => 9,
            Self::Merge => 14,
            Self::UnmergeSource => 19,
            Self::UnmergeDestination => 20,
            Self::Regrouped => 100,
        }
    }

    /// Sentry's word for the kind in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SetResolved => "set_resolved",
            Self::SetUnresolved => "set_unresolved",
            Self::SetIgnored => "set_ignored",
            Self::SetRegression => "set_regression",
            Self::Note => "note",
            Self::FirstSeen => "first_seen",
            Self::Merge => "merge",
            Self::UnmergeSource => "unmerge_source",
            Self::UnmergeDestination => "unmerge_destination",
            Self::Regrouped => "regrouped",
        }
    }
}

impl<DB: Backend> FromSql<SmallInt, DB> for ActivityKind
where
    i16: FromSql<SmallInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        match i16::from_sql(bytes)? {
            1 => Ok(Self::SetResolved),
            2 => Ok(Self::SetUnresolved),
            3 => Ok(Self::SetIgnored),
            6 => Ok(Self::SetRegression),
            8 => Ok(Self::Note),
            9 => Ok(Self::FirstSeen),
            14 => Ok(Self::Merge),
            19 => Ok(Self::UnmergeSource),
            20 => Ok(Self::UnmergeDestination),
            100 => Ok(Self::Regrouped),
            other => Err(format!("{other} is no kind of activity").into()),
        }
    }
}

/// One thing that happened to an issue.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = activity)]
pub struct Activity {
    /// Its number in the order of happening.
    pub id: i64,
    /// The issue.
    #[diesel(deserialize_as = Number)]
    pub issue_id: IssueId,
    /// Who did it; nobody when it happened by itself.
    #[diesel(deserialize_as = MaybeNumber)]
    pub user_id: Option<UserId>,
    /// What happened.
    pub kind: ActivityKind,
    /// More about it, a JSON object.
    pub data: String,
    /// When.
    #[diesel(deserialize_as = Number)]
    pub created_at: Timestamp,
}

/// The `limit` latest things that happened to an issue, latest first.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut Conn<'_>, issue: IssueId, limit: i64) -> Result<Vec<Activity>> {
    Ok(on!(conn, |c| activity::table
        .filter(activity::issue_id.eq(issue.0))
        .order(activity::id.desc())
        .limit(limit)
        .select(Activity::as_select())
        .load(c))?)
}

/// Notes something that happened to an issue. `data` is a JSON object.
pub(crate) fn add(
    conn: &mut Conn<'_>,
    issue: i64,
    user: Option<UserId>,
    kind: ActivityKind,
    data: &str,
    now: Timestamp,
) -> Result<()> {
    let row = (
        activity::issue_id.eq(issue),
        activity::user_id.eq(user.map(|user| user.0)),
        activity::kind.eq(kind.number()),
        activity::data.eq(data),
        activity::created_at.eq(now.0),
    );
    on!(conn, |c| diesel::insert_into(activity::table)
        .values(row)
        .execute(c))?;
    Ok(())
}
