//! Variable rules for a part of a message that a person selected.

use std::fmt::Write;

use crate::compiled::Compiled;
use crate::{RuleKind, RuleText, Version, check};

/// Longer selections are no names of things.
const SELECTED_CHARS_MAX: usize = 200;

/// A pattern to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableChoice {
    /// The line of a variable rule.
    pub line: String,
    /// What it matches, in words.
    pub label: String,
    /// The sample after the rule.
    pub result: String,
}

/// Variable rules for the `selected` part of a message, from the exact text to the most general
/// pattern; empty if `sample` does not contain it, or it is longer than 200 characters.
#[must_use]
pub fn variable(sample: &str, selected: &str) -> Vec<VariableChoice> {
    let selected = selected.trim();
    let is_usable = !selected.is_empty()
        && selected.chars().nth(SELECTED_CHARS_MAX).is_none()
        && !selected.chars().any(char::is_control);
    let Some(before) = sample.split_once(selected).filter(|_| is_usable) else {
        return Vec::new();
    };
    let name = name(before.0, selected);
    let patterns = [
        ("exactly this text", literal(selected)),
        ("this text with any number", generalised(selected, false)),
        (
            "letters and digits in this form",
            generalised(selected, true),
        ),
        ("any word of letters, digits, _, . and -", word(selected)),
        ("anything in these quotes", quoted(sample, selected)),
    ];
    let mut choices: Vec<VariableChoice> = Vec::new();
    for (label, pattern) in patterns {
        let Some(pattern) = pattern else { continue };
        let line = format!("{name}: {pattern}");
        let is_new = choices.iter().all(|choice| choice.line != line);
        if is_new
            && check(RuleKind::Variable, &line).is_empty()
            && let Some(result) = applied(&line, sample)
        {
            choices.push(VariableChoice {
                line,
                label: label.to_owned(),
                result,
            });
        }
    }
    choices
}

/// The sample after the rule; `None` if the rule does not find anything in it.
fn applied(line: &str, sample: &str) -> Option<String> {
    let text = RuleText {
        kind: RuleKind::Variable,
        origin: String::new(),
        text: line.to_owned(),
    };
    let with = Compiled::new(Version::LATEST, &[text], &mut Vec::new());
    let with = with.parameterizer.apply(sample);
    let without = Compiled::default();
    (with != without.parameterizer.apply(sample)).then(|| with.into_owned())
}

fn literal(selected: &str) -> Option<String> {
    let escaped = selected.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("\"{escaped}\""))
}

/// The text with any digits in the place of its digits, and, `with_letters`, any letters in the
/// place of its letters; `None` if that is the text itself.
fn generalised(selected: &str, with_letters: bool) -> Option<String> {
    #[derive(PartialEq)]
    enum Class {
        Digit,
        Lower,
        Upper,
        Other(char),
    }
    let class = |character: char| match character {
        '0'..='9' => Class::Digit,
        'a'..='z' if with_letters => Class::Lower,
        'A'..='Z' if with_letters => Class::Upper,
        other => Class::Other(other),
    };
    let mut pattern = String::new();
    let mut former = None;
    for character in selected.chars() {
        let class = class(character);
        match &class {
            Class::Other(other) => pattern.push_str(&escaped(*other)),
            _ if former.as_ref() == Some(&class) => {}
            Class::Digit => pattern.push_str("[0-9]+"),
            Class::Lower => pattern.push_str("[a-z]+"),
            Class::Upper => pattern.push_str("[A-Z]+"),
        }
        former = Some(class);
    }
    pattern.contains('[').then(|| bounded(&pattern, selected))
}

/// Any word, if the selection is one.
fn word(selected: &str) -> Option<String> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-');
    let is_word = selected.chars().all(is_part) && selected.bytes().any(|it| it.is_ascii_digit());
    is_word.then(|| bounded("[A-Za-z0-9_.-]*[0-9][A-Za-z0-9_.-]*", selected))
}

/// Anything in the quotes that the selection stands in.
fn quoted(sample: &str, selected: &str) -> Option<String> {
    let is_in = |quote: char| sample.contains(&format!("{quote}{selected}{quote}"));
    let quote = ['\'', '"', '`'].into_iter().find(|quote| is_in(*quote))?;
    Some(format!("/{quote}[^{quote}]+{quote}/"))
}

/// A pattern between slashes that does not begin or end inside a word.
fn bounded(pattern: &str, selected: &str) -> String {
    let is_word = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric() || it == '_');
    let boundary = |is: bool| if is { "\\b" } else { "" };
    let start = boundary(is_word(selected.chars().next()));
    let end = boundary(is_word(selected.chars().next_back()));
    format!("/{start}{pattern}{end}/")
}

fn escaped(character: char) -> String {
    let mut text = String::new();
    let is_plain = character.is_alphanumeric() || matches!(character, '_' | ' ' | '-' | ':' | ',');
    if is_plain || !character.is_ascii() {
        text.push(character);
    } else {
        // Writing to a text does not fail.
        let _infallible = write!(text, "\\x{:02x}", u32::from(character));
    }
    text
}

/// A name for what was selected: the letters that it begins with, or the word before it.
fn name(before: &str, selected: &str) -> String {
    let letters = |text: &str| -> String {
        let letters = text.chars().take_while(char::is_ascii_alphabetic);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let words = before.rsplit(|it: char| !it.is_ascii_alphabetic());
    let mut words = words.filter(|word| word.len() > 1);
    let own = letters(selected);
    match (own.len(), words.next()) {
        (2.., _) => own,
        (_, Some(word)) => letters(word),
        (_, None) => "text".to_owned(),
    }
}
