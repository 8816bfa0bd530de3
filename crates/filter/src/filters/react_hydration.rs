use std::sync::LazyLock;

use watchfire_event::Event;

use crate::fields::exceptions;
use crate::{Pattern, Settings};

const VALUES: [&str; 2] = [
    "*https://reactjs.org/docs/error-decoder.html?invariant={418,419,421,422,423,425}*",
    "*https://react.dev/errors/{418,419,421,422,423,425}*",
];

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    VALUES
        .iter()
        .filter_map(|text| Pattern::case_sensitive(text).ok())
        .collect()
});

/// Whether any exception names one of React's hydration errors.
pub(crate) fn matches(event: &Event<'_>, _: &Settings) -> bool {
    exceptions(event)
        .filter(|exception| exception.value.contains("https://react"))
        .any(|exception| {
            PATTERNS
                .iter()
                .any(|pattern| pattern.matches(exception.value))
        })
}
