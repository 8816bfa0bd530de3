use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::issue::{Issue, Status, Substatus, format_short_id};
use watchfire_store::sampling::Estimate;

use super::selection::Selection;
use super::spark::Spark;
use crate::address;
use crate::sampled::Sampled;

/// A row of the issue list.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) href: String,
    pub(crate) short_id: String,
    /// The level's name, which the style sheet knows.
    pub(crate) level: &'static str,
    pub(crate) title: String,
    pub(crate) message: String,
    pub(crate) culprit: String,
    pub(crate) badge: Option<Badge>,
    pub(crate) is_unhandled: bool,
    pub(crate) is_seen: bool,
    pub(crate) spark: Spark,
    pub(crate) first_seen: Timestamp,
    pub(crate) last_seen: Timestamp,
    pub(crate) events: i64,
    pub(crate) events_word: &'static str,
    /// What is said of its events when some never came or have no body.
    pub(crate) sampled: Option<Sampled>,
    pub(crate) users: i64,
    pub(crate) users_word: &'static str,
}

/// The one word about an issue's state, and how it looks: `good`, `attention` or `quiet`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Badge {
    pub(crate) text: &'static str,
    pub(crate) look: &'static str,
    /// What the word means.
    pub(crate) hint: &'static str,
}

impl Row {
    /// The row of an issue in the project of this slug; its address carries the selection along.
    pub(crate) fn new(
        issue: Issue,
        slug: &str,
        selection: &Selection,
        is_seen: bool,
        spark: Spark,
        estimate: Option<&Estimate>,
    ) -> Self {
        let sampled = Sampled::of(&issue, estimate);
        let badge = badge(&issue);
        let (title, message) = if issue.kind.is_empty() {
            (issue.title, String::new())
        } else {
            (issue.kind, first_line(issue.value))
        };
        Self {
            id: issue.id.0,
            href: selection.address_at(&address::issue(slug, issue.id)),
            short_id: format_short_id(slug, issue.short_number),
            level: issue.level.as_str(),
            title,
            message,
            culprit: issue.culprit,
            badge,
            is_unhandled: issue.is_unhandled,
            is_seen,
            spark,
            first_seen: issue.first_seen,
            last_seen: issue.last_seen,
            sampled,
            events: issue.event_count,
            events_word: if issue.event_count == 1 {
                "event"
            } else {
                "events"
            },
            users: issue.user_count,
            users_word: if issue.user_count == 1 {
                "user"
            } else {
                "users"
            },
        }
    }
}

/// The badge of an issue; ongoing ones have none, because that is what is expected.
pub(crate) fn badge(issue: &Issue) -> Option<Badge> {
    let (text, look, hint) = match (issue.status, issue.substatus) {
        (Status::Resolved, _) => ("resolved", "good", "Fixed; a new event reopens it"),
        (Status::Ignored, Some(Substatus::ArchivedUntilEscalating)) => (
            "archived until escalating",
            "quiet",
            "Out of sight until it becomes more frequent than it was",
        ),
        (Status::Ignored, _) => (
            "archived",
            "quiet",
            "Out of sight; events are still counted",
        ),
        (Status::Unresolved, Some(Substatus::Regressed)) => {
            ("regressed", "attention", "Was resolved and came back")
        }
        (Status::Unresolved, Some(Substatus::Escalating)) => (
            "escalating",
            "attention",
            "Was archived and became more frequent",
        ),
        (Status::Unresolved, Some(Substatus::New)) => {
            ("new", "quiet", "First seen in the last seven days")
        }
        (Status::Unresolved, _) | (Status::Merged | Status::Deleting, _) => return None,
    };
    Some(Badge { text, look, hint })
}

/// The list shows one line, cut by the style sheet; further lines would only be sent in vain.
fn first_line(mut text: String) -> String {
    if let Some(end) = text.find('\n') {
        text.truncate(end);
    }
    text
}
