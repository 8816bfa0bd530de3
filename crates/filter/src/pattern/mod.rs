//! Globs as Relay matches them (reference/PROTOCOL.md section 10): `*` any text, `?` one letter,
//! `[abc]`, `[a-z]`, `[!a]` one letter of these, `{a,b}` one of these texts, `\` before a letter
//! that stands for itself. A pattern matches the whole text; the empty one matches nothing.

mod compile;
mod set;

use serde::{Deserialize, Serialize};

use compile::compile;

pub use set::PatternSet;

/// A glob that was read; a [`PatternSet`] matches it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    text: String,
    regex: String,
    case_sensitive: bool,
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Longer than the limit of 1,024 letters.
    #[error("a pattern has at most 1024 letters")]
    TooLong,
    /// `[` or `{` without its end, or `\` at the end.
    #[error("the pattern ends too early: close every [ and {{, and put a letter after \\")]
    Unfinished,
    /// `]` or `}` without its start.
    #[error("{0} closes nothing: write \\{0} for the sign itself")]
    Unopened(char),
    /// Braces in braces or brackets in brackets.
    #[error("{{ cannot stand in braces, nor [ in brackets: write \\{{ or \\[ for the sign itself")]
    Nested,
    /// `[]`, or a range whose end comes before its start.
    #[error("a range in brackets is empty")]
    EmptyRange,
}

impl Pattern {
    /// Reads a glob that tells capital letters from small ones.
    ///
    /// # Errors
    /// [`PatternError`] says what is wrong with the text.
    pub fn case_sensitive(text: &str) -> Result<Self, PatternError> {
        Self::read(text, true)
    }

    /// Reads a glob that takes letters of any case alike. Settings read theirs so.
    ///
    /// # Errors
    /// [`PatternError`] says what is wrong with the text.
    pub fn case_insensitive(text: &str) -> Result<Self, PatternError> {
        Self::read(text, false)
    }

    fn read(text: &str, case_sensitive: bool) -> Result<Self, PatternError> {
        Ok(Self {
            text: text.to_owned(),
            regex: compile(text)?,
            case_sensitive,
        })
    }

    /// The text that the pattern was read from.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The regular expression over bytes, without anchors, that matches the same.
    pub(crate) fn regex(&self) -> String {
        let flag = if self.case_sensitive { "" } else { "i" };
        format!("(?{flag}:{})", self.regex)
    }
}

impl TryFrom<String> for Pattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        Self::case_insensitive(&text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(pattern: Result<Pattern, PatternError>) -> PatternSet {
        PatternSet::new(&[pattern.unwrap()])
    }

    #[track_caller]
    fn check(pattern: &str, matching: &[&str], others: &[&str]) {
        let pattern = set(Pattern::case_sensitive(pattern));
        for text in matching {
            assert!(pattern.matches(text), "{text:?} should match {pattern:?}");
        }
        for text in others {
            assert!(
                !pattern.matches(text),
                "{text:?} should not match {pattern:?}"
            );
        }
    }

    #[test]
    fn every_sign_means_what_it_says() {
        check("abc", &["abc"], &["ab", "abcd", "ABC", ""]);
        check("a*c", &["ac", "abbc", "a/b\nc"], &["acb", "c"]);
        check("a?c", &["abc", "aéc"], &["ac", "abbc"]);
        check("[a-cx]", &["a", "b", "x"], &["d", "-", ""]);
        check("[!a-c]", &["d", "!"], &["a", ""]);
        check(
            "a{b,cd*,}e",
            &["abe", "acde", "acdxxe", "ae"],
            &["ace", "a"],
        );
        check(r"a\*\{b", &["a*{b"], &["axb"]);
        check(r"[\]]", &["]"], &["\\"]);
        check("*", &["", "anything"], &[]);
        check("", &[], &["", "a"]);
    }

    #[test]
    fn case_is_ignored_on_demand() {
        let pattern = Pattern::case_insensitive("*ÄPFEL[A-Z]*");
        assert!(set(pattern).matches("zwei äpfelx"));
    }

    #[test]
    fn broken_patterns_are_refused() {
        for (text, error) in [
            ("[a", PatternError::Unfinished),
            ("{a", PatternError::Unfinished),
            ("a\\", PatternError::Unfinished),
            ("{a{b}}", PatternError::Nested),
            ("[]", PatternError::EmptyRange),
            ("[b-a]", PatternError::EmptyRange),
            ("a]", PatternError::Unopened(']')),
            ("a}", PatternError::Unopened('}')),
            ("[a[b]]", PatternError::Nested),
        ] {
            assert_eq!(Pattern::case_sensitive(text), Err(error), "{text}");
        }
        let long = "a".repeat(1_025);
        assert_eq!(Pattern::case_sensitive(&long), Err(PatternError::TooLong));
    }

    proptest! {
        #[test]
        fn no_pattern_and_no_text_panics(pattern in "\\PC{0,20}", text in "\\PC{0,20}") {
            if let Ok(pattern) = Pattern::case_insensitive(&pattern) {
                let set = PatternSet::new([&pattern]);
                prop_assert!(!set.is_empty() || pattern.as_str().is_empty(), "it compiles");
                prop_assert_eq!(set.matches(&text), set.matches(&text));
            }
        }

        #[test]
        fn escaped_texts_match_themselves(text in "\\PC{1,20}") {
            let escaped: String = text.chars().flat_map(|letter| ['\\', letter]).collect();
            prop_assert!(set(Pattern::case_sensitive(&escaped)).matches(&text));
        }
    }
}
