//! The search language of the issue list (reference/PRODUCT.md section 3): text to words, words to
//! an [`IssueQuery`].
//!
//! Words that stand side by side must all hold. `!` in front negates, quotes keep blanks together,
//! `[a, b]` means any of several, `*` stands for any text. Pure: it knows the time that it is
//! given, and neither pages nor databases.

mod error;
mod lex;
mod range;
mod word;

use crate::issue::{IssueQuery, Status, Substatus};
use watchfire_event::Timestamp;

pub use error::SearchError;
pub use lex::split;
pub use range::Range;
pub use word::{Meaning, Word};

/// The longest search in bytes.
pub const SEARCH_BYTES_MAX: usize = 1_000;
/// How many words a search may have; each costs the database a condition.
pub const WORDS_MAX: usize = 20;

/// A search, word by word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// The words in their order.
    pub words: Vec<Word>,
}

impl Search {
    /// Reads a search. `now` is what `age:-24h` counts from.
    ///
    /// # Errors
    /// [`SearchError`] for the first word that cannot be used, with what to write instead.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, SearchError> {
        if text.len() > SEARCH_BYTES_MAX {
            return Err(SearchError::TooLong);
        }
        let words = split(text)?;
        if words.len() > WORDS_MAX {
            return Err(SearchError::TooManyWords);
        }
        let words = words
            .into_iter()
            .map(|word| Word::parse(word, now))
            .collect::<Result<_, _>>()?;
        Ok(Self { words })
    }

    /// Whether a word of the search says which status issues must have.
    #[must_use]
    pub fn has_status(&self) -> bool {
        self.words.iter().any(Word::is_about_status)
    }

    /// Adds the conditions of the search to a query.
    ///
    /// # Errors
    /// [`SearchError::Contradiction`] when two `is:` words exclude each other.
    pub fn apply(&self, query: &mut IssueQuery) -> Result<(), SearchError> {
        for word in &self.words {
            match &word.meaning {
                Meaning::Text(condition) => query.texts.push(condition.clone()),
                Meaning::Tag(condition) => query.tags.push(condition.clone()),
                Meaning::Unhandled(wanted) => {
                    if query.unhandled.is_some_and(|other| other != *wanted) {
                        return Err(contradiction(word));
                    }
                    query.unhandled = Some(*wanted);
                }
                Meaning::Statuses(statuses) => narrow(&mut query.statuses, statuses, word)?,
                Meaning::Substatuses(substatuses) => {
                    narrow(&mut query.substatuses, substatuses, word)?;
                    let statuses: Vec<Status> = substatuses
                        .iter()
                        .map(|substatus| status_of(*substatus))
                        .collect();
                    narrow(&mut query.statuses, &statuses, word)?;
                }
                Meaning::FirstSeen(range) => {
                    query.first_seen_from = later(query.first_seen_from, range.from);
                    query.first_seen_to = earlier(query.first_seen_to, range.to);
                }
                Meaning::LastSeen(range) => {
                    query.last_seen_from = later(query.last_seen_from, range.from);
                    query.last_seen_to = earlier(query.last_seen_to, range.to);
                }
                Meaning::ShortNumbers(numbers) => narrow(&mut query.short_numbers, numbers, word)?,
            }
        }
        Ok(())
    }
}

/// Keeps what both lists hold; an empty list to begin with means that nothing was asked yet.
fn narrow<T: Copy + PartialEq>(
    known: &mut Vec<T>,
    wanted: &[T],
    word: &Word,
) -> Result<(), SearchError> {
    if known.is_empty() {
        known.extend_from_slice(wanted);
    } else {
        known.retain(|one| wanted.contains(one));
    }
    if known.is_empty() {
        return Err(contradiction(word));
    }
    Ok(())
}

fn contradiction(word: &Word) -> SearchError {
    SearchError::Contradiction {
        word: word.text.clone(),
    }
}

fn status_of(substatus: Substatus) -> Status {
    match substatus {
        Substatus::New | Substatus::Ongoing | Substatus::Escalating | Substatus::Regressed => {
            Status::Unresolved
        }
        Substatus::ArchivedUntilEscalating
        | Substatus::ArchivedUntilConditionMet
        | Substatus::ArchivedForever => Status::Ignored,
    }
}

fn later(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.max(other)
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    fn query(text: &str) -> Result<IssueQuery, SearchError> {
        let mut query = IssueQuery::default();
        Search::parse(text, NOW)?.apply(&mut query)?;
        Ok(query)
    }

    #[test]
    fn two_status_words_keep_what_both_allow() {
        let found = query("is:[unresolved, resolved] !is:resolved").unwrap();
        assert_eq!(found.statuses, [Status::Unresolved]);
        let found = query("is:unresolved is:regressed").unwrap();
        assert_eq!(found.statuses, [Status::Unresolved]);
        assert_eq!(found.substatuses, [Substatus::Regressed]);
    }

    #[test]
    fn status_words_that_exclude_each_other_are_an_error() {
        for text in [
            "is:resolved is:unresolved",
            "is:resolved is:new",
            "is:handled is:unhandled",
        ] {
            assert!(
                matches!(query(text), Err(SearchError::Contradiction { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn times_of_several_words_become_one_band() {
        let found = query("age:-24h age:-1h lastSeen:+5m").unwrap();
        assert_eq!(found.first_seen_from, Some(NOW.plus_micros(-3_600_000_000)));
        assert_eq!(found.last_seen_to, Some(NOW.plus_micros(-300_000_000)));
        assert_eq!(found.first_seen_to, None);
    }

    #[test]
    fn a_search_has_a_longest_length_and_a_number_of_words() {
        assert_eq!(
            query(&"x".repeat(SEARCH_BYTES_MAX + 1)).unwrap_err(),
            SearchError::TooLong
        );
        assert_eq!(
            query(&"x ".repeat(WORDS_MAX + 1)).unwrap_err(),
            SearchError::TooManyWords
        );
    }
}
