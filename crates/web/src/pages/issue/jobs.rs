//! Work in the background that concerns an issue: what the page says while it runs.

use serde::Serialize;
use watchfire_event::IssueId;
use watchfire_store::job::{self, Job, JobKind, JobState};
use watchfire_store::{self as store, Conn};

use crate::pages::grouping::job_view;
use crate::{address, number};

/// A job as the page shows it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct JobView {
    /// `Events of merged issues are being moved here: 1,200 of 4,000.`
    text: String,
    /// Its length, of 100.
    percent: i64,
    /// The jobs of the project.
    href: String,
    /// Whether it waits for somebody.
    is_stuck: bool,
}

/// The unfinished jobs of an issue of the project of this slug.
pub(super) fn of_issue(
    conn: &mut Conn<'_>,
    issue: IssueId,
    slug: &str,
) -> store::Result<Vec<JobView>> {
    let jobs = job::of_issue(conn, issue)?;
    Ok(jobs.iter().filter_map(|job| view(job, slug)).collect())
}

fn view(job: &Job, slug: &str) -> Option<JobView> {
    let doing = match (job.kind, job.state) {
        (_, JobState::Done | JobState::Undone) => return None,
        (JobKind::Regroup, JobState::Undoing) => "Events are being moved back",
        (JobKind::Regroup, _) => "Stored events are being grouped anew",
        (JobKind::Merge, _) => "Events of merged issues are being moved",
        (JobKind::Unmerge, _) => "Events are being moved out of a merged issue",
        (JobKind::Delete, _) => "Events of deleted issues are being removed",
        (JobKind::Rescrub, _) => "Stored events are being scrubbed by the current rules",
        (JobKind::DryRun, _) => "A dry run of the scrubbing rules looks at stored events",
        (JobKind::Erase, _) => "All data of one person is being deleted",
    };
    let (done, total) = (job.done.max(0), job.total.max(job.done).max(0));
    let progress = format!("{} of {}", number::exact(done), number::exact(total));
    let text = match job.state {
        JobState::Waiting => format!("{doing} soon; {progress} so far."),
        JobState::Paused => format!("{doing}; paused at {progress}."),
        JobState::Failed => format!(
            "{doing}; stopped at {progress}: {}.",
            job.problem.as_deref().unwrap_or("the log says why")
        ),
        _ => format!("{doing}: {progress}."),
    };
    Some(JobView {
        text,
        percent: if total == 0 {
            0
        } else {
            done.saturating_mul(100) / total
        },
        href: if job_view::is_scrubbing(job) {
            address::scrubbing_job(slug, job.id)
        } else {
            format!("{}#jobs", address::grouping(slug))
        },
        is_stuck: matches!(job.state, JobState::Paused | JobState::Failed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchfire_event::{ProjectId, Timestamp};

    fn job(kind: JobKind, state: JobState) -> Job {
        Job {
            id: 1,
            project_id: ProjectId(1),
            kind,
            state,
            data: "{}".to_owned(),
            cursor: 0,
            done: 1_200,
            total: 4_000,
            moved: 1_200,
            problem: None,
            user_id: None,
            rule_id: None,
            issue_id: Some(IssueId(7)),
            created_at: Timestamp(0),
            changed_at: Timestamp(0),
        }
    }

    #[test]
    fn a_running_job_says_how_far_it_is() {
        let running = view(&job(JobKind::Merge, JobState::Running), "shop").expect("shown");
        assert_eq!(
            running.text,
            "Events of merged issues are being moved: 1,200 of 4,000."
        );
        assert_eq!((running.percent, running.is_stuck), (30, false));
        assert_eq!(view(&job(JobKind::Merge, JobState::Done), "shop"), None);
        let paused = view(&job(JobKind::Regroup, JobState::Paused), "shop").expect("shown");
        assert!(paused.is_stuck && paused.text.contains("paused at 1,200 of 4,000"));
    }
}
