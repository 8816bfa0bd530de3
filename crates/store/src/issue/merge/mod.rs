//! Merging issues: the hashes and counters of some move into one, and later events follow the
//! hashes.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use watchfire_event::{IssueId, ProjectId, Timestamp, UserId};

use super::{Issue, format_short_id, get, hidden};
use crate::activity::{self, ActivityKind};
use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::job::{self, JobKind, NewJob};
use crate::project::{self, Project};
use crate::tags::storable_up_to;

mod counters;
mod rows;

pub(crate) use rows::step as merge_step;
pub(super) use rows::{Pending, point_all};

/// So many events follow a merge at once; more follow in a job, a few hundred at a time.
const EVENTS_AT_ONCE_MAX: i64 = 2_000;

/// How much of a reason for a merge is kept, in characters.
pub const WHY_CHARS_MAX: usize = 300;

/// What a merge did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The issue that stays.
    pub target: IssueId,
    /// Those that were merged into it, without those that were in it already.
    pub merged: Vec<IssueId>,
    /// The job that moves the events, when there are too many to move at once.
    pub job: Option<i64>,
}

/// An issue as the activity of a merge or unmerge names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedIssue {
    /// Its number.
    pub id: i64,
    /// Its short id.
    pub short_id: String,
    /// Its title at that time.
    pub title: String,
    /// How many events it had, or took with it.
    pub events: i64,
}

impl MergedIssue {
    pub(super) fn of(issue: &Issue, project: &Project, events: i64) -> Self {
        Self {
            id: issue.id.0,
            short_id: format_short_id(&project.slug, issue.short_number),
            title: issue.title.clone(),
            events,
        }
    }
}

/// Merges issues into one of them.
///
/// Their hashes, totals, hours, users, tags and feedback become the target's at once; the title
/// follows the newest event, the target's status stays, and so do the marks of who has looked at
/// it. The rows of their events follow at once when there are few, else in a job. The others
/// become hidden: [`super::follow`] leads from them to the target, and [`super::unmerge()`] brings
/// them back as they were. The activity of both sides notes it.
///
/// Issues that were merged meanwhile are followed; the target among the others, unknown ones, and
/// those being deleted are left out. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::NotFound`] when there is no such target, [`Error::Refused`] when the issues belong to
/// several projects.
pub fn merge(
    conn: &mut Conn<'_>,
    target: IssueId,
    others: &[IssueId],
    author: Option<UserId>,
    now: Timestamp,
) -> Result<Merge> {
    merge_because(conn, target, others, "", author, now)
}

/// Like [`merge`], with a reason in words for the activity of both sides, of which
/// [`WHY_CHARS_MAX`] characters are kept.
///
/// # Errors
/// As [`merge`].
pub fn merge_because(
    conn: &mut Conn<'_>,
    target: IssueId,
    others: &[IssueId],
    why: &str,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<Merge> {
    let project = get(conn, target)?.ok_or(Error::NotFound)?.project_id;
    project::lock_for_change(conn, project, None)?;
    let project = project::get(conn, project)?.ok_or(Error::NotFound)?;
    let target = super::find(conn, target)?.ok_or(Error::NotFound)?;
    let others = sources(conn, &target, others)?;
    if others.is_empty() {
        return Ok(Merge {
            target: target.id,
            merged: Vec::new(),
            job: None,
        });
    }
    let story = Story {
        project: &project,
        why: &storable_up_to(why.trim(), WHY_CHARS_MAX),
        author,
        now,
    };
    story.tell(conn, &target, &others)?;
    let mut pending = Pending::default();
    for other in &others {
        rows::take_hashes(conn, other, target.id)?;
        counters::merge(conn, other.id, target.id)?;
        hidden::retire(conn, other.id, target.id)?;
        pending.add(conn, other.id)?;
    }
    project::note_hash_change(conn, project.id)?;
    let job = match pending.count > EVENTS_AT_ONCE_MAX {
        true => Some(queue(conn, project.id, &pending, target.id, (author, now))?),
        false => {
            pending.point_all(conn)?;
            None
        }
    };
    Ok(Merge {
        target: target.id,
        merged: others.into_iter().map(|issue| issue.id).collect(),
        job,
    })
}

/// The issues to merge, each once.
fn sources(conn: &mut Conn<'_>, target: &Issue, others: &[IssueId]) -> Result<Vec<Issue>> {
    let mut sources: Vec<Issue> = Vec::with_capacity(others.len());
    for other in others {
        let Some(issue) = super::find(conn, *other)? else {
            continue;
        };
        if issue.project_id != target.project_id {
            return Err(Error::Refused(
                "Only issues of one project can be merged.".to_owned(),
            ));
        }
        if issue.id != target.id && !sources.iter().any(|source| source.id == issue.id) {
            sources.push(issue);
        }
    }
    Ok(sources)
}

fn queue(
    conn: &mut Conn<'_>,
    project: ProjectId,
    pending: &Pending,
    target: IssueId,
    (user, now): (Option<UserId>, Timestamp),
) -> Result<i64> {
    let new = NewJob {
        project,
        kind: JobKind::Merge,
        data: pending.data(),
        total: pending.count,
        user,
        issue: Some(target),
        rule: None,
    };
    job::queue(conn, &new, now)
}

/// Who merges issues, when and why.
struct Story<'s> {
    project: &'s Project,
    why: &'s str,
    author: Option<UserId>,
    now: Timestamp,
}

impl Story<'_> {
    fn tell(&self, conn: &mut Conn<'_>, target: &Issue, others: &[Issue]) -> Result<()> {
        let named = |issue: &Issue| MergedIssue::of(issue, self.project, issue.event_count);
        let merged: Vec<MergedIssue> = others.iter().map(named).collect();
        self.note(conn, target, serde_json::json!({ "issues": merged }))?;
        let into = named(target);
        for other in others {
            self.note(conn, other, serde_json::json!({ "into": into }))?;
        }
        Ok(())
    }

    fn note(&self, conn: &mut Conn<'_>, issue: &Issue, mut data: Value) -> Result<()> {
        if let (Some(fields), false) = (data.as_object_mut(), self.why.is_empty()) {
            fields.insert("why".to_owned(), self.why.into());
        }
        let kind = ActivityKind::Merge;
        let (id, data) = (issue.id.0, data.to_string());
        activity::add(conn, id, self.author, kind, &data, self.now)
    }
}
