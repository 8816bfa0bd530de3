use watchfire_event::{EventId, IssueId, Timestamp};
use watchfire_grouping::{RuleKind, RuleProblem, Version};

use crate::grouping_rules::{NewRule, Scope};

/// How many of a project's newest events a preview looks at.
pub const PREVIEW_EVENTS_MIN: usize = 1_000;
/// How many of the newest events of the issue in question it looks at besides.
pub const PREVIEW_ISSUE_EVENTS: usize = 1_000;
/// How many examples a move shows.
pub const EXAMPLES_MAX: usize = 3;

/// A change of a project's grouping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new single rule.
    AddRule(NewRule),
    /// Another text for a rule.
    EditRule {
        /// The rule.
        id: i64,
        /// Its new text.
        text: String,
    },
    /// A rule is switched on or off.
    SwitchRule {
        /// The rule.
        id: i64,
        /// Whether it is to be on.
        is_active: bool,
    },
    /// A rule is taken away; its history stays.
    RemoveRule {
        /// The rule.
        id: i64,
    },
    /// Another text of rules; an empty one takes them away.
    SetText {
        /// Whose text.
        scope: Scope,
        /// Which grammar.
        kind: RuleKind,
        /// The text.
        text: String,
    },
    /// Another version of the algorithm.
    SetVersion(Version),
}

impl Change {
    /// What is done, in a word: a rule's action, `edit`, `switch_on`, `switch_off`, `remove`,
    /// `text` or `version`.
    #[must_use]
    pub fn action(&self) -> &'static str {
        match self {
            Self::AddRule(new) => new.action.as_str(),
            Self::EditRule { .. } => "edit",
            Self::SwitchRule { is_active, .. } if *is_active => "switch_on",
            Self::SwitchRule { .. } => "switch_off",
            Self::RemoveRule { .. } => "remove",
            Self::SetText { .. } => "text",
            Self::SetVersion(_) => "version",
        }
    }

    /// The new text or version; empty where there is none.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::AddRule(new) => &new.text,
            Self::EditRule { text, .. } | Self::SetText { text, .. } => text,
            Self::SetVersion(version) => version.id(),
            Self::SwitchRule { .. } | Self::RemoveRule { .. } => "",
        }
    }
}

/// What a change would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// How many events were looked at.
    pub events: usize,
    /// Of how many issues.
    pub issues: usize,
    /// When the oldest of them happened.
    pub oldest: Option<Timestamp>,
    /// How many of them get other hashes, wherever they go.
    pub changed_events: usize,
    /// Which of them would go to another issue, most events first.
    pub moves: Vec<Move>,
    /// What is wrong with lines of the changed text; those lines do nothing.
    pub problems: Vec<RuleProblem>,
}

/// Events that would leave an issue together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The issue they are in.
    pub from: IssueBrief,
    /// Where they would go.
    pub to: Target,
    /// How many of the events looked at.
    pub events: usize,
    /// The newest of them, at most [`EXAMPLES_MAX`].
    pub examples: Vec<Example>,
}

/// Where events would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Into an issue that exists.
    Issue(IssueBrief),
    /// Into a new one.
    New {
        /// Its title: that of its newest event.
        title: String,
        /// Its place among the new issues of the preview, from 0: moves of the same place share
        /// the new issue.
        place: usize,
    },
}

/// What a preview shows of an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueBrief {
    /// Its number.
    pub id: IssueId,
    /// Its number within the project.
    pub short_number: i64,
    /// Its title.
    pub title: String,
    /// How many events it has altogether.
    pub event_count: i64,
}

/// An event as an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its id.
    pub event_id: EventId,
    /// Its title.
    pub title: String,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The rule that was made or changed.
    pub rule_id: Option<i64>,
    /// The job that moves the past of the project.
    pub job_id: Option<i64>,
}
