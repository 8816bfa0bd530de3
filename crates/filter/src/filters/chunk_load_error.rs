use std::sync::LazyLock;

use watchfire_event::Event;

use crate::fields::exceptions;
use crate::{Pattern, Settings};

/// Types and values that belong together.
const ERRORS: [(&str, &str); 5] = [
    ("ChunkLoadError", "Loading chunk *"),
    ("*Uncaught *", "ChunkLoadError: Loading chunk *"),
    ("ChunkLoadError", "Failed to load chunk *"),
    ("*Uncaught *", "ChunkLoadError: Failed to load chunk *"),
    ("Error", "Uncaught (in promise): ChunkLoadError*"),
];

static PATTERNS: LazyLock<Vec<(Pattern, Pattern)>> = LazyLock::new(|| {
    let pattern = |text| Pattern::case_sensitive(text).ok();
    ERRORS
        .iter()
        .filter_map(|(kind, value)| pattern(kind).zip(pattern(value)))
        .collect()
});

/// Whether any exception says that a part of a web application could not be loaded.
pub(crate) fn matches(event: &Event<'_>, _: &Settings) -> bool {
    exceptions(event)
        .filter(|exception| exception.value.contains("chunk") || exception.value.contains("Chunk"))
        .any(|exception| {
            PATTERNS
                .iter()
                .any(|(kind, value)| kind.matches(exception.kind) && value.matches(exception.value))
        })
}
