//! Texts of an event that were looked at for its fingerprint.

use serde::Serialize;
use watchfire_grouping::{Component, Content};

use super::words;
use crate::pages::issue::view::budget::first_chars;

/// Characters of such a text that are shown.
const TEXT_CHARS_MAX: usize = 400;

/// One text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Part {
    /// What it is: `type`, `line of code` …
    pub(super) name: String,
    /// The text, normalised.
    pub(super) text: String,
    /// Whether it counts.
    pub(super) counts: bool,
    /// Why it does not count, or how it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
}

impl Part {
    /// The text of a component; `None` for one that is made of others. It counts if all that it is
    /// part of counts.
    pub(super) fn of(component: &Component<'_>, parent_counts: bool) -> Option<Self> {
        let Content::Text(text) = &component.content else {
            return None;
        };
        Some(Self {
            name: words::part(component.id),
            text: shown(text),
            counts: parent_counts && component.contributes,
            why: component.hint.as_deref().map(words::hint),
        })
    }
}

/// As much of a text as is shown.
pub(super) fn shown(text: &str) -> String {
    let cut = first_chars(text, TEXT_CHARS_MAX);
    let dots = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut}{dots}")
}
