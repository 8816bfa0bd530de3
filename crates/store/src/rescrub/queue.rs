use diesel::prelude::*;
use watchfire_event::{Timestamp, UserId};

use super::Span;
use super::data::{Data, Phase};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::issue;
use crate::job::{self, JobKind, NewJob};
use crate::project::Project;
use crate::schema::event;
use crate::scrubbing;

/// Starts a job that applies the rules in force to stored events, or only says what that would
/// change, and returns its number ([`super::report()`]).
///
/// Rules that change later change nothing of it. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::NotFound`] when the issue is not the project's; [`Error::Refused`] when the time ends
/// before it begins.
pub fn queue(
    conn: &mut Conn<'_>,
    project: &Project,
    span: &Span,
    is_dry_run: bool,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<i64> {
    let span = match *span {
        Span::Issue(id) => {
            let found = issue::find(conn, id)?.filter(|issue| issue.project_id == project.id);
            Span::Issue(found.ok_or(Error::NotFound)?.id)
        }
        Span::Time { from, to } if from >= to => {
            return Err(Error::Refused(
                "the time must begin before it ends".to_owned(),
            ));
        }
        other => other,
    };
    let total: i64 = on!(conn, |c| event::table
        .filter(event::project_id.eq(project.id.0))
        .count()
        .get_result(c))?;
    let data = Data {
        span: span.into(),
        is_dry_run,
        in_force: scrubbing::in_force(conn, project)?,
        phase: Phase::Events,
        events: 0,
        changed: 0,
        unreadable: 0,
        files: 0,
        files_changed: 0,
        files_left: 0,
        dictionaries: Vec::new(),
        left: Vec::new(),
    };
    let new = NewJob {
        project: project.id,
        kind: match is_dry_run {
            true => JobKind::DryRun,
            false => JobKind::Rescrub,
        },
        data: data.to_json(),
        total,
        user: author,
        issue: match span {
            Span::Issue(id) => Some(id),
            Span::Project | Span::Time { .. } => None,
        },
        rule: None,
    };
    job::queue(conn, &new, now)
}
