//! The part of a message or exception value that counts.

use std::borrow::Cow;

use crate::Component;
use crate::parameterize::Parameterizer;

/// Later lines of a message are details.
const LINES_MAX: usize = 2;

/// A leaf of the first lines of `text`, with what differs from event to event masked; `None` if
/// nothing is left (reference/GROUPING.md section 6).
pub(crate) fn component<'e>(
    id: &'static str,
    text: &'e str,
    parameterizer: &'e Parameterizer,
) -> Option<Component<'e>> {
    let masked = match first_lines(text) {
        Cow::Borrowed(lines) => parameterizer.apply(lines),
        Cow::Owned(lines) => Cow::Owned(parameterizer.apply(&lines).into_owned()),
    };
    if masked.is_empty() {
        return None;
    }
    let is_changed = masked != text;
    let mut component = Component::leaf(id, masked);
    if is_changed {
        component.hint = Some("stripped event-specific values".into());
        component.rule = parameterizer.rule_of(text);
    }
    Some(component)
}

/// The first lines that are more than white space, and dots if that is not all of the text.
pub(crate) fn first_lines(text: &str) -> Cow<'_, str> {
    let is_blank = |line: &str| line.chars().all(is_space);
    if !text.contains(ends_line) && !is_blank(text) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len().min(1024));
    let lines = lines(text).filter(|line| !is_blank(line));
    for (place, line) in lines.take(LINES_MAX).enumerate() {
        if place > 0 {
            kept.push('\n');
        }
        kept.push_str(line);
    }
    if kept == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(kept + "...")
    }
}

/// The lines as Python cuts them. Where it takes two characters for one end of a line, a blank
/// line more does not matter here.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(ends_line)
}

/// What ends a line for Python's `splitlines`.
fn ends_line(character: char) -> bool {
    matches!(
        character,
        '\n' | '\x0b' | '\x0c' | '\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// What Python's `strip` takes off.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\x1c'..='\x1f')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lines_that_say_something_are_kept() {
        assert_eq!(first_lines("a\n\nb\nc"), "a\nb...");
        assert_eq!(first_lines("a\r\nb"), "a\nb...");
        assert_eq!(first_lines("a\u{2028}b"), "a\nb...");
        assert_eq!(first_lines(" a "), " a ");
        assert_eq!(first_lines("a\nb"), "a\nb");
        assert_eq!(first_lines("a\n"), "a...");
    }

    #[test]
    fn a_blank_text_is_shown_as_cut() {
        assert_eq!(first_lines(" \n "), "...");
        let parameterizer = Parameterizer::default();
        assert_eq!(component("message", "", &parameterizer), None);
    }

    #[test]
    fn a_changed_text_says_so() {
        let parameterizer = Parameterizer::default();
        let component = |text| component("message", text, &parameterizer).unwrap();
        let masked = component("order 5 failed");
        assert_eq!(
            masked.hint.as_deref(),
            Some("stripped event-specific values")
        );
        assert_eq!(component("order failed").hint, None);
    }
}
