//! A change run over recent events.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use watchfire_event::{EventId, IssueId, ProjectId, Timestamp};

use super::event::Rules;
use super::plan::{Counted, Kind, Place, Plan};
use super::{Change, PREVIEW_EVENTS_MIN, PREVIEW_ISSUE_EVENTS, owners};
use crate::conn::Conn;
use crate::dictionary::Dictionaries;
use crate::error::{Error, Result};
use crate::grouping_rules::RuleSet;
use crate::issue;
use crate::project::Project;
use crate::stored::{self, StoredEvent};

/// How long rules may take over the events of a sample; a connection waits meanwhile.
const SAMPLE_TIME_MAX: Duration = Duration::from_secs(5);

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
    /// Runs the change over the newest events of a project and of the issue in question, for at
    /// most [`SAMPLE_TIME_MAX`].
    ///
    /// # Errors
    /// [`Error::Refused`] when that is not enough, if `slow` says so.
    pub(super) fn take(
        conn: &mut Conn<'_>,
        dictionaries: &Dictionaries,
        project: &Project,
        rules: &Rules,
        focus: Option<IssueId>,
        slow: Slow,
    ) -> Result<Self> {
        let mut stored = stored::newest(conn, dictionaries, project.id, PREVIEW_EVENTS_MIN)?;
        if let Some(issue) = focus {
            let seen: HashSet<i64> = stored.iter().map(|event| event.row_id).collect();
            let (id, limit) = (project.id, PREVIEW_ISSUE_EVENTS);
            let of_issue = stored::newest_of_issue(conn, dictionaries, id, issue.0, limit)?;
            stored.extend(of_issue.into_iter().filter(|it| !seen.contains(&it.row_id)));
        }
        stored.sort_by_key(|event| event.row_id);
        let mut counted = Counted::default();
        let mut events = Vec::with_capacity(stored.len());
        try_each(&stored, SAMPLE_TIME_MAX, slow, |event| {
            events.extend(sampled(event, rules, &mut counted));
        })?;
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

/// What happens to a sample when the rules take too long over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slow {
    /// It is refused.
    Refused,
    /// It is what was tried until then.
    Cut,
}

impl Slow {
    /// Rules may have become slow since they were saved, because the events grew: taking them
    /// away is never refused.
    pub(super) fn of(change: &Change) -> Self {
        match change {
            Change::RemoveRule { .. }
            | Change::SwitchRule {
                is_active: false, ..
            } => Self::Cut,
            Change::SetText { text, .. } if text.is_empty() => Self::Cut,
            _ => Self::Refused,
        }
    }
}

/// Does something with each event until the time is up.
fn try_each<T>(events: &[T], time: Duration, slow: Slow, mut work: impl FnMut(&T)) -> Result<()> {
    let began = Instant::now();
    for (tried, event) in events.iter().enumerate() {
        if began.elapsed() <= time {
            work(event);
        } else if slow == Slow::Cut {
            break;
        } else {
            return Err(Error::Refused(format!(
                "The change is too slow: tried {tried} events in {} s; make it simpler.",
                time.as_secs()
            )));
        }
    }
    Ok(())
}

/// The issue that a change was made on.
pub(super) fn issue_of(rules: &RuleSet, change: &Change) -> Option<IssueId> {
    match change {
        Change::AddRule(new) => new.issue_id,
        Change::EditRule { id, .. } | Change::SwitchRule { id, .. } | Change::RemoveRule { id } => {
            let mut all = rules.rules.iter();
            all.find(|rule| rule.id == *id)?.issue_id
        }
        Change::SetText { .. } | Change::SetVersion(_) => None,
    }
}

/// The issue to look at besides the newest events. That which a rule of the organisation was made
/// on may be another project's, or gone since: it is not looked at then.
///
/// # Errors
/// [`Error::NotFound`] when the asked one, or that of a new rule, is not the project's.
pub(super) fn focus(
    conn: &mut Conn<'_>,
    project: &Project,
    rules: &RuleSet,
    change: &Change,
    asked: Option<IssueId>,
) -> Result<Option<IssueId>> {
    let noted = issue_of(rules, change);
    let of_project = |conn: &mut Conn<'_>, id: IssueId| -> Result<bool> {
        let found = issue::get(conn, id)?;
        Ok(found.is_some_and(|issue| issue.project_id == project.id))
    };
    if let (Change::AddRule(_), Some(id)) = (change, noted)
        && !of_project(conn, id)?
    {
        return Err(Error::NotFound);
    }
    let Some(id) = asked else { return Ok(None) };
    if of_project(conn, id)? {
        Ok(asked)
    } else if noted == asked {
        Ok(None)
    } else {
        Err(Error::NotFound)
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Slow, try_each};
    use crate::error::Error;

    #[test]
    fn slow_rules_end_when_the_time_is_up() {
        let run = |time: Duration, slow: Slow| {
            let mut tried = 0;
            let ended = try_each(&[(); 10], time, slow, |()| {
                tried += 1;
                std::thread::sleep(Duration::from_millis(20));
            });
            (tried, ended)
        };
        let (tried, ended) = run(Duration::from_millis(30), Slow::Refused);
        assert!(tried < 10, "tried {tried}");
        let Err(Error::Refused(reason)) = ended else {
            panic!("{ended:?}");
        };
        assert!(reason.contains("too slow"), "{reason}");
        assert!(
            reason.contains(&format!("tried {tried} events")),
            "{reason}"
        );
        let (tried, ended) = run(Duration::from_millis(30), Slow::Cut);
        assert!(tried < 10 && ended.is_ok(), "tried {tried}: {ended:?}");
        let (tried, ended) = run(Duration::from_secs(60), Slow::Refused);
        assert!(tried == 10 && ended.is_ok(), "tried {tried}: {ended:?}");
    }
}
