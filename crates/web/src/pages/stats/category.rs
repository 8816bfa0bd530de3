//! Words for data categories (reference/PROTOCOL.md section 6).

use std::borrow::Cow;

use crate::number;

/// What the quantity of a category counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Pieces.
    Count,
    /// Bytes.
    Bytes,
}

impl Unit {
    /// The quantity in short form: `12.4k`, `1.2 MiB`.
    pub(crate) fn short(self, quantity: i64) -> String {
        match self {
            Self::Count => number::short(quantity),
            Self::Bytes => number::bytes(quantity),
        }
    }

    /// The whole quantity, with its unit when that is bytes.
    pub(crate) fn exact(self, quantity: i64) -> String {
        match self {
            Self::Count => number::exact(quantity),
            Self::Bytes => format!("{} bytes", number::exact(quantity)),
        }
    }
}

/// The categories that have words, in the order in which pages list them.
const KNOWN: [(&str, &str); 30] = [
    ("error", "Errors"),
    ("default", "Unidentified"),
    ("security", "Security reports"),
    ("attachment", "Attachments, size"),
    ("attachment_item", "Attachments"),
    ("feedback", "Feedback"),
    ("session", "Sessions"),
    ("transaction", "Transactions"),
    ("transaction_processed", "Transactions, processed"),
    ("transaction_indexed", "Transactions, indexed"),
    ("span", "Spans"),
    ("span_indexed", "Spans, indexed"),
    ("log_item", "Logs"),
    ("log_byte", "Logs, size"),
    ("trace_metric", "Metrics"),
    ("trace_metric_byte", "Metrics, size"),
    ("metric_bucket", "Metrics of older SDKs"),
    ("monitor", "Cron check-ins"),
    ("replay", "Replays"),
    ("replay_video", "Replay videos"),
    ("profile", "Profiles"),
    ("profile_indexed", "Profiles, indexed"),
    ("profile_chunk", "Profile chunks"),
    ("profile_chunk_ui", "Profile chunks of user interfaces"),
    ("profile_duration", "Profiling time"),
    ("profile_duration_ui", "Profiling time of user interfaces"),
    ("profile_backend", "Profiles of servers"),
    ("profile_ui", "Profiles of user interfaces"),
    ("uptime", "Uptime checks"),
    ("internal", "Reports of SDKs"),
];

/// The category of everything that becomes an issue, as in Sentry's stats and limits.
pub(crate) const ERRORS: &str = "error";

/// The stored categories that are counted together as [`ERRORS`].
const ERROR_MEMBERS: [&str; 3] = [ERRORS, "default", "security"];

/// The stored categories that are counted under the name of one.
pub(crate) fn members(category: &str) -> Vec<&str> {
    if category == ERRORS {
        ERROR_MEMBERS.into()
    } else {
        vec![category]
    }
}

/// The category under whose name a stored one is counted.
pub(crate) fn counted_as(stored: &str) -> &str {
    if ERROR_MEMBERS.contains(&stored) {
        ERRORS
    } else {
        stored
    }
}

/// The name of a category for people; one that is not known keeps its own words.
pub(crate) fn label(category: &str) -> Cow<'static, str> {
    match KNOWN.into_iter().find(|(word, _)| *word == category) {
        Some((_, label)) => Cow::Borrowed(label),
        None => Cow::Owned(spaced(category)),
    }
}

/// The categories that have words.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    KNOWN.into_iter().map(|(word, _)| word)
}

/// Where a category stands among the others; unknown ones come last.
pub(crate) fn place(category: &str) -> usize {
    KNOWN
        .iter()
        .position(|(word, _)| *word == category)
        .unwrap_or(KNOWN.len())
}

/// What the quantity of a category counts.
pub(crate) fn unit(category: &str) -> Unit {
    match category {
        "attachment" | "log_byte" | "trace_metric_byte" => Unit::Bytes,
        _ => Unit::Count,
    }
}

/// `some_new_kind` as `Some new kind`.
fn spaced(word: &str) -> String {
    let mut letters = word.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    first + &letters.as_str().replace(['_', '-'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_have_words_and_units() {
        assert_eq!(label(ERRORS), "Errors");
        assert_eq!(members(counted_as("security")), ERROR_MEMBERS);
        assert_eq!(members(counted_as("session")), ["session"]);
        assert_eq!(label("some_new_kind"), "Some new kind");
        assert!(place("error") < place("span") && place("span") < place("new"));
        assert_eq!(unit("attachment").short(3 << 20), "3 MiB");
        assert_eq!(unit("error").exact(12_403), "12,403");
    }
}
