//! Work in the background on many rows: moving, merging, scrubbing and removing events, in small
//! steps.
//!
//! Jobs are rows. A [`Runner`] of any process takes one by a lease that it renews with every step,
//! so that a job is done once, and goes on where it was when the process that did it is gone. A
//! project's jobs are done one after the other. Each step is a short transaction, and between two
//! steps there is a pause, so that events are stored meanwhile.

use watchfire_event::{IssueId, ProjectId, Timestamp, UserId};

mod control;
mod lease;
mod runner;
mod table;
mod task;
mod work;

pub use control::{is_wide, pause, resume, undo};
pub use runner::{Runner, RunnerOptions, run_steps, run_waiting, run_waiting_with, start};
pub use table::{get, list, of_issue};

pub(crate) use table::{of_change, queue, restart, set_undoing};
pub(crate) use task::{LONG_STEP, Progress, Task, Work};
pub(crate) use work::Broken;

/// How many jobs a list names.
pub const LIST_MAX: i64 = 100;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Moves stored events to where changed rules put them.
    Regroup,
    /// Moves the events of merged issues into one.
    Merge,
    /// Moves the events of some hashes out of an issue.
    Unmerge,
    /// Removes the rows of deleted issues.
    Delete,
    /// Applies the scrubbing rules to stored events.
    Rescrub,
    /// Finds out what [`JobKind::Rescrub`] would change, and changes nothing.
    DryRun,
    /// Removes everything that is stored of one user.
    Erase,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobState {
    /// Nobody has begun.
    Waiting,
    /// Its steps are being done.
    Running,
    /// Somebody stopped it for a while.
    Paused,
    /// Everything is done.
    Done,
    /// It gave up; `problem` says why. [`resume`] tries again.
    Failed,
    /// What it did is being taken back.
    Undoing,
    /// What it did was taken back.
    Undone,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// The project that it works on.
    pub project_id: ProjectId,
    /// What it does.
    pub kind: JobKind,
    /// How far it is.
    pub state: JobState,
    /// What it needs to know, JSON of its own kind.
    pub data: String,
    /// Where its next step begins; what the number means is the kind's own.
    pub cursor: i64,
    /// How many rows it has looked at.
    pub done: i64,
    /// How many there were when it began.
    pub total: i64,
    /// How many of them it moved or removed.
    pub moved: i64,
    /// Why it failed, or what it could not do, in words for people.
    pub problem: Option<String>,
    /// Who asked for it.
    pub user_id: Option<UserId>,
    /// The rule that it is about.
    pub rule_id: Option<i64>,
    /// The issue that it is about.
    pub issue_id: Option<IssueId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last did something.
    pub changed_at: Timestamp,
}

impl JobKind {
    /// The word for it, as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Regroup => "regroup",
            Self::Merge => "merge",
            Self::Unmerge => "unmerge",
            Self::Delete => "delete",
            Self::Rescrub => "rescrub",
            Self::DryRun => "dry_run",
            Self::Erase => "erase",
        }
    }

    /// The kind of a word; only [`JobKind::as_str`]'s are stored.
    fn of(word: &str) -> Self {
        match word {
            "merge" => Self::Merge,
            "unmerge" => Self::Unmerge,
            "delete" => Self::Delete,
            "rescrub" => Self::Rescrub,
            "dry_run" => Self::DryRun,
            "erase" => Self::Erase,
            _ => Self::Regroup,
        }
    }
}

impl JobState {
    /// The word for it, as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }

    /// The state of a word; one that is unknown counts as failed, so that nothing happens.
    fn of(word: &str) -> Self {
        match word {
            "waiting" => Self::Waiting,
            "running" => Self::Running,
            "paused" => Self::Paused,
            "done" => Self::Done,
            "undoing" => Self::Undoing,
            "undone" => Self::Undone,
            _ => Self::Failed,
        }
    }
}

/// A job to queue; the fields are those of [`Job`].
pub(crate) struct NewJob {
    pub(crate) project: ProjectId,
    pub(crate) kind: JobKind,
    pub(crate) data: String,
    pub(crate) total: i64,
    pub(crate) user: Option<UserId>,
    pub(crate) issue: Option<IssueId>,
    pub(crate) rule: Option<i64>,
}

/// What one step of a merge, an unmerge or a deletion did.
pub(crate) struct Step {
    /// Where the next step begins.
    pub(crate) cursor: i64,
    /// How many rows it looked at.
    pub(crate) done: i64,
    /// How many of them it moved or removed.
    pub(crate) moved: i64,
    /// Whether it was the last one.
    pub(crate) is_finished: bool,
}
