//! Lists of key and value pairs: tags, headers, cookies, query strings
//! (reference/PROTOCOL.md section 8.0, "`PairList`").

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::shape::{json_string, lenient_string, skip_empty, string};
use crate::PathItem;
use crate::json::Value;
use crate::place::Place;

type Shape = for<'a> fn(&mut Value<'a>, &mut Place<'_>);

/// Tags: both sides lenient strings, names without spaces, values trimmed.
pub(super) fn tags(value: &mut Value<'_>, place: &mut Place<'_>) {
    pairs(value, place, &TAGS, tag_value);
}

/// The name of a tag, without spaces.
fn tag_name(value: &mut Value<'_>, place: &mut Place<'_>) {
    lenient_string(value, place);
    if let Value::String(name) = value
        && name.contains(' ')
    {
        *value = Value::from(name.replace(' ', "-"));
    }
}

/// The value of a tag, without the blanks around it unless remarks name bytes of it, as those of a
/// stored event do.
fn tag_value(value: &mut Value<'_>, place: &mut Place<'_>) {
    lenient_string(value, place);
    if let Value::String(text) = value
        && text.trim().len() < text.len()
        && !place.has_ranges()
    {
        *value = Value::from(text.trim().to_owned());
    }
}

/// Headers: names get their usual capitals, lists of values are joined with commas.
pub(super) fn headers(value: &mut Value<'_>, place: &mut Place<'_>) {
    pairs(value, place, &HEADERS, header_value);
}

/// Cookies: pairs, or the text of a `Cookie` header, of which the parts that can be read are kept.
pub(super) fn cookies(value: &mut Value<'_>, place: &mut Place<'_>) {
    match value {
        Value::String(text) => {
            let (pairs, wrong) = read_cookies(text, place.is_as_relay());
            let original = std::mem::replace(value, Value::Array(pairs));
            for reason in &wrong {
                place.invalid(&mut original.clone(), reason);
            }
            if wrong.is_empty() {
                skip_empty(value);
            }
        }
        Value::Bool(_) | Value::Number(_) => place.invalid(value, "expected cookies"),
        _ => pairs(value, place, &TEXTS, string),
    }
}

/// Query strings: pairs, or text with or without `?`.
pub(crate) fn query(value: &mut Value<'_>, place: &mut Place<'_>) {
    match value {
        Value::String(text) => {
            let text = text.strip_prefix('?').unwrap_or(text);
            *value = Value::Array(parse_form(text).map(pair).collect());
            skip_empty(value);
        }
        Value::Bool(_) | Value::Number(_) => {
            place.invalid(value, "expected a query string or map");
        }
        _ => pairs(value, place, &TEXTS, json_string),
    }
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

/// The pairs in the text of a `Cookie` header; `None` when a part is none.
pub(crate) fn parse_cookies(text: &str) -> Option<Vec<Value<'static>>> {
    let (pairs, wrong) = read_cookies(text, false);
    wrong.is_empty().then_some(pairs)
}

/// The pairs in the text of a `Cookie` header, and what is wrong with its other parts, each once.
/// Only as Relay reads them, those without a name and those that are no UTF-8 are wrong.
fn read_cookies(text: &str, as_relay: bool) -> (Vec<Value<'static>>, Vec<&'static str>) {
    let (mut pairs, mut wrong) = (Vec::new(), Vec::new());
    for part in text.split(';').filter(|part| !part.trim().is_empty()) {
        match read_cookie(part, as_relay) {
            Ok(cookie) => pairs.push(pair(cookie)),
            Err(reason) if wrong.contains(&reason) => {}
            Err(reason) => wrong.push(reason),
        }
    }
    (pairs, wrong)
}

fn read_cookie(part: &str, as_relay: bool) -> Result<(String, String), &'static str> {
    let (name, value) = part
        .split_once('=')
        .ok_or("the cookie is missing a name/value pair")?;
    if as_relay && name.trim().is_empty() {
        return Err("the cookie's name is empty");
    }
    let decode = |text: &str| {
        let decoded = percent_decode_str(text.trim());
        if !as_relay {
            return Ok(decoded.decode_utf8_lossy().into_owned());
        }
        decoded.decode_utf8().map(Cow::into_owned).or(Err(
            "decoding the cookie's name or value resulted in invalid UTF-8",
        ))
    };
    Ok((decode(name)?, decode(value)?))
}

/// How the names in a list of pairs are read.
struct Names {
    shape: Shape,
    /// What becomes of a name of an object, by which its pairs are sorted.
    order: fn(&str) -> Cow<'_, str>,
}

const TEXTS: Names = Names {
    shape: string,
    order: |name| Cow::Borrowed(name),
};
const TAGS: Names = Names {
    shape: tag_name,
    order: |name| name.replace(' ', "-").into(),
};
const HEADERS: Names = Names {
    shape: header_name,
    order: |name| title_case(name).into(),
};

fn pairs<'a>(value: &mut Value<'a>, place: &mut Place<'_>, names: &Names, item: Shape) {
    if let Value::Object(object) = value {
        let mut entries: Vec<(Cow<'a, str>, Value<'a>)> =
            std::mem::take(object).into_iter().collect();
        entries.sort_by(|left, right| left.0.cmp(&right.0));
        entries.sort_by_cached_key(|(name, _)| (names.order)(name).into_owned());
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
                shape_pair(entry, &mut place.index(index), names.shape, item);
            }
        }
        Value::Null => {}
        _ => place.invalid(value, "expected an array"),
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
            name.chars().any(|letter| {
                let lower = start && letter.is_lowercase();
                start = letter == '-';
                lower
            })
        };
        if starts_lower(name) {
            *value = Value::from(title_case(name));
        }
    }
}

fn title_case(name: &str) -> String {
    let mut title = String::with_capacity(name.len());
    let mut start = true;
    for letter in name.chars() {
        if start {
            title.extend(letter.to_uppercase());
        } else {
            title.push(letter);
        }
        start = letter == '-';
    }
    title
}

/// A lenient string, or several of them, which are joined with commas.
fn header_value(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Value::Array(items) = value else {
        return lenient_string(value, place);
    };
    let (mut joined, mut is_noted) = (String::new(), false);
    for item in items {
        if matches!(item, Value::Array(_) | Value::Object(_)) {
            *item = Value::Null;
            if !std::mem::replace(&mut is_noted, true) {
                place.invalid(item, "expected a primitive value");
            }
        }
        lenient_string(item, place);
        if let Value::String(text) = item {
            if !joined.is_empty() {
                joined.push(',');
            }
            joined.push_str(text);
        }
    }
    *value = Value::from(joined);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MetaTree;
    use crate::json::parse;
    use crate::place::Scope;

    #[track_caller]
    fn check(shape: Shape, input: &str, expected: &str) {
        let mut meta = MetaTree::default();
        let mut value = parse(input.as_bytes()).expect("reads");
        shape(&mut value, &mut Place::root(&mut meta, &Scope::default()));
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
        check(cookies, r#""nonsense; a=1""#, r#"[["a","1"]]"#);
        check(
            query,
            r#""?a=1&b+c=%C3%A9&d""#,
            r#"[["a","1"],["b c","é"],["d",""]]"#,
        );
        check(query, r#"{"n":5,"l":[1]}"#, r#"[["l","[1]"],["n","5"]]"#);
    }

    #[test]
    fn names_of_objects_stand_in_the_order_of_what_becomes_of_them() {
        check(
            headers,
            r#"{"authorization":"a","X-Forwarded-For":["",1,null,{},"b"],"éa":1e3}"#,
            r#"[["Authorization","a"],["X-Forwarded-For","1,b"],["Éa","1000"]]"#,
        );
        check(
            tags,
            r#"{"a b":" c d\n","Z":"1"}"#,
            r#"[["Z","1"],["a-b","c d"]]"#,
        );
    }

    #[test]
    fn a_tag_whose_remarks_name_bytes_of_it_keeps_its_blanks() {
        let meta = br#"{"a":{"":{"rem":[["r","x",5,5]]}},"b":{"":{"len":3}}}"#;
        let mut meta = MetaTree::from_value(&parse(meta).expect("reads"));
        let mut value = parse(br#"{"a":"user ","b":"user "}"#).expect("reads");
        tags(&mut value, &mut Place::root(&mut meta, &Scope::default()));
        assert_eq!(value.to_json(), r#"[["a","user "],["b","user"]]"#);
    }

    #[test]
    fn notes_of_objects_move_to_the_places_of_the_pairs() {
        let mut meta = MetaTree::from_value(&parse(br#"{"b":{"":{"len":3}}}"#).expect("reads"));
        let mut value = parse(br#"{"b":"x","a":"y"}"#).expect("reads");
        tags(&mut value, &mut Place::root(&mut meta, &Scope::default()));
        assert_eq!(
            meta.to_value().expect("has notes").to_json(),
            r#"{"1":{"1":{"":{"len":3}}}}"#
        );
    }
}
