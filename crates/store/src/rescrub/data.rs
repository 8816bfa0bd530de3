//! What a job has to remember.

use serde::{Deserialize, Serialize};
use watchfire_event::{IssueId, Timestamp};

use super::Span;
use crate::error::{Error, Result};
use crate::job::Job;
use crate::scrubbing::InForce;

/// The data of a job, stored as JSON. No value of an event is in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Data {
    pub(super) span: SavedSpan,
    pub(super) is_dry_run: bool,
    /// The documents that it follows.
    pub(super) in_force: InForce,
    pub(super) phase: Phase,
    /// How many events were looked at.
    pub(super) events: i64,
    /// How many of them changed.
    pub(super) changed: i64,
    /// How many could not be read.
    pub(super) unreadable: i64,
    /// How many files were looked at.
    #[serde(default)]
    pub(super) files: i64,
    /// How many of them changed.
    #[serde(default)]
    pub(super) files_changed: i64,
    /// How many could not be read.
    #[serde(default)]
    pub(super) files_left: i64,
    /// Compression dictionaries that hold what was removed.
    pub(super) dictionaries: Vec<i64>,
    /// What could not be removed, a sentence each.
    pub(super) left: Vec<String>,
}

/// The parts of the job, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Phase {
    /// Stored events and everything that was counted of them.
    Events,
    /// What people said.
    Feedback,
    /// Files that came with events.
    Attachments,
    /// What issues keep of events that have no body.
    Issues,
    /// Names and titles that a project keeps beside its issues.
    Lists,
    /// The remembered heads of dropped events.
    Heads,
    /// Compression dictionaries that hold removed text.
    Dictionaries,
    /// The bytes of files as they were.
    Files,
    /// Free space of the database's files.
    Pages,
}

/// [`Span`] as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SavedSpan {
    Project,
    Issue(i64),
    Time { from: i64, to: i64 },
}

impl Data {
    /// The data of a job.
    pub(super) fn of(job: &Job) -> Result<Self> {
        serde_json::from_str(&job.data).map_err(|error| {
            tracing::error!(job.id, "the data of a job cannot be read: {error}");
            Error::Refused("the data of the job cannot be read".to_owned())
        })
    }

    pub(super) fn to_json(&self) -> String {
        // Made of texts, numbers and flags, which always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Phase {
    /// The phase after this one; nothing after the last. A dry run only looks at what people sent.
    pub(super) fn next(self, is_dry_run: bool, span: SavedSpan) -> Option<Self> {
        let all = [
            Self::Events,
            Self::Feedback,
            Self::Attachments,
            Self::Issues,
            Self::Lists,
            Self::Heads,
            Self::Dictionaries,
            Self::Files,
            Self::Pages,
        ];
        let is_due = |phase: &Self| match phase {
            Self::Events | Self::Feedback | Self::Attachments => true,
            // What is kept of events without a body has no time of its own.
            Self::Issues => !is_dry_run && !matches!(span, SavedSpan::Time { .. }),
            Self::Lists => !is_dry_run && span == SavedSpan::Project,
            Self::Heads => !matches!(span, SavedSpan::Issue(_)),
            Self::Dictionaries | Self::Files | Self::Pages => !is_dry_run,
        };
        let later = all.into_iter().skip_while(|phase| *phase != self).skip(1);
        later.into_iter().find(is_due)
    }
}

impl SavedSpan {
    /// Whether an event belongs to it; `family` are the rows of the issue, if it is one.
    pub(super) fn holds(self, family: &[i64], issue: i64, timestamp: Timestamp) -> bool {
        match self {
            Self::Project => true,
            Self::Issue(_) => family.contains(&issue),
            Self::Time { from, to } => (from..to).contains(&timestamp.0),
        }
    }
}

impl From<Span> for SavedSpan {
    fn from(span: Span) -> Self {
        match span {
            Span::Project => Self::Project,
            Span::Issue(id) => Self::Issue(id.0),
            Span::Time { from, to } => Self::Time {
                from: from.0,
                to: to.0,
            },
        }
    }
}

impl From<SavedSpan> for Span {
    fn from(span: SavedSpan) -> Self {
        match span {
            SavedSpan::Project => Self::Project,
            SavedSpan::Issue(id) => Self::Issue(IssueId(id)),
            SavedSpan::Time { from, to } => Self::Time {
                from: Timestamp(from),
                to: Timestamp(to),
            },
        }
    }
}
