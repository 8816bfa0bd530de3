//! How much of one event a page shows. What is left out is said and stays in the event's JSON.

use std::cell::Cell;

use crate::number;

/// Exceptions of a chain that are shown.
pub(crate) const EXCEPTIONS_MAX: usize = 20;
/// Frames of one stack trace that are shown as frames; the raw text always has all of them.
pub(crate) const FRAMES_MAX: usize = 250;
/// Frames of one stack trace whose source and variables are shown; the others show their place.
pub(crate) const FRAME_BODIES_MAX: usize = 100;
/// Threads that are shown.
pub(crate) const THREADS_MAX: usize = 50;
/// Breadcrumbs that are shown, the newest.
pub(crate) const BREADCRUMBS_MAX: usize = 200;
/// Breadcrumbs that are shown without unfolding.
pub(crate) const BREADCRUMBS_OPEN: usize = 10;
/// Entries of one object, elements of one list, rows of one table that are shown.
pub(crate) const ENTRIES_MAX: usize = 100;
/// Tags that are shown.
pub(crate) const TAGS_MAX: usize = 100;
/// Packages that are shown.
pub(crate) const PACKAGES_MAX: usize = 1_000;
/// Levels of nested values that are shown.
pub(crate) const DEPTH_MAX: usize = 8;
/// Characters of one text that are shown.
pub(crate) const TEXT_CHARS_MAX: usize = 8_192;
/// Texts longer than this are folded to three lines until asked for.
pub(crate) const TEXT_CHARS_FOLDED: usize = 320;
/// Lines after which a text is folded.
pub(crate) const TEXT_LINES_FOLDED: usize = 4;
/// Characters of one line of source that are shown; minified code has lines of megabytes.
pub(crate) const SOURCE_LINE_CHARS_MAX: usize = 500;
/// Characters of a title that are shown.
pub(crate) const TITLE_CHARS_MAX: usize = 500;
/// Errors of processing that are shown.
pub(crate) const PROBLEMS_MAX: usize = 50;

/// Values that one section shows at most, nested ones counted.
const SECTION_VALUES_MAX: u32 = 2_000;
/// Characters that one section shows at most.
const SECTION_CHARS_MAX: usize = 120_000;

/// What is left of one section's share of the page.
#[derive(Debug)]
pub(crate) struct Budget {
    values: Cell<u32>,
    chars: Cell<usize>,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            values: Cell::new(SECTION_VALUES_MAX),
            chars: Cell::new(SECTION_CHARS_MAX),
        }
    }
}

impl Budget {
    /// Takes one value's place; `false` when none is left.
    pub(crate) fn take_value(&self) -> bool {
        let left = self.values.get();
        self.values.set(left.saturating_sub(1));
        left > 0 && self.chars.get() > 0
    }

    /// Takes this many characters' place.
    pub(crate) fn take_chars(&self, count: usize) {
        self.chars.set(self.chars.get().saturating_sub(count));
    }
}

/// The first `count` characters of a text.
pub(crate) fn first_chars(text: &str, count: usize) -> &str {
    match text.char_indices().nth(count) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

/// A count of things in memory with commas between groups of three figures: `12,345`.
pub(crate) fn grouped_count(count: usize) -> String {
    number::exact(i64::try_from(count).unwrap_or(i64::MAX))
}

/// `1 frame`, `14 frames`: a count with its noun.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped_count(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(first_chars("häuser", 2), "hä");
        assert_eq!(first_chars("ab", 2), "ab");
    }

    #[test]
    fn counts_have_their_noun() {
        assert_eq!(counted(1_000, "frame"), "1,000 frames");
        assert_eq!(counted(1, "frame"), "1 frame");
        assert_eq!(counted(0, "frame"), "0 frames");
    }

    #[test]
    fn a_budget_runs_out() {
        let budget = Budget::default();
        assert!(budget.take_value());
        budget.take_chars(SECTION_CHARS_MAX);
        assert!(!budget.take_value());
    }
}
