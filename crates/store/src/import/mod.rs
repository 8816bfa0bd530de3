//! Issues that are brought over from another error tracker, Sentry.
//!
//! An imported issue keeps the hashes that Sentry gave it, so that the next event of it joins it:
//! [`begin`] makes the project look Sentry's hashes up. What Sentry said of an issue is
//! remembered, so that a second import adds only what changed there and never takes back what
//! people did here. Numbers add up: the issue's own events come on top of the imported ones.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use watchfire_event::{IssueId, Level, ProjectId, Timestamp};
use watchfire_grouping::SentryHash;

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::issue::{Status, Substatus};
use crate::schema::{imported_issue, project};

mod existing;
mod link;
mod save;

pub use existing::{EXISTING_ISSUES_MAX, Existing};
pub use save::add;

/// An issue as Sentry describes it. Texts are cut to what columns of issues hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedIssue {
    /// Its id at its source; the same id is the same issue in a later import.
    pub external_id: String,
    /// Its short id there, for example `SHOP-1A`.
    pub short_id: Option<String>,
    /// Its page there.
    pub permalink: Option<String>,
    /// One line, for example `KeyError: 'a'`.
    pub title: String,
    /// Where it happened.
    pub culprit: String,
    /// The exception's type; empty where there is none.
    pub kind: String,
    /// The exception's value or the message; empty where there is none.
    pub value: String,
    /// The file of the crash frame; empty where there is none.
    pub filename: String,
    /// The function of the crash frame; empty where there is none.
    pub function: String,
    /// The logger.
    pub logger: Option<String>,
    /// The platform, for example `python`.
    pub platform: Option<String>,
    /// The level.
    pub level: Level,
    /// Whether people have to look at it.
    pub status: Status,
    /// Why it has its status; resolved issues have none.
    pub substatus: Option<Substatus>,
    /// What the status depends on, JSON in Sentry's words; it goes into the note.
    pub status_details: Option<String>,
    /// Whether any of its events was an exception that nobody caught.
    pub is_unhandled: bool,
    /// When its earliest event happened.
    pub first_seen: Timestamp,
    /// When its latest event happened.
    pub last_seen: Timestamp,
    /// How many events it has had.
    pub event_count: i64,
    /// How many users they hit.
    pub user_count: i64,
    /// The release of its first event.
    pub first_release: Option<String>,
    /// The release of its latest event.
    pub last_release: Option<String>,
    /// The hashes that make an event belong to it.
    pub hashes: Vec<SentryHash>,
}

/// What became of an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is a new issue here.
    Created,
    /// It became part of an issue that had events of its hashes already.
    Joined,
    /// It was here; what changed at its source was taken over.
    Updated,
    /// It was here, and nothing changed.
    Unchanged,
    /// All its hashes are discarded here, so it was left out.
    Discarded,
}

/// What became of an issue and of its hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// What became of it.
    pub outcome: Outcome,
    /// Which issue it is here; nothing for a discarded one.
    pub issue: Option<IssueId>,
    /// How many hashes lead to it now that did not before.
    pub hashes_added: usize,
    /// How many of its hashes belong to another issue here, or are discarded; they stay.
    pub hashes_elsewhere: usize,
}

/// What the source said when an issue was last imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    event_count: i64,
    user_count: i64,
    last_seen: Timestamp,
    status: Status,
    substatus: Option<Substatus>,
    /// Whether its hashes were known.
    has_hashes: bool,
}

impl Last {
    pub(super) fn of(issue: &ImportedIssue) -> Self {
        Self {
            event_count: issue.event_count,
            user_count: issue.user_count,
            last_seen: issue.last_seen,
            status: issue.status,
            substatus: issue.substatus,
            has_hashes: !issue.hashes.is_empty(),
        }
    }

    /// Whether the source says of an issue, whose hashes nobody has asked for, the same as before.
    #[must_use]
    pub fn is_same(&self, issue: &ImportedIssue) -> bool {
        let now = Self {
            has_hashes: true,
            ..Self::of(issue)
        };
        *self == now
    }
}

/// Makes a project look up Sentry's hashes from now on. Running servers notice within
/// [`crate::import::NOTICED_SECONDS`]. Returns whether they did not before.
///
/// # Errors
/// When the database fails.
pub fn begin(conn: &mut Conn<'_>, id: ProjectId) -> Result<bool> {
    let changed = on!(conn, |c| diesel::update(project::table.find(id.0))
        .filter(project::knows_sentry.eq(false))
        .set(project::knows_sentry.eq(true))
        .execute(c))?;
    Ok(changed > 0)
}

/// How long a running server may remember a project's settings.
pub const NOTICED_SECONDS: u64 = 6;

/// What was said last of those issues of a source that were imported into a project before.
///
/// # Errors
/// When the database fails.
pub fn last(
    conn: &mut Conn<'_>,
    project: ProjectId,
    external_ids: &[&str],
) -> Result<HashMap<String, Last>> {
    let rows: Vec<(String, String)> = on!(conn, |c| imported_issue::table
        .filter(imported_issue::project_id.eq(project.0))
        .filter(imported_issue::external_id.eq_any(external_ids))
        .select((imported_issue::external_id, imported_issue::data))
        .load(c))?;
    let read = |(id, data): (String, String)| Some((id, serde_json::from_str(&data).ok()?));
    Ok(rows.into_iter().filter_map(read).collect())
}
