//! The scrubbing rules of now, applied to what was stored before.
//!
//! [`queue()`] starts a job over the stored events of a project, an issue or a time. It scrubs each
//! event as ingest does, keeps the remarks of before, stores the body again, and takes what was
//! removed out of everything that was derived from the event: tags, users, titles, releases,
//! environments, feedback, remembered heads. Attachments are scrubbed as well. A dry run is the same job without the writing; both
//! leave a [`Report`] that names paths, rules and counts, never a value.
//!
//! The job follows the documents that were in force when it was asked for. Hashes stay as they are:
//! they are one-way, and an event that kept its text would otherwise leave its issue because of a
//! rule about its looks.

use watchfire_event::{EventId, IssueId, Timestamp};
use watchfire_scrub::PathChange;

mod apply;
mod attachments;
mod data;
mod facts;
mod feedback;
mod finding;
mod hits;
mod issues;
mod lists;
mod names;
mod preview;
mod queue;
mod report;
mod rules;
mod suggest;
mod synthetic;
mod work;

pub use preview::preview;
pub use queue::queue;
pub use report::report;
pub use suggest::suggestions;

pub(crate) use work::work;

/// How many different pairs of path and rule a report names; values beyond them are counted under
/// [`MORE_PATHS`].
pub const FINDINGS_MAX: usize = 1_000;
/// What stands for further paths.
pub const MORE_PATHS: &str = "(more paths)";

/// Which stored events a job scrubs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// All of the project, with everything that is kept beside its events.
    Project,
    /// Those of one issue.
    Issue(IssueId),
    /// Those that happened from a time on and before another.
    Time {
        /// The first moment.
        from: Timestamp,
        /// The moment after the last.
        to: Timestamp,
    },
}

/// What a rule changed, or would change, at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where, as a selector names it; `*` stands for every place of a list. What is no event has
    /// the name of its table in front: `(feedback) contexts.feedback.message`. Of a file the path
    /// tells its kind alone, `(attachment) *.txt`: names may say who somebody is.
    pub path: String,
    /// The id of the rule, as remarks carry it.
    pub rule: String,
    /// How many values.
    pub count: i64,
    /// The first event with such a value.
    pub example: Option<EventId>,
}

/// What a job found so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The job: how far it is, who asked for it and when.
    pub job: crate::job::Job,
    /// What it looks at.
    pub span: Span,
    /// Whether it only says what it would change.
    pub is_dry_run: bool,
    /// The organisation's document that it follows ([`crate::scrubbing::version`]), if there was
    /// one.
    pub organization_version: Option<i64>,
    /// The project's document that it follows, if there was one.
    pub project_version: Option<i64>,
    /// How many events it has looked at.
    pub events: i64,
    /// How many of them it changed, or would change.
    pub changed: i64,
    /// How many could not be read, and stay as they are.
    pub unreadable: i64,
    /// How many files that came with events it has looked at.
    pub files: i64,
    /// How many of them it changed, or would change.
    pub files_changed: i64,
    /// What was changed where, most values first; at most [`FINDINGS_MAX`] and one more.
    pub by: Vec<Finding>,
    /// What it could not remove, a sentence each.
    pub left: Vec<String>,
}

/// What rules would do to recent events.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The events that would change, newest first.
    pub events: Vec<PreviewedEvent>,
    /// How many events were looked at.
    pub looked_at: usize,
    /// Whether time and the number of changes were enough for all of them.
    pub is_complete: bool,
    /// What would change where, most values first.
    pub by: Vec<Finding>,
    /// What looks like a mistake.
    pub warnings: Vec<Warning>,
}

/// An event that rules would change.
#[derive(Clone, Debug)]
pub struct PreviewedEvent {
    /// The event.
    pub event_id: EventId,
    /// Its issue.
    pub issue_id: IssueId,
    /// Its title as it is stored.
    pub title: String,
    /// What would change.
    pub changes: Vec<PathChange>,
}

/// A selector that events offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// The selector.
    pub selector: String,
    /// How many of the events have something there.
    pub events: usize,
    /// A text that stands there; nothing where other values stand.
    pub example: Option<String>,
}

/// Something about rules that their author may not have meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The id of the rule.
    pub rule: String,
    /// Where it applies, as a selector.
    pub selector: String,
    /// What is odd about it.
    pub kind: WarningKind,
}

/// What is odd about a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WarningKind {
    /// It changed nothing in these events, and none of them was changed by it before.
    MatchesNothing,
    /// It took an object or a list away as a whole.
    BlanksContainer {
        /// Where the first one stood.
        path: String,
    },
}
