//! Jobs as pages show them.

use std::collections::HashMap;

use serde::Serialize;
use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_store::issue::{Issue, format_short_id};
use watchfire_store::job::{Job, JobKind, JobState};
use watchfire_store::{self as store, Conn};

use super::form::name_of;
use super::rights::Rights;
use crate::{address, number, people};

/// Jobs that are listed, the newest.
const JOBS_MAX: usize = 20;

/// A job with its progress.
#[derive(Debug, Serialize)]
pub(in crate::pages) struct JobView {
    id: i64,
    what: &'static str,
    state: &'static str,
    /// How the state looks: `good`, `bad`, `attention` or `quiet`.
    tone: &'static str,
    author: Option<String>,
    created_at: Timestamp,
    rule: Option<Link>,
    issue: Option<Link>,
    /// What it found, for the kinds that keep a record.
    record: Option<Link>,
    done: i64,
    /// At least `done` and 1: what the bar is drawn with.
    total: i64,
    percent: String,
    /// `1,200 of 100,000 events, 312 moved`.
    progress: String,
    problem: Option<String>,
    /// Where its buttons are posted to.
    href: String,
    buttons: Vec<Button>,
}

/// A link with few words.
#[derive(Debug, Serialize)]
pub(super) struct Link {
    pub(super) label: String,
    pub(super) href: String,
}

/// What can be done with a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Button {
    value: &'static str,
    label: &'static str,
    hint: &'static str,
}

const PAUSE: Button = Button {
    value: "pause",
    label: "Pause",
    hint: "stop after the step that runs",
};
const RESUME: Button = Button {
    value: "resume",
    label: "Resume",
    hint: "go on where it stopped",
};
const RETRY: Button = Button {
    value: "resume",
    label: "Try again",
    hint: "go on where it failed",
};
const UNDO: Button = Button {
    value: "undo",
    label: "Undo",
    hint: "move the events back and take back the change of the rules",
};

/// The newest of these jobs of the project of this slug. Who may change the project but not the
/// organisation does not see the button that takes rules of all projects back.
pub(in crate::pages) fn views(
    conn: &mut Conn<'_>,
    mut jobs: Vec<Job>,
    slug: &str,
    rights: Rights,
) -> store::Result<Vec<JobView>> {
    jobs.sort_by_key(|job| std::cmp::Reverse(job.id));
    jobs.truncate(JOBS_MAX);
    let names = people::names(conn, jobs.iter().filter_map(|job| job.user_id))?;
    let ids: Vec<IssueId> = jobs.iter().filter_map(|job| job.issue_id).collect();
    let issues = store::issue::get_many(conn, &ids)?;
    let views = jobs.into_iter();
    Ok(views
        .map(|job| {
            // Members see the buttons switched off.
            let hides_undo = rights.project && !rights.may_undo(&job);
            let mut view = view(job, &issues, &names, slug);
            view.buttons.retain(|button| !hides_undo || *button != UNDO);
            view
        })
        .collect())
}

/// Whether any of these jobs is under way, so that its progress is worth asking for.
pub(in crate::pages) fn are_running(jobs: &[Job]) -> bool {
    let is_moving = |job: &Job| {
        matches!(
            job.state,
            JobState::Waiting | JobState::Running | JobState::Undoing
        )
    };
    jobs.iter().any(is_moving)
}

fn view(job: Job, issues: &[Issue], names: &HashMap<UserId, String>, slug: &str) -> JobView {
    let (state, tone) = state_words(job.state);
    let issue = issues
        .iter()
        .find(|issue| Some(issue.id) == job.issue_id)
        .map(|issue| Link {
            label: format_short_id(slug, issue.short_number),
            href: address::issue(slug, issue.id),
        });
    JobView {
        id: job.id,
        what: words(&job),
        state,
        tone,
        author: name_of(names, job.user_id),
        created_at: job.created_at,
        rule: job.rule_id.map(|id| Link {
            label: format!("rule {id}"),
            href: address::grouping_rule(slug, id),
        }),
        issue,
        record: record(&job, slug),
        done: job.done,
        total: job.total.max(job.done).max(1),
        percent: number::share(job.done, job.total.max(job.done).max(1)),
        progress: progress(&job),
        href: address::grouping_job(slug, job.id),
        buttons: buttons(job.kind, job.state),
        problem: job.problem,
    }
}

/// Whether a job is one of scrubbing, which has its own list.
pub(in crate::pages) fn is_scrubbing(job: &Job) -> bool {
    matches!(
        job.kind,
        JobKind::Rescrub | JobKind::DryRun | JobKind::Erase
    )
}

/// The record that a job of scrubbing keeps.
fn record(job: &Job, slug: &str) -> Option<Link> {
    let label = if job.kind == JobKind::Erase {
        "receipt"
    } else {
        "report"
    };
    is_scrubbing(job).then(|| Link {
        label: label.to_owned(),
        href: address::scrubbing_job(slug, job.id),
    })
}

fn words(job: &Job) -> &'static str {
    match job.kind {
        JobKind::Regroup if job.rule_id.is_none() => {
            "Regroup past events by changed texts or another version"
        }
        JobKind::Regroup => "Regroup past events",
        JobKind::Merge => "Merge issues",
        JobKind::Unmerge => "Take issues apart",
        JobKind::Delete => "Delete issues",
        JobKind::Rescrub => "Apply the scrubbing rules to stored events",
        JobKind::DryRun => "Dry run of the scrubbing rules over stored events",
        JobKind::Erase => "Delete all data of one person",
    }
}

fn state_words(state: JobState) -> (&'static str, &'static str) {
    match state {
        JobState::Waiting => ("waiting", "quiet"),
        JobState::Running => ("running", "attention"),
        JobState::Paused => ("paused", "quiet"),
        JobState::Done => ("done", "good"),
        JobState::Failed => ("failed", "bad"),
        JobState::Undoing => ("undoing", "attention"),
        JobState::Undone => ("undone", "quiet"),
    }
}

fn progress(job: &Job) -> String {
    let did = match job.kind {
        JobKind::Delete | JobKind::Erase => "removed",
        JobKind::Rescrub => "changed",
        JobKind::DryRun => "would change",
        JobKind::Regroup | JobKind::Merge | JobKind::Unmerge => "moved",
    };
    format!(
        "{} of {} events, {} {did}",
        number::exact(job.done),
        number::exact(job.total.max(job.done)),
        number::exact(job.moved)
    )
}

/// What can be done with a job in this state. Only regrouping is taken back here: merged issues
/// come apart on their own page, and what was deleted is gone.
fn buttons(kind: JobKind, state: JobState) -> Vec<Button> {
    let mut buttons = match state {
        JobState::Waiting | JobState::Running => vec![PAUSE],
        JobState::Paused => vec![RESUME],
        JobState::Failed => vec![RETRY],
        JobState::Done | JobState::Undoing | JobState::Undone => Vec::new(),
    };
    if may_undo(kind, state) {
        buttons.push(UNDO);
    }
    buttons
}

/// Whether what such a job did can be taken back.
pub(super) fn may_undo(kind: JobKind, state: JobState) -> bool {
    kind == JobKind::Regroup && !matches!(state, JobState::Undoing | JobState::Undone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buttons_are_those_that_make_sense() {
        let values = |kind, state| -> Vec<&str> {
            let buttons = buttons(kind, state);
            buttons.iter().map(|button| button.value).collect()
        };
        let regroup = JobKind::Regroup;
        assert_eq!(values(regroup, JobState::Running), ["pause", "undo"]);
        assert_eq!(values(regroup, JobState::Paused), ["resume", "undo"]);
        assert_eq!(values(regroup, JobState::Failed), ["resume", "undo"]);
        assert_eq!(values(regroup, JobState::Done), ["undo"]);
        assert!(values(regroup, JobState::Undone).is_empty());
        assert!(values(JobKind::Delete, JobState::Done).is_empty());
    }
}
