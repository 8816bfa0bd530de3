//! Lists of key and value pairs: tags, headers, cookies, query strings
//! (reference/PROTOCOL.md section 8.0, "`PairList`").

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::shape::{json_string, lenient_string, skip_empty, string};
use crate::PathItem;
use crate::json::Value;
use crate::place::Place;

type Shape = for<'a> fn(&mut Value<'a>, &mut Place<'_>);

/// Tags: both sides lenient strings.
pub(super) fn tags(value: &mut Value<'_>, place: &mut Place<'_>) {
    pairs(value, place, lenient_string, lenient_string);
}

/// Headers: names get their usual capitals, lists of values are joined with commas.
pub(super) fn headers(value: &mut Value<'_>, place: &mut Place<'_>) {
    pairs(value, place, header_name, header_value);
}

/// Cookies: pairs, or the text of a `Cookie` header.
pub(super) fn cookies(value: &mut Value<'_>, place: &mut Place<'_>) {
    if let Value::String(text) = value {
        match parse_cookies(text) {
            Some(pairs) => *value = Value::Array(pairs),
            None => return place.invalid(value, "expected cookies"),
        }
    }
    pairs(value, place, string, string);
}

/// Query strings: pairs, or text with or without `?`.
pub(crate) fn query(value: &mut Value<'_>, place: &mut Place<'_>) {
    if let Value::String(text) = value {
        let text = text.strip_prefix('?').unwrap_or(text);
        *value = Value::Array(parse_form(text).map(pair).collect());
    }
    pairs(value, place, string, json_string);
}

/// The decoded names and values of `a=1&b=2`.
pub(crate) fn parse_form(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decode_form(name), decode_form(value))
    })
}

fn decode_form(text: &str) -> String {
    let spaced: Cow<'_, str> = match text.contains('+') {
        true => text.replace('+', " ").into(),
        false => text.into(),
    };
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

fn pair((name, value): (String, String)) -> Value<'static> {
    Value::Array(vec![Value::from(name), Value::from(value)])
}

/// The pairs in the text of a `Cookie` header; `None` when a part has no `=`.
pub(crate) fn parse_cookies(text: &str) -> Option<Vec<Value<'static>>> {
    let decode = |text: &str| {
        percent_decode_str(text.trim())
            .decode_utf8_lossy()
            .into_owned()
    };
    text.split(';')
        .filter(|part| !part.trim().is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=')?;
            Some(pair((decode(name), decode(value))))
        })
        .collect()
}

fn pairs<'a>(value: &mut Value<'a>, place: &mut Place<'_>, key: Shape, item: Shape) {
    if let Value::Object(object) = value {
        let mut entries: Vec<(Cow<'a, str>, Value<'a>)> =
            std::mem::take(object).into_iter().collect();
        entries.sort_by(|left, right| left.0.cmp(&right.0));
        if place.is_noted() {
            for (index, (name, _)) in entries.iter().enumerate() {
                place.rename(name, &[PathItem::Index(index), PathItem::Index(1)]);
            }
        }
        let list = entries
            .into_iter()
            .map(|(name, value)| Value::Array(vec![Value::String(name), value]))
            .collect();
        *value = Value::Array(list);
    }
    match value {
        Value::Array(items) => {
            for (index, entry) in items.iter_mut().enumerate() {
                shape_pair(entry, &mut place.index(index), key, item);
            }
        }
        Value::Null => {}
        _ => place.invalid(value, "expected a list of pairs"),
    }
    skip_empty(value);
}

fn shape_pair(entry: &mut Value<'_>, place: &mut Place<'_>, key: Shape, item: Shape) {
    match entry {
        Value::Null => {}
        Value::Array(parts) if parts.len() == 2 => {
            for (index, (part, shape)) in parts.iter_mut().zip([key, item]).enumerate() {
                shape(part, &mut place.index(index));
            }
        }
        _ => place.invalid(entry, "expected a tuple"),
    }
}

fn header_name(value: &mut Value<'_>, place: &mut Place<'_>) {
    string(value, place);
    if let Value::String(name) = value {
        let starts_lower = |name: &str| {
            let mut start = true;
            name.bytes().any(|byte| {
                let lower = start && byte.is_ascii_lowercase();
                start = byte == b'-';
                lower
            })
        };
        if starts_lower(name) {
            *value = Value::from(title_case(name));
        }
    }
}

fn title_case(name: &str) -> String {
    let mut start = true;
    name.chars()
        .map(|letter| {
            let letter = if start {
                letter.to_ascii_uppercase()
            } else {
                letter
            };
            start = letter == '-';
            letter
        })
        .collect()
}

fn header_value(value: &mut Value<'_>, place: &mut Place<'_>) {
    if let Value::Array(items) = value {
        let parts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
        match parts {
            Some(parts) => *value = Value::from(parts.join(",")),
            None => return place.invalid(value, "expected a header value"),
        }
    }
    lenient_string(value, place);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MetaTree;
    use crate::json::parse;
    use crate::place::Allowance;

    #[track_caller]
    fn check(shape: Shape, input: &str, expected: &str) {
        let mut meta = MetaTree::default();
        let mut value = parse(input.as_bytes()).expect("reads");
        shape(
            &mut value,
            &mut Place::root(&mut meta, &Allowance::default()),
        );
        assert_eq!(value.to_json(), expected);
    }

    #[test]
    fn objects_become_sorted_pairs_and_lists_keep_their_order() {
        check(tags, r#"{"b":1.5,"a":true}"#, r#"[["a","True"],["b","1"]]"#);
        check(tags, r#"[["b","1"],["a","2"]]"#, r#"[["b","1"],["a","2"]]"#);
        check(
            tags,
            r#"[["a"],null,["b",{}]]"#,
            r#"[null,null,["b",null]]"#,
        );
    }

    #[test]
    fn headers_are_capitalised_and_joined() {
        check(
            headers,
            r#"{"x-real-ip":["1","2"],"HOST":"h"}"#,
            r#"[["HOST","h"],["X-Real-Ip","1,2"]]"#,
        );
    }

    #[test]
    fn cookies_and_queries_are_read_from_text() {
        check(
            cookies,
            r#""a=1; b=%20x=y; ""#,
            r#"[["a","1"],["b"," x=y"]]"#,
        );
        check(cookies, r#""nonsense""#, "null");
        check(
            query,
            r#""?a=1&b+c=%C3%A9&d""#,
            r#"[["a","1"],["b c","é"],["d",""]]"#,
        );
        check(query, r#"{"n":5,"l":[1]}"#, r#"[["l","[1]"],["n","5"]]"#);
    }

    #[test]
    fn notes_of_objects_move_to_the_places_of_the_pairs() {
        let mut meta = MetaTree::from_value(&parse(br#"{"b":{"":{"len":3}}}"#).expect("reads"));
        let mut value = parse(br#"{"b":"x","a":"y"}"#).expect("reads");
        tags(
            &mut value,
            &mut Place::root(&mut meta, &Allowance::default()),
        );
        assert_eq!(
            meta.to_value().expect("has notes").to_json(),
            r#"{"1":{"1":{"":{"len":3}}}}"#
        );
    }
}
