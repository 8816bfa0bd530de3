//! What a job has to remember.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::identity::Known;
use crate::error::{Error, Result};
use crate::job::Job;

/// The data of a job, stored as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Data {
    pub(super) person: Known,
    /// The numbers under which the person is counted in issues and in sessions; forgotten when the
    /// job is done.
    pub(super) user_hashes: Vec<i64>,
    pub(super) session_hashes: Vec<i64>,
    pub(super) phase: Phase,
    /// How many events were looked at.
    pub(super) looked_at: i64,
    /// How many could not be read.
    pub(super) unreadable: i64,
    /// How many rows of each table were removed.
    pub(super) removed: BTreeMap<String, i64>,
    /// The issues that lost events.
    pub(super) issues: BTreeSet<i64>,
    /// Compression dictionaries that hold what was removed.
    pub(super) dictionaries: Vec<i64>,
    /// What could not be removed, a sentence each.
    pub(super) left: Vec<String>,
}

/// The parts of the job, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Phase {
    /// Stored events, with what belongs to them and was counted of them.
    Events,
    /// What the person said.
    Feedback,
    /// The person among the users of issues whose events have no body.
    Users,
    /// The person among the users of sessions.
    Sessions,
    /// Issues without an event.
    Issues,
    /// The titles of discarded issues.
    Tombstones,
    /// The remembered heads of dropped events.
    Heads,
    /// Compression dictionaries that hold what was removed.
    Dictionaries,
    /// The files of removed attachments.
    Files,
    /// Free space of the database's files.
    Pages,
}

impl Data {
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

    /// Forgets who it was: nobody is known any more.
    pub(super) fn forget_person(&mut self) {
        self.person.forget_key();
        self.forget_hashes();
    }

    /// Forgets under which numbers the person was counted.
    pub(super) fn forget_hashes(&mut self) {
        self.user_hashes.clear();
        self.session_hashes.clear();
    }

    /// Counts removed rows of a table.
    pub(super) fn count(&mut self, table: &str, rows: usize) {
        if rows > 0 {
            let rows = i64::try_from(rows).unwrap_or(i64::MAX);
            *self.removed.entry(table.to_owned()).or_default() += rows;
        }
    }
}

impl Phase {
    /// The phase after this one; nothing after the last.
    pub(super) fn next(self) -> Option<Self> {
        match self {
            Self::Events => Some(Self::Feedback),
            Self::Feedback => Some(Self::Users),
            Self::Users => Some(Self::Sessions),
            Self::Sessions => Some(Self::Issues),
            Self::Issues => Some(Self::Tombstones),
            Self::Tombstones => Some(Self::Heads),
            Self::Heads => Some(Self::Dictionaries),
            Self::Dictionaries => Some(Self::Files),
            Self::Files => Some(Self::Pages),
            Self::Pages => None,
        }
    }
}
