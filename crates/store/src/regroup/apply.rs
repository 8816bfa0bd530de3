//! Saves a change.

use std::collections::BTreeMap;

use diesel::RunQueryDsl;
use serde_json::json;
use watchfire_event::{IssueId, ProjectId, Timestamp, UserId};
use watchfire_grouping::{Grouper, Settings};

use super::data::{Back, Data};
use super::event::Rules;
use super::plan::{Place, Plan};
use super::sample::{self, Sample, Slow};
use super::{Applied, Change, Target, hashes, owners, preview, rules};
use crate::activity::{self, ActivityKind};
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::grouping_rules::{RuleSet, Scope};
use crate::issue;
use crate::job::{self, JobKind, NewJob};
use crate::project::{self, Project};
use crate::sql::Sql;
use crate::stored;

/// In how many issues a change is noted, those with most events first.
const NOTED_ISSUES_MAX: usize = 50;
/// How much of a rule's text is noted there.
const NOTED_CHARS_MAX: usize = 200;

/// Saves a change. Nothing is written when everything is so already.
///
/// The new hashes of recent events go to the issues that [`super::preview()`] named, so that later
/// events land there; with `past` a job is queued that moves the stored events too. A change of
/// the organisation's rules does so in each of its projects, in the background in all but this
/// one. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`crate::Error::NotFound`] as [`super::preview()`]; [`crate::Error::Refused`] when a text is too
/// long, there are too many rules, or they are too slow.
pub fn apply(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: &Project,
    change: &Change,
    author: Option<UserId>,
    now: Timestamp,
    past: bool,
) -> Result<Applied> {
    project::lock_for_change(conn, project.id, None)?;
    let before = RuleSet::read(conn, project, now)?;
    let after = rules::changed(&before, project, change, now)?;
    let issue = sample::issue_of(&before, change);
    let focus = sample::focus(conn, project, &before, change, issue)?;
    let rule_id = rules::save(conn, &before, project, change, author, now)?;
    let (old, new) = (before.settings(), after.settings());
    if old == new {
        return Ok(Applied {
            rule_id,
            job_id: None,
        });
    }
    let back = back(&before, project, change, rule_id);
    let is_wide = matches!(rules::scope(&before, change), Some(Scope::Organization(_)));
    let both = Rules {
        before: Grouper::new(&old),
        after: Grouper::new(&new),
    };
    let slow = Slow::of(change);
    let sample = Sample::take(conn, dictionaries, project, &both, focus, slow)?;
    let queue = Queue {
        back,
        is_wide,
        author,
        rule_id,
        issue,
        now,
    };
    let job_id = match past {
        true => Some(queue.project(conn, project.id, &old, &new, past)?),
        false => None,
    };
    seed(conn, project.id, &sample.plan, job_id, now)?;
    note(conn, &sample, &queue, change, job_id)?;
    if is_wide {
        queue.others(conn, project, change, &before, past)?;
    }
    Ok(Applied { rule_id, job_id })
}

/// Gives the new hashes of a plan to the issues that exist; new issues are made by the first
/// event that comes. Issues that were deleted since the plan was made get none.
pub(super) fn seed(
    conn: &mut Conn<'_>,
    project: ProjectId,
    plan: &Plan,
    job: Option<i64>,
    now: Timestamp,
) -> Result<()> {
    for (hash, place) in &plan.hashes {
        let Place::Issue(id) = place else { continue };
        let Some(id) = receiving(conn, *id)? else {
            continue;
        };
        if owners::link(conn, project, &hash.0, id, now)?
            && let Some(job) = job
        {
            hashes::note_link(conn, job, &hash.0, id)?;
        }
    }
    Ok(())
}

/// The issue that events for this one go to: itself, while people see it or when a rule emptied it
/// and left it hashes, for then its next event brings it back; else where people merged it.
fn receiving(conn: &mut Conn<'_>, id: i64) -> Result<Option<i64>> {
    if hashes::has_any(conn, id)? {
        return Ok(Some(id));
    }
    let found = issue::find(conn, IssueId(id))?;
    Ok(found.map(|issue| issue.id.0))
}

/// What jobs of a change have in common.
struct Queue {
    back: Back,
    is_wide: bool,
    author: Option<UserId>,
    rule_id: Option<i64>,
    issue: Option<IssueId>,
    now: Timestamp,
}

impl Queue {
    fn project(
        &self,
        conn: &mut Conn<'_>,
        project: ProjectId,
        before: &Settings,
        after: &Settings,
        moves_past: bool,
    ) -> Result<i64> {
        let data = Data {
            before: before.clone().into(),
            after: after.clone().into(),
            back: self.back.clone(),
            is_wide: self.is_wide,
            newest_row: stored::newest_row(conn, project)?,
            moves_past,
            led: Vec::new(),
            undo: None,
        };
        let new = NewJob {
            project,
            kind: JobKind::Regroup,
            data: data.to_json(),
            total: match moves_past {
                true => event_count(conn, project)?,
                false => 0,
            },
            user: self.author,
            issue: self.issue,
            rule: self.rule_id,
        };
        job::queue(conn, &new, self.now)
    }

    /// Queues the change in the other projects of the organisation.
    fn others(
        &self,
        conn: &mut Conn<'_>,
        project: &Project,
        change: &Change,
        of_first: &RuleSet,
        past: bool,
    ) -> Result<()> {
        for other in project::list(conn, project.organization_id)? {
            if other.id == project.id {
                continue;
            }
            let after = RuleSet::read(conn, &other, self.now)?;
            let before = of_first.organization_part(&after);
            if before.settings() != after.settings() {
                let (old, new) = (before.settings(), after.settings());
                tracing::debug!(
                    project.id = other.id.0,
                    "a change of the organisation: {change:?}"
                );
                self.project(conn, other.id, &old, &new, past)?;
            }
        }
        Ok(())
    }
}

fn back(rules: &RuleSet, project: &Project, change: &Change, rule_id: Option<i64>) -> Back {
    let rule = |id: i64| rules.rules.iter().find(move |rule| rule.id == id);
    match change {
        Change::AddRule(_) => Back::Switch {
            id: rule_id.unwrap_or_default(),
            is_active: false,
        },
        Change::EditRule { id, text } => Back::Edit {
            id: *id,
            text: rule(*id).map(|rule| rule.text.clone()).unwrap_or_default(),
            made: text.clone(),
        },
        Change::SwitchRule { id, is_active } => Back::Switch {
            id: *id,
            is_active: !is_active,
        },
        Change::RemoveRule { id } => Back::Restore {
            id: *id,
            is_active: rule(*id).is_some_and(|rule| rule.is_active),
        },
        Change::SetText { scope, kind, text } => Back::Text {
            organization: project.organization_id.0,
            project: match scope {
                Scope::Project(id) => Some(id.0),
                Scope::Organization(_) => None,
            },
            kind: *kind,
            text: rules::text_of(rules, *scope, *kind).to_owned(),
            made: text.clone(),
        },
        Change::SetVersion(version) => Back::Version {
            version: rules.version.version,
            older: rules.version.older.map(|(older, until)| (older, until.0)),
            made: *version,
        },
    }
}

/// Notes the change in the issues that it concerns.
fn note(
    conn: &mut Conn<'_>,
    sample: &Sample,
    queue: &Queue,
    change: &Change,
    job_id: Option<i64>,
) -> Result<()> {
    let mut events: BTreeMap<IssueId, usize> = BTreeMap::new();
    for moving in preview::moves(conn, sample)? {
        *events.entry(moving.from.id).or_default() += moving.events;
        if let Target::Issue(to) = moving.to {
            *events.entry(to.id).or_default() += moving.events;
        }
    }
    events.extend(
        queue
            .issue
            .filter(|id| !events.contains_key(id))
            .map(|id| (id, 0)),
    );
    let mut noted: Vec<(IssueId, usize)> = events.into_iter().collect();
    noted.sort_by_key(|(id, count)| (Some(*id) != queue.issue, std::cmp::Reverse(*count)));
    for (issue, count) in noted.into_iter().take(NOTED_ISSUES_MAX) {
        let text: String = change.words().chars().take(NOTED_CHARS_MAX).collect();
        let data = json!({
            "direction": "rule",
            "rule_id": queue.rule_id,
            "job_id": job_id,
            "action": change.action(),
            "text": text,
            "events": count,
        });
        let kind = ActivityKind::Regrouped;
        activity::add(
            conn,
            issue.0,
            queue.author,
            kind,
            &data.to_string(),
            queue.now,
        )?;
    }
    Ok(())
}

/// How many events a project's issues have together.
fn event_count(conn: &mut Conn<'_>, project: ProjectId) -> Result<i64> {
    let mut sum: Sql<diesel::sql_types::BigInt> =
        Sql::new("SELECT CAST(COALESCE(SUM(event_count), 0) AS BIGINT) FROM issue WHERE ");
    sum.push("project_id = ").number(project.0);
    Ok(on!(conn, |c| sum.get_result(c))?)
}
