use regex::bytes::{Regex, RegexBuilder};

use super::Pattern;

/// How many bytes the patterns of one set take at most when they are compiled into one; above it
/// each is compiled for itself.
const SET_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Patterns that are compiled once and asked together. Matching takes time linear in the text.
#[derive(Clone, Debug, Default)]
pub struct PatternSet(Vec<Regex>);

impl PatternSet {
    /// Compiles the patterns, of which the empty ones match nothing.
    #[must_use]
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p Pattern>) -> Self {
        let sources: Vec<String> = patterns
            .into_iter()
            .filter(|pattern| !pattern.as_str().is_empty())
            .map(Pattern::regex)
            .collect();
        if sources.is_empty() {
            return Self::default();
        }
        match build(&sources.join("|")) {
            Some(all) => Self(vec![all]),
            // A single pattern is always small enough: a test compiles the largest.
            None => Self(sources.iter().filter_map(|source| build(source)).collect()),
        }
    }

    /// Whether the whole text matches one of the patterns.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.0.iter().any(|regex| regex.is_match(text.as_bytes()))
    }

    /// Whether there is no pattern that could match.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn build(source: &str) -> Option<Regex> {
    RegexBuilder::new(&format!(r"\A(?:{source})\z"))
        .size_limit(SET_BYTES_MAX)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> PatternSet {
        let patterns = texts.iter().map(|text| Pattern::case_insensitive(text));
        PatternSet::new(&patterns.collect::<Result<Vec<_>, _>>().unwrap())
    }

    #[test]
    fn one_pattern_that_matches_is_enough() {
        let set = set(&["a*", "", "*b|c", "x{1,2}"]);
        for text in ["abc", "ABC", "xb|c", "X2"] {
            assert!(set.matches(text), "{text}");
        }
        for text in ["", "b", "c", "x3"] {
            assert!(!set.matches(text), "{text}");
        }
        assert!(PatternSet::default().is_empty());
    }

    #[test]
    fn patterns_that_are_too_large_together_still_match() {
        let large = format!("{}*", "?".repeat(1_023));
        let mut texts = vec![large.as_str(); 100];
        texts.push("last");
        let set = set(&texts);
        assert_eq!(set.0.len(), 101, "each for itself, none left out");
        assert!(set.matches("LAST") && set.matches(&"é".repeat(1_023)));
        assert!(!set.matches(&"é".repeat(1_022)));
    }

    #[test]
    fn patterns_that_make_others_crawl_do_not_matter() {
        let set = set(&["*a".repeat(200).as_str()]);
        assert!(!set.matches(&"a".repeat(199)));
        assert!(!set.matches(&format!("{}b", "a".repeat(20_000))));
    }
}
