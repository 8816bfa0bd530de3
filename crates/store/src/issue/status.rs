use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::prelude::*;
use diesel::sql_types::SmallInt;
use serde::{Deserialize, Serialize};
use watchfire_event::{IssueId, ProjectId, Timestamp, UserId};

use super::{Issue, get_many};
use crate::activity::{self, ActivityKind};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::project;
use crate::schema::issue;

/// For how long after its first event an issue counts as new: seven days
/// (reference/PRODUCT.md section 1.1).
const NEW_MICROS: i64 = 7 * 24 * 3_600 * 1_000_000;

/// Whether people have to look at an issue. The numbers are Sentry's
/// (reference/PRODUCT.md section 1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromSqlRow)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Needs a look.
    Unresolved,
    /// Fixed.
    Resolved,
    /// Archived.
    Ignored,
    /// Hidden: on its way out, with everything that belongs to it.
    Deleting,
    /// Hidden: merged into another issue; see [`follow`](super::follow).
    Merged,
}

/// Why an issue has its status (reference/PRODUCT.md section 1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromSqlRow)]
#[serde(rename_all = "snake_case")]
pub enum Substatus {
    /// Unresolved, first seen lately.
    New,
    /// Unresolved for longer.
    Ongoing,
    /// Unresolved; was archived and became too frequent.
    Escalating,
    /// Unresolved; was resolved and came back.
    Regressed,
    /// Archived until it becomes too frequent.
    ArchivedUntilEscalating,
    /// Archived until a time or a number of events or users.
    ArchivedUntilConditionMet,
    /// Archived for good.
    ArchivedForever,
}

impl Status {
    /// Those that people see.
    pub const VISIBLE: [Self; 3] = [Self::Unresolved, Self::Resolved, Self::Ignored];

    /// Sentry's number of the status, as stored.
    #[must_use]
    pub fn number(self) -> i16 {
        match self {
            Self::Unresolved => 0,
            Self::Resolved => 1,
            Self::Ignored => 2,
            Self::Deleting => 3,
            Self::Merged => 5,
        }
    }

    /// Whether people see the issue: lists, searches and counts hold no others.
    #[must_use]
    pub fn is_visible(self) -> bool {
        match self {
            Self::Unresolved | Self::Resolved | Self::Ignored => true,
            Self::Deleting | Self::Merged => false,
        }
    }

    /// Sentry's word for the status in addresses and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unresolved => "unresolved",
            Self::Resolved => "resolved",
            Self::Ignored => "ignored",
            Self::Deleting => "pending_deletion",
            Self::Merged => "pending_merge",
        }
    }
}

impl Substatus {
    /// Sentry's number of the substatus, as stored.
    #[must_use]
    pub fn number(self) -> i16 {
        match self {
            Self::ArchivedUntilEscalating => 1,
            Self::Escalating => 2,
            Self::Ongoing => 3,
            Self::ArchivedUntilConditionMet => 4,
            Self::ArchivedForever => 5,
            Self::Regressed => 6,
            Self::New => 7,
        }
    }

    /// Sentry's word for the substatus in addresses and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ongoing => "ongoing",
            Self::Escalating => "escalating",
            Self::Regressed => "regressed",
            Self::ArchivedUntilEscalating => "archived_until_escalating",
            Self::ArchivedUntilConditionMet => "archived_until_condition_met",
            Self::ArchivedForever => "archived_forever",
        }
    }
}

impl<DB: Backend> FromSql<SmallInt, DB> for Status
where
    i16: FromSql<SmallInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        match i16::from_sql(bytes)? {
            0 => Ok(Self::Unresolved),
            1 => Ok(Self::Resolved),
            2 => Ok(Self::Ignored),
            3 => Ok(Self::Deleting),
            5 => Ok(Self::Merged),
            other => Err(format!("{other} is no status").into()),
        }
    }
}

impl<DB: Backend> FromSql<SmallInt, DB> for Substatus
where
    i16: FromSql<SmallInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        match i16::from_sql(bytes)? {
            1 => Ok(Self::ArchivedUntilEscalating),
            2 => Ok(Self::Escalating),
            3 => Ok(Self::Ongoing),
            4 => Ok(Self::ArchivedUntilConditionMet),
            5 => Ok(Self::ArchivedForever),
            6 => Ok(Self::Regressed),
            7 => Ok(Self::New),
            other => Err(format!("{other} is no substatus").into()),
        }
    }
}

/// What a person does to issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is fixed.
    Resolve,
    /// It needs a look again.
    Unresolve,
    /// It needs no look, until or unless the substatus says so. [`Substatus::ArchivedForever`]
    /// and [`Substatus::ArchivedUntilEscalating`] make sense here; others count as the former.
    Archive(Substatus),
}

/// What an issue was before a change, so that it can be undone with [`restore_status`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerStatus {
    /// The issue.
    pub id: IssueId,
    /// Its status before.
    pub status: Status,
    /// Its substatus before.
    pub substatus: Option<Substatus>,
    /// When it had been resolved.
    pub resolved_at: Option<Timestamp>,
}

/// Changes the status of issues and returns what those that changed were before.
///
/// The change is written into their activity. Issues that are so already stay untouched; unknown
/// and hidden ones are left out.
/// `user` is who did it, if anybody is known. Unresolving gives `regressed` to a single resolved
/// issue, else `new` or `ongoing` by age (reference/PRODUCT.md section 1.2).
///
/// # Errors
/// When the database fails.
pub fn change_status(
    conn: &mut Conn<'_>,
    ids: &[IssueId],
    change: Change,
    user: Option<UserId>,
    now: Timestamp,
) -> Result<Vec<FormerStatus>> {
    lock_projects(conn, ids)?;
    let issues = get_many(conn, ids)?;
    let is_single = ids.len() == 1;
    let mut former = Vec::new();
    for issue in issues {
        let (status, substatus) = change.target(&issue, is_single, now);
        let is_so = (issue.status, issue.substatus) == (status, substatus);
        if is_so || !issue.status.is_visible() {
            continue;
        }
        let resolved_at = (status == Status::Resolved).then_some(now);
        set(conn, issue.id, (status, substatus, resolved_at))?;
        note(conn, issue.id, (status, substatus), user, now)?;
        former.push(FormerStatus {
            id: issue.id,
            status: issue.status,
            substatus: issue.substatus,
            resolved_at: issue.resolved_at,
        });
    }
    Ok(former)
}

/// Undoes a [`change_status`] and writes that into the activity.
///
/// # Errors
/// When the database fails.
pub fn restore_status(
    conn: &mut Conn<'_>,
    former: &[FormerStatus],
    user: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    let ids: Vec<IssueId> = former.iter().map(|former| former.id).collect();
    lock_projects(conn, &ids)?;
    for former in former {
        let state = (former.status, former.substatus, former.resolved_at);
        if set(conn, former.id, state)? {
            note(
                conn,
                former.id,
                (former.status, former.substatus),
                user,
                now,
            )?;
        }
    }
    Ok(())
}

impl Change {
    fn target(self, issue: &Issue, is_single: bool, now: Timestamp) -> (Status, Option<Substatus>) {
        match self {
            Self::Resolve => (Status::Resolved, None),
            Self::Archive(substatus) => {
                let substatus = match substatus {
                    Substatus::ArchivedUntilEscalating | Substatus::ArchivedUntilConditionMet => {
                        substatus
                    }
                    _ => Substatus::ArchivedForever,
                };
                (Status::Ignored, Some(substatus))
            }
            Self::Unresolve if issue.status == Status::Unresolved => {
                (Status::Unresolved, issue.substatus)
            }
            Self::Unresolve => {
                let substatus = match issue.status {
                    Status::Resolved if is_single => Substatus::Regressed,
                    _ if issue.first_seen > now.plus_micros(-NEW_MICROS) => Substatus::New,
                    _ => Substatus::Ongoing,
                };
                (Status::Unresolved, Some(substatus))
            }
        }
    }
}

/// Locks the projects of the issues, as everybody does who changes issues.
fn lock_projects(conn: &mut Conn<'_>, ids: &[IssueId]) -> Result<()> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let projects: Vec<i64> = on!(conn, |c| issue::table
        .filter(issue::id.eq_any(&ids))
        .select(issue::project_id)
        .distinct()
        .order(issue::project_id)
        .load(c))?;
    for project in projects {
        project::lock_for_change(conn, ProjectId(project), None)?;
    }
    Ok(())
}

/// Sets the status; `false` when there is no such issue, or it is hidden meanwhile.
fn set(
    conn: &mut Conn<'_>,
    id: IssueId,
    (status, substatus, resolved_at): (Status, Option<Substatus>, Option<Timestamp>),
) -> Result<bool> {
    let count = on!(conn, |c| diesel::update(issue::table.find(id.0))
        .filter(issue::status.eq_any(Status::VISIBLE.map(Status::number)))
        .set((
            issue::status.eq(status.number()),
            issue::substatus.eq(substatus.map(Substatus::number)),
            issue::resolved_at.eq(resolved_at.map(|at| at.0)),
        ))
        .execute(c))?;
    Ok(count > 0)
}

fn note(
    conn: &mut Conn<'_>,
    id: IssueId,
    (status, substatus): (Status, Option<Substatus>),
    user: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    let kind = match status {
        Status::Unresolved => ActivityKind::SetUnresolved,
        Status::Resolved => ActivityKind::SetResolved,
        Status::Ignored => ActivityKind::SetIgnored,
        // Those are no states that a person gives.
        Status::Deleting | Status::Merged => return Ok(()),
    };
    let data = match substatus {
        Some(substatus) => serde_json::json!({ "substatus": substatus.as_str() }),
        None => serde_json::json!({}),
    };
    activity::add(conn, id.0, user, kind, &data.to_string(), now)
}
