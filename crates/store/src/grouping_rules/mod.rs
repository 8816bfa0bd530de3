//! The team's own grouping rules: texts in Sentry's grammars, and single rules made from an issue.
//!
//! Texts are append-only: the newest of an organisation or project and kind is in force, the
//! others are its history, and going back means storing an old one again. Single rules are rows
//! that can be edited, switched off and removed; every step is kept with who and when.
//! [`settings()`] puts both together in the order in which they apply.

use watchfire_event::{IssueId, OrganizationId, ProjectId, Timestamp, UserId};
use watchfire_grouping::RuleKind;

mod problems;
mod rule;
mod scope;
mod settings;
mod text;

pub use problems::problems;
pub use rule::{history, rule, rules};
pub use settings::{set_older, settings, version};
pub use text::{text, text_history};

pub(crate) use rule::{add, edit, remove, restore, switch};
pub(crate) use settings::{RuleSet, older_until, set_version};
pub(crate) use text::{check_length, set_text};

/// How many single rules a project (or an organisation by itself) may have, removed ones not
/// counted. One more is refused.
pub const RULES_PER_SCOPE_MAX: i64 = 500;
/// How many characters a rule's note has; more are cut off.
pub const NOTE_CHARS_MAX: usize = 1_000;
/// How many characters a single rule has; a longer one is refused.
pub const RULE_CHARS_MAX: usize = 16_384;
/// How many entries of a history are shown.
pub const HISTORY_MAX: i64 = 100;
/// For how many days after a change of a project's grouping version the older one is still looked
/// up, so that no known issue is split.
pub const OLDER_VERSION_DAYS: i64 = 90;

/// Whose rules they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// They apply to every project of the organisation.
    Organization(OrganizationId),
    /// They apply to one project.
    Project(ProjectId),
}

/// What a single rule was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Several issues and future events like theirs become one.
    Merge,
    /// One issue becomes several.
    Split,
    /// A frame does not count.
    IgnoreFrame,
    /// A part of a message is a variable.
    Variable,
    /// Somebody wrote it by hand.
    Written,
}

impl Action {
    /// The word for it, as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Split => "split",
            Self::IgnoreFrame => "ignore_frame",
            Self::Variable => "variable",
            Self::Written => "written",
        }
    }

    /// The action of a word; any other word counts as written by hand.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "merge" => Self::Merge,
            "split" => Self::Split,
            "ignore_frame" => Self::IgnoreFrame,
            "variable" => Self::Variable,
            _ => Self::Written,
        }
    }
}

/// A single rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its number, as explanations name it: `rule 12`.
    pub id: i64,
    /// Where it applies.
    pub scope: Scope,
    /// Which grammar its text has.
    pub kind: RuleKind,
    /// What it was made for.
    pub action: Action,
    /// One or more lines of that grammar.
    pub text: String,
    /// Why somebody made it; may be empty.
    pub note: String,
    /// The issue that it was made on; nothing once that is gone.
    pub issue_id: Option<IssueId>,
    /// Whether it is switched on.
    pub is_active: bool,
    /// Whether it was removed; then it does nothing and only its history is shown.
    pub is_removed: bool,
    /// Who made it; nobody when it came through a token without an account, or that account is gone.
    pub user_id: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// A single rule to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRule {
    /// Where it is to apply.
    pub scope: Scope,
    /// Which grammar its text has.
    pub kind: RuleKind,
    /// What it is made for.
    pub action: Action,
    /// One or more lines of that grammar, at most [`RULE_CHARS_MAX`] characters.
    pub text: String,
    /// Why; cut to [`NOTE_CHARS_MAX`] characters.
    pub note: String,
    /// The issue that it is made on.
    pub issue_id: Option<IssueId>,
}

/// What was done to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It was made.
    Added,
    /// Its text was changed.
    Edited,
    /// It was switched on again.
    SwitchedOn,
    /// It was switched off.
    SwitchedOff,
    /// It was removed.
    Removed,
}

impl ChangeKind {
    /// The word for it, as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Edited => "edited",
            Self::SwitchedOn => "switched_on",
            Self::SwitchedOff => "switched_off",
            Self::Removed => "removed",
        }
    }

    fn of(word: &str) -> Self {
        match word {
            "added" => Self::Added,
            "switched_on" => Self::SwitchedOn,
            "switched_off" => Self::SwitchedOff,
            "removed" => Self::Removed,
            _ => Self::Edited,
        }
    }
}

/// A step of a rule's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleChange {
    /// What was done.
    pub change: ChangeKind,
    /// The rule's text before it; for an added rule its first text.
    pub text: String,
    /// Who did it.
    pub user_id: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
}

/// A text that is or was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextVersion {
    /// Its number.
    pub id: i64,
    /// The text; empty where the rules were taken away.
    pub text: String,
    /// Who stored it.
    pub user_id: Option<UserId>,
    /// Since when it is or was in force.
    pub created_at: Timestamp,
}

/// Which version of the algorithm a project uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectVersion {
    /// The version in force.
    pub version: watchfire_grouping::Version,
    /// The one before it and until when it is still looked up; nothing afterwards.
    pub older: Option<(watchfire_grouping::Version, Timestamp)>,
    /// Whether issues were imported from Sentry, so that its hashes are looked up as well.
    pub knows_sentry: bool,
}
