//! A change run over recent events.

use std::collections::HashSet;

use watchfire_event::{EventId, IssueId, ProjectId, Timestamp};

use super::event::{self, Rules, StoredEvent};
use super::plan::{Counted, Kind, Place, Plan};
use super::{PREVIEW_EVENTS_MIN, PREVIEW_ISSUE_EVENTS, owners};
use crate::conn::Conn;
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::project::Project;

/// Recent events with what a change does to each.
pub(super) struct Sample {
    /// In the order of storing.
    pub(super) events: Vec<Sampled>,
    pub(super) plan: Plan,
}

/// One of them.
pub(super) struct Sampled {
    pub(super) row_id: i64,
    pub(super) event_id: EventId,
    pub(super) issue: i64,
    pub(super) timestamp: Timestamp,
    pub(super) is_changed: bool,
    pub(super) title: String,
    /// The number of its kind.
    kind: usize,
}

impl Sample {
    /// Runs the change over the newest events of a project and of the issue in question.
    pub(super) fn take(
        conn: &mut Conn<'_>,
        dictionaries: &Dictionaries,
        project: &Project,
        rules: &Rules,
        focus: Option<IssueId>,
    ) -> Result<Self> {
        let mut stored = event::newest(conn, dictionaries, project.id, PREVIEW_EVENTS_MIN)?;
        if let Some(issue) = focus {
            let seen: HashSet<i64> = stored.iter().map(|event| event.row_id).collect();
            let of_issue =
                event::newest_of_issue(conn, dictionaries, issue.0, PREVIEW_ISSUE_EVENTS)?;
            stored.extend(of_issue.into_iter().filter(|it| !seen.contains(&it.row_id)));
        }
        stored.sort_by_key(|event| event.row_id);
        let mut counted = Counted::default();
        let events = stored
            .iter()
            .filter_map(|event| sampled(event, rules, &mut counted))
            .collect();
        let plan = plan(conn, project.id, &counted, true)?;
        Ok(Self { events, plan })
    }

    /// Where an event of it goes: nothing when it stays.
    pub(super) fn place(&self, event: &Sampled) -> Option<Place> {
        match self.plan.places.get(event.kind)? {
            Place::Stay => None,
            Place::Issue(id) if *id == event.issue => None,
            place => Some(*place),
        }
    }
}

/// Plans what was counted of a project. Groups take issues that do not own their hashes only if
/// `takes_issues`.
pub(super) fn plan(
    conn: &mut Conn<'_>,
    project: ProjectId,
    counted: &Counted,
    takes_issues: bool,
) -> Result<Plan> {
    let owners = owners::of(conn, project, &counted.hashes())?;
    let briefs = owners::briefs(conn, counted.kinds.iter().map(|kind| kind.issue))?;
    let totals = briefs
        .into_iter()
        .map(|(id, brief)| (id, u64::try_from(brief.event_count).unwrap_or(0)))
        .collect();
    Ok(counted.plan(&owners, takes_issues.then_some(&totals)))
}

fn sampled(event: &StoredEvent, rules: &Rules, counted: &mut Counted) -> Option<Sampled> {
    let regrouped = rules.regroup(event)?;
    let is_changed = regrouped.is_changed;
    let title = regrouped.after.title.clone();
    let kind = counted.add(Kind::of(event.issue, regrouped));
    Some(Sampled {
        row_id: event.row_id,
        event_id: event.event_id,
        issue: event.issue,
        timestamp: event.timestamp,
        is_changed,
        title,
        kind,
    })
}
