//! Globs as Relay matches them (reference/PROTOCOL.md section 10): `*` any text, `?` one letter,
//! `[abc]`, `[a-z]`, `[!a]` one letter of these, `{a,b}` one of these texts, `\` before a letter
//! that stands for itself. A pattern matches the whole text; the empty one matches nothing.

mod compile;

use serde::{Deserialize, Serialize};

use compile::{Step, compile};

/// A glob that is compiled once. Matching takes time linear in the text, whatever the pattern.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    text: String,
    steps: Vec<Step>,
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
    /// Braces in braces.
    #[error("braces cannot stand in braces")]
    Nested,
    /// `[]`, or a range whose end comes before its start.
    #[error("a range in brackets is empty")]
    EmptyRange,
}

impl Pattern {
    /// Compiles a glob that tells capital letters from small ones.
    ///
    /// # Errors
    /// [`PatternError`] says what is wrong with the text.
    pub fn case_sensitive(text: &str) -> Result<Self, PatternError> {
        Ok(Self {
            text: text.to_owned(),
            steps: compile(text)?,
            case_sensitive: true,
        })
    }

    /// Compiles a glob that takes letters of any case alike. Settings read theirs so.
    ///
    /// # Errors
    /// [`PatternError`] says what is wrong with the text.
    pub fn case_insensitive(text: &str) -> Result<Self, PatternError> {
        Ok(Self {
            text: text.to_owned(),
            steps: compile(&text.to_lowercase())?,
            case_sensitive: false,
        })
    }

    /// The text that the pattern was compiled from.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the whole text matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        if self.case_sensitive {
            self.run(text.chars())
        } else {
            self.run(text.chars().flat_map(char::to_lowercase))
        }
    }

    /// Follows all ways through the pattern at once, one letter after the other.
    fn run(&self, letters: impl Iterator<Item = char>) -> bool {
        if self.text.is_empty() {
            return false;
        }
        let (mut now, mut next) = (States::new(&self.steps), States::new(&self.steps));
        now.add(0);
        for letter in letters {
            next.clear();
            for state in now.each() {
                match self.steps.get(state) {
                    Some(Step::One(set)) if set.contains(letter) => next.add(state + 1),
                    Some(Step::Many) => next.add(state),
                    _ => {}
                }
            }
            std::mem::swap(&mut now, &mut next);
            if now.is_empty() {
                return false;
            }
        }
        now.contains(self.steps.len())
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.case_sensitive == other.case_sensitive
    }
}

impl Eq for Pattern {}

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

/// A set of places in the pattern, in the order in which they were added.
struct States<'p> {
    steps: &'p [Step],
    list: Vec<usize>,
    present: Vec<bool>,
}

impl<'p> States<'p> {
    fn new(steps: &'p [Step]) -> Self {
        Self {
            steps,
            list: Vec::new(),
            present: vec![false; steps.len() + 1],
        }
    }

    /// Adds a place and all that can be reached from it without a letter.
    fn add(&mut self, state: usize) {
        let mut at = self.list.len();
        self.push(state);
        while let Some(state) = self.list.get(at) {
            let steps = self.steps;
            match steps.get(*state) {
                Some(Step::Many) => self.push(state + 1),
                Some(Step::Jump(target)) => self.push(*target),
                Some(Step::Fork(targets)) => targets.iter().for_each(|target| self.push(*target)),
                _ => {}
            }
            at += 1;
        }
    }

    fn push(&mut self, state: usize) {
        if let Some(present) = self.present.get_mut(state)
            && !std::mem::replace(present, true)
        {
            self.list.push(state);
        }
    }

    fn each(&self) -> impl Iterator<Item = usize> {
        self.list.iter().copied()
    }

    fn contains(&self, state: usize) -> bool {
        self.present.get(state) == Some(&true)
    }

    fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn clear(&mut self) {
        for state in self.list.drain(..) {
            if let Some(present) = self.present.get_mut(state) {
                *present = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(pattern: &str, matching: &[&str], others: &[&str]) {
        let pattern = Pattern::case_sensitive(pattern).expect("is a pattern");
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
        let pattern = Pattern::case_insensitive("*ÄPFEL[A-Z]*").expect("is a pattern");
        assert!(pattern.matches("zwei äpfelx"));
        assert_eq!(pattern.as_str(), "*ÄPFEL[A-Z]*");
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
        ] {
            assert_eq!(Pattern::case_sensitive(text), Err(error), "{text}");
        }
        let long = "a".repeat(1_025);
        assert_eq!(Pattern::case_sensitive(&long), Err(PatternError::TooLong));
    }

    #[test]
    fn patterns_that_make_others_crawl_do_not_matter() {
        let pattern = Pattern::case_sensitive(&"*a".repeat(200)).expect("is a pattern");
        assert!(!pattern.matches(&"a".repeat(199)));
        assert!(!pattern.matches(&format!("{}b", "a".repeat(20_000))));
    }

    proptest! {
        #[test]
        fn no_pattern_and_no_text_panics(pattern in "\\PC{0,20}", text in "\\PC{0,20}") {
            if let Ok(pattern) = Pattern::case_insensitive(&pattern) {
                prop_assert_eq!(pattern.matches(&text), pattern.matches(&text));
            }
        }

        #[test]
        fn escaped_texts_match_themselves(text in "\\PC{1,20}") {
            let escaped: String = text.chars().flat_map(|letter| ['\\', letter]).collect();
            let pattern = Pattern::case_sensitive(&escaped).expect("is a pattern");
            prop_assert!(pattern.matches(&text));
        }
    }
}
