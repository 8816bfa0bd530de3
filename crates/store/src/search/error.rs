use super::{SEARCH_BYTES_MAX, WORDS_MAX};

/// Why a search cannot be used. The text is for the person who typed it and says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// More than [`SEARCH_BYTES_MAX`] bytes.
    #[error("The search is longer than {SEARCH_BYTES_MAX} bytes: drop some words.")]
    TooLong,
    /// More than [`WORDS_MAX`] words.
    #[error("The search has more than {WORDS_MAX} words: drop some, or put a phrase in quotes.")]
    TooManyWords,
    /// A quote or bracket that never ends.
    #[error("“{word}” opens a {opened} that never closes: add {missing} at its end.")]
    Unclosed {
        /// The text from there on.
        word: String,
        /// What was opened, in words.
        opened: &'static str,
        /// What is missing.
        missing: char,
    },
    /// `is:` with a word that it does not know.
    #[error(
        "“is:{value}” is unknown. Use unresolved, resolved, archived, new, ongoing, regressed, \
         escalating, unhandled or handled."
    )]
    UnknownState {
        /// The value.
        value: String,
    },
    /// `level:` with a word that is no level.
    #[error("“{value}” is no level. Use fatal, error, warning, info or debug.")]
    UnknownLevel {
        /// The value.
        value: String,
    },
    /// A time that cannot be read.
    #[error(
        "“{value}” is no time for {key}. Use {key}:-24h (in the last day), {key}:+7d (longer ago) \
         or {key}:>2026-11-20."
    )]
    InvalidTime {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// A key that needs a value and has none, or a list without anything.
    #[error("“{key}:” needs a value, for example {key}:{example}.")]
    MissingValue {
        /// The key.
        key: String,
        /// A value that would do.
        example: &'static str,
    },
    /// `!` before something that cannot be negated.
    #[error("“{word}” cannot be negated: {advice}.")]
    NotNegatable {
        /// The word.
        word: String,
        /// What to write instead.
        advice: &'static str,
    },
    /// A short id that names nothing possible.
    #[error("“{value}” is no short id. They look like SHOP-1A.")]
    InvalidShortId {
        /// The value.
        value: String,
    },
    /// `OR` and `AND` between words.
    #[error(
        "{word} between words is not known. Words side by side must all hold; for “one of”, write \
         a list: level:[error, fatal]."
    )]
    Operator {
        /// The operator.
        word: String,
    },
    /// A key that Sentry knows and this search does not know yet.
    #[error("{key} cannot be searched for yet: {advice}.")]
    Unsupported {
        /// The key.
        key: String,
        /// What to write instead.
        advice: &'static str,
    },
    /// Two words that no issue can meet together.
    #[error("“{word}” and another word of the search exclude each other: drop one of them.")]
    Contradiction {
        /// The later word.
        word: String,
    },
}
