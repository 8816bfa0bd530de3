//! A project's own names for text that differs from event to event: `NAME: /REGEX/` or
//! `NAME: "text"`, one per line. A match in a message becomes `<NAME>` before the built-in
//! patterns of [`crate::parameterize`] run.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

use crate::fingerprint::{Scanner, unescaped};
use crate::parameterize::is_masked;
use crate::rule_lines::{Line, lines};
use crate::{RuleProblem, RuleSource, RuleText};

/// Rules of one project: each goes over every message.
const VARIABLE_RULES_MAX: usize = 50;

/// Bytes of a message that the rules see. A pattern takes time in proportion to its own size
/// times the text's, so that both are bounded.
const VARIABLE_TEXT_BYTES_MAX: usize = 2_048;

/// Bytes of a compiled pattern.
const REGEX_BYTES_MAX: usize = 64 * 1024;

/// Bytes that a pattern may remember of what it has seen while it matches.
const REGEX_CACHE_BYTES_MAX: usize = 256 * 1024;

/// Groups in groups of a pattern.
const REGEX_DEPTH_MAX: u32 = 50;

/// Characters of a name.
const NAME_CHARS_MAX: usize = 64;

/// A project's variables, in the order in which they apply.
#[derive(Clone, Debug, Default)]
pub(crate) struct VariableRules {
    rules: Vec<VariableRule>,
}

#[derive(Clone, Debug)]
struct VariableRule {
    source: RuleSource,
    /// The name in angle brackets.
    placeholder: String,
    pattern: Pattern,
}

#[derive(Clone, Debug)]
enum Pattern {
    Regex(Regex),
    Text(String),
}

impl VariableRules {
    /// Reads the rules of a text behind those that are there already. Lines that are no rules are
    /// left out and added to `problems`.
    pub(crate) fn add(&mut self, text: &RuleText, problems: &mut Vec<RuleProblem>) {
        for line in lines(text, problems) {
            if self.rules.len() == VARIABLE_RULES_MAX {
                let reason = format!(
                    "more than {VARIABLE_RULES_MAX} variables; this one and all after it are left \
                     out"
                );
                problems.push(line.problem(text, reason));
                break;
            }
            match VariableRule::read(line, text) {
                Ok(rule) => self.rules.push(rule),
                Err(reason) => problems.push(line.problem(text, reason)),
            }
        }
    }

    /// The text with each match in its first [`VARIABLE_TEXT_BYTES_MAX`] bytes replaced by its
    /// name.
    pub(crate) fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let (seen, rest) = split(text);
        let mut named = Cow::Borrowed(seen);
        for rule in &self.rules {
            if let Some(changed) = rule.apply(&named) {
                named = Cow::Owned(changed);
            }
        }
        match named {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(changed) => Cow::Owned(changed + rest),
        }
    }

    /// The first rule that changes a text.
    pub(crate) fn rule_of(&self, text: &str) -> Option<&RuleSource> {
        let (text, _) = split(text);
        let rule = self.rules.iter().find(|rule| rule.apply(text).is_some());
        rule.map(|rule| &rule.source)
    }
}

impl VariableRule {
    fn read(line: Line<'_>, text: &RuleText) -> Result<Self, String> {
        let (name, pattern) = line
            .text
            .split_once(':')
            .ok_or("expected `NAME: /REGEX/` or `NAME: \"text\"`")?;
        Ok(Self {
            source: line.source(text),
            placeholder: placeholder(name.trim_end())?,
            pattern: pattern_of(pattern.trim_start())?,
        })
    }

    /// The text with its matches replaced; `None` if there is no match.
    fn apply(&self, text: &str) -> Option<String> {
        match &self.pattern {
            Pattern::Text(found) => text
                .contains(found)
                .then(|| text.replace(found, &self.placeholder)),
            Pattern::Regex(regex) => {
                let mut matches = regex.find_iter(text).filter(|found| !found.is_empty());
                let mut found = matches.next()?;
                let (mut named, mut copied) = (String::with_capacity(text.len()), 0);
                loop {
                    named.push_str(text.get(copied..found.start()).unwrap_or_default());
                    named.push_str(&self.placeholder);
                    copied = found.end();
                    let Some(next) = matches.next() else { break };
                    found = next;
                }
                named.push_str(text.get(copied..).unwrap_or_default());
                Some(named)
            }
        }
    }
}

/// What the rules see of a text, and the rest of it.
fn split(text: &str) -> (&str, &str) {
    let whole = VARIABLE_TEXT_BYTES_MAX.min(text.len());
    let is_between = |place: &usize| text.is_char_boundary(*place);
    text.split_at((0..=whole).rev().find(is_between).unwrap_or(0))
}

fn placeholder(name: &str) -> Result<String, String> {
    let is_good = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    if name.is_empty() || !name.chars().all(is_good) {
        return Err("a name has small letters, digits and `_` only".to_owned());
    }
    if name.len() > NAME_CHARS_MAX {
        return Err(format!("a name has at most {NAME_CHARS_MAX} characters"));
    }
    let placeholder = format!("<{name}>");
    if is_masked(&placeholder) {
        return Err(format!(
            "`{name}` looks like a value itself, which the built-in patterns replace"
        ));
    }
    Ok(placeholder)
}

fn pattern_of(written: &str) -> Result<Pattern, String> {
    if written.starts_with('"') {
        let mut scanner = Scanner::new(written);
        let text = scanner.quoted().ok_or("the quote is not closed")?;
        if !scanner.is_done() {
            return Err(format!("unexpected `{}` after the text", scanner.rest()));
        }
        let text = unescaped(text);
        return if text.is_empty() {
            Err("the text is empty".to_owned())
        } else {
            Ok(Pattern::Text(text))
        };
    }
    let regex = written
        .strip_prefix('/')
        .ok_or("expected `/REGEX/` or `\"text\"` after the name")?
        .strip_suffix('/')
        .ok_or("expected `/` at the end; flags stand in the pattern, as in `(?i)`")?;
    let regex = RegexBuilder::new(regex)
        .size_limit(REGEX_BYTES_MAX)
        .dfa_size_limit(REGEX_CACHE_BYTES_MAX)
        .nest_limit(REGEX_DEPTH_MAX)
        .build()
        .map_err(|error| reason(&error))?;
    if regex.is_match("") {
        return Err("the pattern matches the empty text".to_owned());
    }
    Ok(Pattern::Regex(regex))
}

/// What is wrong with a pattern, without the drawing of the place that the library adds.
fn reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => {
            format!("the pattern needs more than {REGEX_BYTES_MAX} bytes")
        }
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            let what = last.strip_prefix("error: ").unwrap_or(last);
            format!("the pattern is wrong: {what}")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::RuleKind;

    fn read(text: &str) -> (VariableRules, Vec<(usize, String)>) {
        let text = RuleText {
            kind: RuleKind::Variable,
            origin: "project rules".to_owned(),
            text: text.to_owned(),
        };
        let (mut rules, mut problems) = (VariableRules::default(), Vec::new());
        rules.add(&text, &mut problems);
        let problems = problems.into_iter();
        (rules, problems.map(|it| (it.line, it.reason)).collect())
    }

    #[test]
    fn a_long_text_is_looked_at_from_its_beginning() {
        let (rules, problems) = read("order: /ORD-[0-9A-Z]+/");
        assert_eq!(problems, []);
        let far = format!("ORD-1 {}ORD-2", "é".repeat(VARIABLE_TEXT_BYTES_MAX));
        assert_eq!(rules.apply(&far), far.replacen("ORD-1", "<order>", 1));
        let (rules, problems) = read("far: /[ab]*a[ab]{4000}c/");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(rules.rule_of("ab"), None);
    }

    #[test]
    fn matches_become_the_name() {
        let (rules, problems) = read(
            "# orders\norder: /ORD-[0-9A-Z]+/\nshop : \"Shop \\\"Nord\\\"\"\nname: /(?i)user \\w+/",
        );
        assert_eq!(problems, []);
        assert_eq!(
            rules.apply("ORD-12A and ORD-X of Shop \"Nord\" for User anna"),
            "<order> and <order> of <shop> for <name>"
        );
        assert!(matches!(rules.apply("nothing"), Cow::Borrowed("nothing")));
        assert_eq!(rules.rule_of("of Shop \"Nord\"").unwrap().line, 3);
        assert_eq!(rules.rule_of("nothing"), None);
    }

    #[test]
    fn rules_apply_one_after_the_other() {
        let (rules, _) = read("a: \"x\"\nb: /<a>y/\nc: \"x\"");
        assert_eq!(rules.apply("xy x"), "<b> <a>");
    }

    #[test]
    fn a_bad_line_is_told_and_leaves_the_others() {
        let (rules, problems) = read(
            "order\nOrder: /a/\na: b\na: /b\na: /(?=b)/\na: /(b/\na: /b*/\na: \"b\na: \"\"\n\
             a: \"b\" c\na1b2c3d: /b/\na: /\\w{1000}/\nok: /b/",
        );
        let reasons: Vec<_> = problems
            .iter()
            .map(|it| format!("{} {}", it.0, it.1))
            .collect();
        assert_eq!(
            reasons,
            [
                "1 expected `NAME: /REGEX/` or `NAME: \"text\"`",
                "2 a name has small letters, digits and `_` only",
                "3 expected `/REGEX/` or `\"text\"` after the name",
                "4 expected `/` at the end; flags stand in the pattern, as in `(?i)`",
                "5 the pattern is wrong: look-around, including look-ahead and look-behind, is not \
                 supported",
                "6 the pattern is wrong: unclosed group",
                "7 the pattern matches the empty text",
                "8 the quote is not closed",
                "9 the text is empty",
                "10 unexpected ` c` after the text",
                "11 `a1b2c3d` looks like a value itself, which the built-in patterns replace",
                "12 the pattern needs more than 65536 bytes",
            ]
        );
        assert_eq!(rules.apply("abc"), "a<ok>c");
    }

    #[test]
    fn variables_past_the_limit_are_left_out() {
        let (rules, problems) = read(&"a: \"b\"\n".repeat(VARIABLE_RULES_MAX + 2));
        assert_eq!(rules.rules.len(), VARIABLE_RULES_MAX);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].0, VARIABLE_RULES_MAX + 1);
    }

    #[test]
    fn a_pattern_that_finds_nothing_between_letters_changes_nothing() {
        let (rules, problems) = read("a: /x|\\b/");
        assert_eq!(problems, []);
        assert_eq!(rules.apply("one x"), "one <a>");
    }

    proptest! {
        #[test]
        fn no_line_panics(text in any::<String>(), message in any::<String>()) {
            for line in [text.clone(), format!("a: /{text}/"), format!("a: \"{text}\"")] {
                read(&line).0.apply(&message);
            }
        }
    }
}
