//! The value behind a name and a separator in a text: `name=value`, `name: value`, either in
//! quotes.

use regex::Regex;

use crate::secrets::Stops;

/// Spaces between a separator and a value, and brackets of a list around it.
const SPACES_MAX: usize = 3;
const BRACKETS_MAX: usize = 2;

/// Schemes of authorisation, which stand in front of what they need.
const SCHEMES: [&str; 5] = ["basic", "bearer", "digest", "token", "negotiate"];

/// What takes the value that begins at a place, if there is one.
pub(crate) type At = fn(&[u8], usize) -> Option<(usize, usize)>;

/// The values behind the matches of `names`, which end with a separator.
pub(super) fn values<'t>(
    names: &'t Regex,
    text: &'t str,
    value_at: At,
) -> impl Iterator<Item = (usize, usize)> + 't {
    let mut place = 0;
    std::iter::from_fn(move || {
        loop {
            let name = names.find_at(text, place)?;
            let value = value_at(text.as_bytes(), name.end());
            place = value.map_or(name.end(), |value| value.1);
            if value.is_some() {
                return value;
            }
        }
    })
}

/// The value that begins behind a separator.
pub(super) fn value_at(text: &[u8], place: usize) -> Option<(usize, usize)> {
    let start = skip(text, place, SPACES_MAX, |byte| matches!(byte, b' ' | b'\t'));
    quoted(text, start).or_else(|| match start - place {
        0 => word(text, start),
        // A word behind a space counts only when a delimiter follows: `token: expired yesterday`
        // is a sentence.
        _ => last_word(text, start),
    })
}

fn quoted(text: &[u8], start: usize) -> Option<(usize, usize)> {
    let mut start = skip(text, start, BRACKETS_MAX, |byte| {
        matches!(byte, b'[' | b'(')
    });
    let is_quote = |place: usize| matches!(text.get(place), Some(b'"' | b'\'' | b'\\'));
    if matches!(text.get(start), Some(b'b' | b'r' | b'u')) && is_quote(start + 1) {
        start += 1;
    }
    start = skip(text, start, 1, |byte| byte == b'\\');
    let quote = *text
        .get(start)
        .filter(|byte| matches!(byte, b'"' | b'\''))?;
    start += 1;
    let mut end = start;
    while let Some(byte) = text.get(end) {
        match (byte, text.get(end + 1)) {
            (byte, _) if *byte == quote => break,
            (b'\\', Some(next)) if *next == quote => break,
            (b'\\', Some(next)) if next.is_ascii() => end += 2,
            _ => end += 1,
        }
    }
    (end > start).then_some((start, end))
}

fn word(text: &[u8], start: usize) -> Option<(usize, usize)> {
    const STOPS: Stops = Stops::new(b" \t\n\x0c\r\"'&;,(){}[]<>");
    let end = start + STOPS.length(text.get(start..)?);
    (end > start).then_some((start, end))
}

fn last_word(text: &[u8], start: usize) -> Option<(usize, usize)> {
    let (mut start, mut end) = word(text, start)?;
    let is_scheme = |word: &[u8]| {
        SCHEMES
            .iter()
            .any(|it| word.eq_ignore_ascii_case(it.as_bytes()))
    };
    if text.get(start..end).is_some_and(is_scheme) && text.get(end) == Some(&b' ') {
        (start, end) = word(text, end + 1)?;
    }
    let rest = skip(text, end, usize::MAX, |byte| matches!(byte, b' ' | b'\t'));
    let ends = text
        .get(rest)
        .is_none_or(|byte| b"\r\n,;)}]\"'&".contains(byte));
    ends.then_some((start, end))
}

/// Where the first byte stands, of at most `max`, that does not belong.
fn skip(text: &[u8], from: usize, max: usize, belongs: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest
        .iter()
        .take(max)
        .take_while(|byte| belongs(**byte))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::improved;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = values(&improved::ASSIGNMENT, text, value_at)
            .filter_map(|(start, end)| text.get(start..end))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn values_behind_names_are_found_in_every_form() {
        for (text, expected) in [
            ("password=abc rest", "abc"),
            ("db_password: hunter2", "hunter2"),
            (r#"{"password": "a b", "x": 1}"#, "a b"),
            (r#"{\"password\":\"x\"}"#, "x"),
            (r#"password="a\"b" c"#, r"a"),
            ("<QueryDict: {'password': ['hunter2']}>", "hunter2"),
            ("?api_key=k1&x=2", "k1"),
            ("Authorization: Basic YWJj", "YWJj"),
            ("secret=>v)", "v"),
            ("token:abc", "abc"),
            ("PASSWORD = 'x'", "x"),
            ("password=pä55 x", "pä55"),
            ("password=\"unclosed ü", "unclosed ü"),
        ] {
            check(text, &[expected]);
        }
        check("password=a&token=b, secret: c", &["a", "b", "c"]);
    }

    #[test]
    fn sentences_and_other_names_are_left_alone() {
        for text in [
            "password: must not be empty",
            "author: bob",
            "tokens: 5",
            "Unexpected token <",
            "password=",
            "password: ",
        ] {
            check(text, &[]);
        }
    }
}
