//! Tags: reference/PROTOCOL.md section 8.4.

use std::borrow::Cow;
use std::collections::HashSet;

use super::attributes::trim;
use crate::PathItem;
use crate::json::{Object, Value};
use crate::place::Place;

/// Tags that only the server may set, or that have fields of their own.
const RESERVED: [&str; 6] = [
    "release",
    "dist",
    "user",
    "filename",
    "function",
    "device.class",
];

/// More tags than this are cut off. Ours; Relay has no limit.
const TAGS_MAX: usize = 1_000;
/// Fields that are tags today (section 8.1).
const FORMER_FIELDS: [&str; 2] = ["server_name", "site"];

/// Checks keys and values; of several tags with one key the first stays.
pub(super) fn normalize(body: &mut Object<'_>, root: &mut Place<'_>) {
    check(body, root);
    for key in FORMER_FIELDS {
        let text = body.get_str(key).unwrap_or_default();
        if !text.trim().is_empty()
            && let Some(value) = body.remove(key)
        {
            set(body, root, key, value);
        }
    }
}

fn check(body: &mut Object<'_>, root: &mut Place<'_>) {
    let Some(Value::Array(tags)) = body.get_mut("tags") else {
        return;
    };
    let mut place = root.key("tags");
    for (index, tag) in tags.iter_mut().enumerate() {
        if let Value::Array(pair) = tag
            && let [key, value] = pair.as_mut_slice()
        {
            let mut place = place.index(index);
            check_key(key, &mut place.index(0));
            check_value(value, &mut place.index(1));
        }
    }
    let keep = first_of_each(tags);
    if keep.contains(&false) {
        place.keep_indices(keep.len(), |index| keep.get(index) == Some(&true));
        let mut flags = keep.iter();
        tags.retain(|_| flags.next() == Some(&true));
    }
    let length = tags.len();
    // The server's own come on top, so that a second run does not cut them.
    if length > TAGS_MAX + FORMER_FIELDS.len() {
        tags.truncate(TAGS_MAX);
        place.keep_indices(length, |index| index < TAGS_MAX);
        place.note().original_length = u64::try_from(length).ok();
    }
    if tags.is_empty() {
        body.remove("tags");
    }
}

/// Which tags stay: those with a key of their own that is not reserved.
fn first_of_each(tags: &[Value<'_>]) -> Vec<bool> {
    let mut seen = HashSet::with_capacity(tags.len());
    tags.iter()
        .map(|tag| key_of(tag).is_none_or(|key| !RESERVED.contains(&key) && seen.insert(key)))
        .collect()
}

/// Sets a tag, replacing one of the same key; the notes of the field `key` move with it.
pub(super) fn set<'a>(
    body: &mut Object<'a>,
    root: &mut Place<'_>,
    key: &'static str,
    value: Value<'a>,
) {
    take(body, root, key);
    if body.get_array("tags").is_none() {
        body.insert("tags", Value::Array(Vec::new()));
    }
    if let Some(Value::Array(tags)) = body.get_mut("tags") {
        let last = [
            PathItem::Key("tags"),
            PathItem::Index(tags.len()),
            PathItem::Index(1),
        ];
        root.rename(key, &last);
        tags.push(Value::Array(vec![Value::from(key), value]));
    }
}

/// Takes a tag out and returns its value, if it has one.
pub(super) fn take<'a>(
    body: &mut Object<'a>,
    root: &mut Place<'_>,
    key: &str,
) -> Option<Value<'a>> {
    let Some(Value::Array(tags)) = body.get_mut("tags") else {
        return None;
    };
    let index = tags.iter().position(|tag| key_of(tag) == Some(key))?;
    root.key("tags")
        .keep_indices(tags.len(), |old| old != index);
    let tag = tags.remove(index);
    if tags.is_empty() {
        body.remove("tags");
    }
    let Value::Array(mut pair) = tag else {
        return None;
    };
    pair.pop().filter(|value| !value.is_null())
}

fn key_of<'v>(tag: &'v Value<'_>) -> Option<&'v str> {
    tag.as_array()?.first()?.as_str()
}

fn check_key(key: &mut Value<'_>, place: &mut Place<'_>) {
    let Value::String(text) = key else {
        return;
    };
    trim(text);
    if text.contains(' ') {
        *text = Cow::Owned(text.replace(' ', "-"));
    }
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-');
    if text.is_empty() {
        place.invalid(key, "expected a non-empty value");
    } else if !text.bytes().all(allowed) {
        place.invalid(key, "invalid character in tag key");
    }
}

fn check_value(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Value::String(text) = value else {
        return;
    };
    if !place.has_ranges() {
        trim(text);
    }
    if text.trim().is_empty() {
        place.invalid(value, "expected a non-empty value");
    } else if memchr::memchr(b'\n', text.as_bytes()).is_some() {
        place.invalid(value, "invalid character in tag value");
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, context, event};

    #[test]
    fn hosts_and_sites_become_tags() {
        check(
            r#"{"server_name":"web1","site":"shop","tags":{"server_name":"mine"}}"#,
            "tags",
            r#"[["server_name","web1"],["site","shop"]]"#,
            "",
        );
    }

    #[test]
    fn the_server_tags_the_class_of_the_device_and_clients_cannot() {
        check(
            r#"{"tags":{"device.class":"9","a":"b"},"contexts":{"device":{"family":"P","processor_count":8,"processor_frequency":3000,"memory_size":8589934592}}}"#,
            "tags",
            r#"[["a","b"],["device.class","3"]]"#,
            "",
        );
        check(r#"{"tags":{"device.class":"9"}}"#, "tags", "", "");
    }

    #[test]
    fn tags_are_checked_and_the_first_of_a_key_wins() {
        check(
            r#"{"tags":[["a b","1"],["a-b","2"],["dist","3"],null,["ok"," x "]],"server_name":"web1"}"#,
            "tags",
            r#"[["a-b","1"],null,["ok","x"],["server_name","web1"]]"#,
            "",
        );
        check(
            r#"{"tags":[["dist",1],["é","1"]],"_meta":{"tags":{"1":{"1":{"":{"len":9}}}}}}"#,
            "tags",
            r#"[[null,"1"]]"#,
            r#"{"0":{"0":{"":{"err":[["invalid_data",{"reason":"invalid character in tag key"}]],"val":"é"}},"1":{"":{"len":9}}}}"#,
        );
    }

    #[test]
    fn a_tag_whose_remarks_name_bytes_of_it_keeps_its_blanks() {
        check(
            r#"{"tags":[["a","user "]],"_meta":{"tags":{"0":{"1":{"":{"rem":[["r","x",5,5]]}}}}}}"#,
            "tags",
            r#"[["a","user "]]"#,
            r#"{"0":{"1":{"":{"rem":[["r","x",5,5]]}}}}"#,
        );
    }

    #[test]
    fn a_flood_of_tags_is_cut_off_but_the_servers_own_stay() {
        let tags: Vec<String> = (0..1_100)
            .map(|tag| format!(r#""t{tag:04}":"1""#))
            .collect();
        let input = format!(r#"{{"tags":{{{}}},"server_name":"web1"}}"#, tags.join(","));
        let event = event(&input, &context());
        let tags = event.body.get_array("tags").expect("has tags");
        assert_eq!(tags.len(), 1_001);
        assert_eq!(tags[1_000].to_json(), r#"["server_name","web1"]"#);
    }
}
