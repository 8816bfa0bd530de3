//! Ignore rules: what a team wants dropped, thinned out, archived or toned down
//! (reference/PRODUCT.md section 5.1).
//!
//! What a rule says belongs to `watchfire_filter::ignore`; here rules have a place, an order, an
//! author and a history. The rules of a place apply by position, the organisation's before the
//! project's. A removed rule does nothing and keeps its history and its place, so that it can come
//! back. A rule that cannot be read is listed as broken and does nothing.
//!
//! [`filter_source()`] is what the pipeline compiles, [`try_rule()`] runs a rule over events that
//! are stored or remembered, and [`hits()`] tells what the rules matched.

use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_filter::ignore::{Rule, RuleError};

use crate::grouping_rules::Scope;

mod change;
mod check;
mod hits;
mod import;
mod overtaken;
mod read;
mod reorder;
mod sentence;
mod source;
mod trial;

pub use change::{add, edit, go_back, remove, restore, switch};
pub use hits::{HIT_DAYS_MAX, Hit, Hits, forget_titles, hits};
pub use import::{Import, Imported, file_of, import, plan_import};
pub use overtaken::check_base;
pub use read::{get, history, removed, rules};
pub use reorder::{move_by_one, reorder};
pub use sentence::{opposite, sentence};
pub use source::{FilterSource, FilterText, filter_source, filter_text, of_project};
pub use trial::{
    EXAMPLES_MAX, GROUPS_MAX, Hidden, TRIAL_EVENTS_MAX, Tally, Trial, TriedEvent, TriedIssue,
    TriedTitle, try_rule,
};

pub(crate) use hits::{HitCounts, purge as purge_hits};

/// How many rules a project, or an organisation by itself, may have, removed ones not counted. One
/// more is refused.
pub const RULES_PER_SCOPE_MAX: usize = 200;
/// How many removed rules are listed.
pub const REMOVED_MAX: i64 = 100;
/// How many entries of a history are shown.
pub const HISTORY_MAX: i64 = 100;

/// A rule with what is known of it beside what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRule {
    /// Its number, as outcomes name it: `ignore-rule 12`.
    pub id: i64,
    /// Where it applies.
    pub scope: Scope,
    /// Its name, which is known also when the rest cannot be read.
    pub name: String,
    /// What it says, or why that cannot be read.
    pub rule: Result<Rule, RuleError>,
    /// The JSON text that is stored.
    pub text: String,
    /// The issue that it was made on; nothing once that is gone.
    pub issue_id: Option<IssueId>,
    /// Whether it was removed; then it does nothing.
    pub is_removed: bool,
    /// Who made it; nobody when it came through a token without an account, or that account is gone.
    pub user_id: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed, a move in the order aside. No two versions of a rule have the same,
    /// so that it names one.
    pub changed_at: Timestamp,
}

/// What was done to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It was made.
    Added,
    /// It says something else.
    Edited,
    /// It was switched on.
    SwitchedOn,
    /// It was switched off.
    SwitchedOff,
    /// It was removed.
    Removed,
    /// It was brought back.
    Restored,
    /// It got another place in the order.
    Moved,
    /// It says again what it said earlier.
    WentBack,
}

impl ChangeKind {
    const ALL: [Self; 8] = [
        Self::Added,
        Self::Edited,
        Self::SwitchedOn,
        Self::SwitchedOff,
        Self::Removed,
        Self::Restored,
        Self::Moved,
        Self::WentBack,
    ];

    /// The word for it, as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Edited => "edited",
            Self::SwitchedOn => "switched_on",
            Self::SwitchedOff => "switched_off",
            Self::Removed => "removed",
            Self::Restored => "restored",
            Self::Moved => "moved",
            Self::WentBack => "went_back",
        }
    }

    fn of(word: &str) -> Self {
        let all = Self::ALL.into_iter();
        let mut named = all.filter(|kind| kind.as_str() == word);
        named.next().unwrap_or(Self::Edited)
    }
}

/// A step of a rule's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleChange {
    /// Its number, which names what the rule said after it.
    pub id: i64,
    /// What was done.
    pub change: ChangeKind,
    /// The rule as JSON before it; for an added rule what it said first.
    pub before: String,
    /// The rule as JSON after it.
    pub after: String,
    /// Who did it.
    pub user_id: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
}
