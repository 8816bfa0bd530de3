use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};

use crate::rules::{Groups, Match};

/// A pattern for bytes: every byte is a character, and a dot matches the end of a line too.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// The pattern of a text for bytes; `None` when there is no such.
    pub(super) fn new(regex: &regex::Regex) -> Option<Self> {
        let build = |unicode| {
            RegexBuilder::new(regex.as_str())
                .unicode(unicode)
                .multi_line(false)
                .dot_matches_new_line(true)
                .build()
        };
        // What names classes of Unicode works on bytes of UTF-8 only.
        build(false).or_else(|_| build(true)).ok().map(Self)
    }

    /// What a search finds, in order and apart from each other.
    pub(super) fn ranges(&self, content: &[u8], search: &Match) -> Vec<Range<usize>> {
        if search.groups == Groups::WholeText {
            let found = self.0.is_match(content);
            return found.then_some(0..content.len()).into_iter().collect();
        }
        let counts = |part: &[u8]| {
            let check = search.check;
            check.is_none_or(|check| check(&String::from_utf8_lossy(part)))
        };
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for captures in self.0.captures_iter(content) {
            let groups = captures
                .iter()
                .enumerate()
                .filter(|(group, _)| search.groups.have(*group));
            for found in groups.filter_map(|(_, found)| found) {
                let done = ranges.last().map_or(0, |range| range.end);
                if !found.is_empty() && found.start() >= done && counts(found.as_bytes()) {
                    ranges.push(found.range());
                }
            }
        }
        ranges
    }
}
