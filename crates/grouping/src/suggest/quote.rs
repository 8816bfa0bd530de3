//! Texts of events as arguments of rules.

/// Characters of an event's text that a rule repeats; what follows is left open.
const TEXT_CHARS_MAX: usize = 200;

/// A matcher for exactly this text, up to its first [`TEXT_CHARS_MAX`] characters.
pub(super) fn matcher(key: &str, text: &str) -> String {
    format!("{key}:\"{}\"", pattern(text))
}

/// A matcher for the file of this path, in whatever folder.
pub(super) fn file_matcher(key: &str, path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    format!("{key}:\"**/{}\"", pattern(name))
}

/// A matcher for texts of one shape, where `shape` has a placeholder such as `<int>` for what
/// differs from text to text.
pub(super) fn shape_matcher(key: &str, shape: &str, is_whole: bool) -> String {
    let mut open = String::new();
    let mut rest = shape.trim();
    while let Some((before, after)) = rest.split_once('<') {
        open.push_str(before);
        let name = after.split_once('>');
        match name.filter(|(name, _)| !name.is_empty() && name.bytes().all(is_of_name)) {
            Some((_, behind)) => {
                open.push(ANYTHING);
                rest = behind;
            }
            None => {
                open.push('<');
                rest = after;
            }
        }
    }
    open.push_str(rest);
    if !is_whole {
        open.push(ANYTHING);
    }
    format!("{key}:\"{}\"", pattern(&open))
}

/// A constant entry of a fingerprint.
pub(super) fn constant(name: &str) -> String {
    let is_plain = |it: &char| !matches!(it, '"' | '\\' | '{' | '}') && !it.is_control();
    let plain: String = name.chars().filter(is_plain).take(TEXT_CHARS_MAX).collect();
    match plain.trim() {
        "" => "\"merged\"".to_owned(),
        plain => format!("\"{plain}\""),
    }
}

/// Stands for any text while a pattern is made; no text of an event holds it afterwards.
const ANYTHING: char = '\u{0}';

/// A pattern that matches this text.
fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    let mut characters = text.chars();
    for character in characters.by_ref().take(TEXT_CHARS_MAX) {
        match character {
            ANYTHING if pattern.ends_with('*') => {}
            ANYTHING => pattern.push('*'),
            '*' | '?' | '[' | ']' | '{' | '}' | '"' | '\\' => pattern.push('?'),
            control if control.is_control() => pattern.push('?'),
            character => pattern.push(character),
        }
    }
    if characters.next().is_some() && !pattern.ends_with('*') {
        pattern.push('*');
    }
    pattern
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_a_pattern_is_any_character() {
        assert_eq!(matcher("type", "a\"b\\c*[d]"), "type:\"a?b?c??d?\"");
    }

    #[test]
    fn long_texts_are_left_open_at_the_end() {
        let found = matcher("type", &"x".repeat(TEXT_CHARS_MAX + 1));
        assert_eq!(found.len(), "type:\"*\"".len() + TEXT_CHARS_MAX);
    }

    #[test]
    fn placeholders_stand_for_anything() {
        assert_eq!(
            shape_matcher("message", "a <int><float> < b <", true),
            "message:\"a * < b <\""
        );
        assert_eq!(
            shape_matcher("message", "a <int>", false),
            "message:\"a *\""
        );
        assert_eq!(shape_matcher("message", "a", false), "message:\"a*\"");
    }

    #[test]
    fn a_fingerprint_is_never_a_variable() {
        assert_eq!(constant("{{ default }}"), "\"default\"");
        assert_eq!(constant("\"\n"), "\"merged\"");
        assert_eq!(constant("slow \"db\""), "\"slow db\"");
    }
}
