//! A rule run over events that are stored, and over the remembered heads of dropped ones.

use watchfire_event::{EventId, IssueId, ProjectId, Timestamp};

mod hidden;
mod looked;
mod run;

pub use hidden::Hidden;
pub use run::try_rule;

/// How many stored events, and how many remembered heads, a rule is tried on.
pub const TRIAL_EVENTS_MAX: usize = 1_000;
/// How many matching events are named of each issue or title.
pub const EXAMPLES_MAX: usize = 3;
/// How many issues and how many titles are listed; the numbers are those of all.
pub const GROUPS_MAX: usize = 50;

/// What a rule would match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// Of stored events.
    pub events: Tally,
    /// Of the remembered heads of dropped events.
    pub heads: Tally,
    /// When the oldest stored event that was looked at happened.
    pub oldest: Option<Timestamp>,
    /// The issues of events that match, or no longer do, most of them first, at most
    /// [`GROUPS_MAX`].
    pub issues: Vec<TriedIssue>,
    /// How many further issues are not listed.
    pub issues_left_out: usize,
    /// How many issues there are of which an event was looked at.
    pub issues_looked_at: usize,
    /// How many of them have an event that matches.
    pub issues_matched: usize,
    /// The titles of matching heads, most of them first, at most [`GROUPS_MAX`].
    pub titles: Vec<TriedTitle>,
    /// Fields that the rule tests and that were scrubbed in events that were looked at, so that it
    /// may match more than is seen here: it sees events before they are scrubbed.
    pub hidden: Vec<Hidden>,
    /// Whether the time was up before all were looked at.
    pub is_cut: bool,
}

/// How many events a rule looked at and what it did to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All.
    pub looked_at: usize,
    /// Those that match.
    pub matched: usize,
    /// Those that match and did not match the rule as it was before.
    pub newly: usize,
    /// Those that do not match and did before.
    pub no_longer: usize,
}

/// An issue of which events match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriedIssue {
    /// The project that has it.
    pub project_id: ProjectId,
    /// Its number.
    pub id: IssueId,
    /// Its number in its project.
    pub short_number: i64,
    /// Its title.
    pub title: String,
    /// What the rule does to its events.
    pub tally: Tally,
    /// The newest events that match, or no longer do where none does.
    pub examples: Vec<TriedEvent>,
}

/// Dropped events of one title that match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriedTitle {
    /// The title that their issue would have had.
    pub title: String,
    /// Why the newest of them was dropped: the reason of its outcome.
    pub reason: String,
    /// What the rule does to them.
    pub tally: Tally,
}

/// An event that a trial names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriedEvent {
    /// Its id.
    pub event_id: EventId,
    /// When it happened.
    pub timestamp: Timestamp,
}

impl Tally {
    /// Whether the rule does anything to an event, or did before.
    #[must_use]
    pub fn is_touched(self) -> bool {
        self.matched > 0 || self.no_longer > 0
    }

    fn add(&mut self, is_matched: bool, was_matched: Option<bool>) {
        self.looked_at += 1;
        self.matched += usize::from(is_matched);
        if let Some(was_matched) = was_matched {
            self.newly += usize::from(is_matched && !was_matched);
            self.no_longer += usize::from(was_matched && !is_matched);
        }
    }
}
