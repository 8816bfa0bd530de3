use watchfire_event::Timestamp;

use super::lex::unquote;
use super::{Range, SearchError};
use crate::issue::{Status, Substatus, TagCondition, TextCondition};

mod filter;
#[cfg(test)]
mod tests;

use filter::Filter;

/// One word of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as typed.
    pub text: String,
    /// What it asks for.
    pub meaning: Meaning,
}

/// What a word asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A text in title, culprit or value.
    Text(TextCondition),
    /// A tag, `level`, `environment` and `release` among them.
    Tag(TagCondition),
    /// One of these statuses.
    Statuses(Vec<Status>),
    /// One of these substatuses.
    Substatuses(Vec<Substatus>),
    /// With or without an exception that nobody caught.
    Unhandled(bool),
    /// First seen in this time.
    FirstSeen(Range),
    /// Last seen in this time.
    LastSeen(Range),
    /// One of these numbers within the project.
    ShortNumbers(Vec<i64>),
}

impl Word {
    /// Reads one word as [`super::split`] gives them.
    ///
    /// # Errors
    /// [`SearchError`] with what to write instead.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, SearchError> {
        let meaning = match Filter::of(text) {
            Some(filter) => filter.meaning(now)?,
            None if matches!(text, "OR" | "AND") => {
                return Err(SearchError::Operator {
                    word: text.to_owned(),
                });
            }
            None => free_text(text),
        };
        Ok(Self {
            text: text.to_owned(),
            meaning,
        })
    }

    /// Whether the word says which status issues must have.
    #[must_use]
    pub fn is_about_status(&self) -> bool {
        matches!(self.meaning, Meaning::Statuses(_) | Meaning::Substatuses(_))
    }
}

fn free_text(text: &str) -> Meaning {
    let (negated, rest) = match text.strip_prefix('!') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, text),
    };
    Meaning::Text(TextCondition {
        text: unquote(rest).unwrap_or_else(|| rest.to_owned()),
        negated,
    })
}
