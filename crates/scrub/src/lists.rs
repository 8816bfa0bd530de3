//! Names in lists: where a list that is no list of pairs still says what a value is called. Relay
//! looks at lists of pairs only (reference/SCRUBBING.md section 6.5); mode *improved* at these too.

use watchfire_event::json::Value;

/// A list that begins with the name of what follows has at most this many elements.
const TUPLE_MAX: usize = 3;
/// Names in lists have at most this many bytes.
const NAME_BYTES_MAX: usize = 64;
/// Flat headers, as Node's `rawHeaders`, have at least this many elements.
const FLAT_MIN: usize = 4;
/// Longer lists are not looked at as flat headers.
const FLAT_MAX: usize = 200;

/// What the value at `index` of a list is called: in `["password", "x"]` and
/// `["password", "x", 1]` by the first element, in `["--password", "x"]` by the one before it, and
/// in `["Host", "h", "X-Api-Key", "k"]` too.
pub(crate) fn name_of<'v>(items: &'v [Value<'_>], index: usize) -> Option<&'v str> {
    let before = items.get(index.checked_sub(1)?)?;
    let option = before
        .as_str()
        .filter(|text| text.starts_with('-'))
        .and_then(name);
    if option.is_some() {
        return option;
    }
    if items.len() <= TUPLE_MAX {
        return name(items.first()?.as_str()?);
    }
    (index % 2 == 1 && are_flat_headers(items)).then(|| before.as_str())?
}

/// Whether names and texts take turns, and a name looks like that of a header.
fn are_flat_headers(items: &[Value<'_>]) -> bool {
    let are_texts = |items: &[Value<'_>]| items.iter().all(|item| item.as_str().is_some());
    let mut names = items.iter().step_by(2).filter_map(Value::as_str);
    (FLAT_MIN..=FLAT_MAX).contains(&items.len())
        && items.len().is_multiple_of(2)
        && are_texts(items)
        && names.clone().all(|text| name(text) == Some(text))
        && names.any(|text| text.contains('-'))
}

/// The name in a text, without the hyphens of an option.
fn name(text: &str) -> Option<&str> {
    let name = text.trim_start_matches('-');
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let is_name = (1..=NAME_BYTES_MAX).contains(&name.len())
        && name.bytes().all(is_of_name)
        && name.bytes().any(|byte| byte.is_ascii_alphabetic());
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn names(list: serde_json::Value, expected: &[Option<&str>]) {
        let text = list.to_string();
        let list = watchfire_event::json::parse(text.as_bytes()).unwrap();
        let items = list.as_array().unwrap();
        let found: Vec<_> = (0..items.len())
            .map(|index| name_of(items, index))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn short_lists_are_named_by_their_first_element() {
        names(
            serde_json::json!(["password", "x"]),
            &[None, Some("password")],
        );
        let by_first = [None, Some("password"), Some("password")];
        names(serde_json::json!(["password", 5, "x"]), &by_first);
        names(serde_json::json!(["a sentence", "x"]), &[None, None]);
        names(serde_json::json!([1, "x"]), &[None, None]);
    }

    #[test]
    fn options_name_what_follows_them() {
        let named = [None, None, None, Some("db-password"), None];
        let argv = serde_json::json!(["run", "x", "--db-password", "y", "z"]);
        names(argv, &named);
    }

    #[test]
    fn flat_headers_take_turns() {
        let named = [None, Some("Host"), None, Some("X-Api-Key")];
        names(serde_json::json!(["Host", "h", "X-Api-Key", "k"]), &named);
        let words = serde_json::json!(["auth", "sessions", "messages", "admin"]);
        names(words, &[None, None, None, None]);
    }
}
