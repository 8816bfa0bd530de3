//! Tags as fingerprints and their rules see them.

use watchfire_event::json::{Object, Value};

/// The tags that Sentry makes of attributes of the event before it groups, with the attribute.
const ATTRIBUTES: [(&str, &str); 6] = [
    ("level", "level"),
    ("logger", "logger"),
    ("environment", "environment"),
    ("transaction", "transaction"),
    ("sentry:release", "release"),
    ("sentry:dist", "dist"),
];

/// The value of the first tag of this name, for the variables.
pub(crate) fn first<'e>(body: &'e Object<'e>, name: &str) -> Option<&'e str> {
    attribute(body, name).or_else(|| sent(body, name).next())
}

/// The value of the last tag of this name, for the matchers.
pub(super) fn last<'e>(body: &'e Object<'e>, name: &str) -> Option<&'e str> {
    attribute(body, name).or_else(|| sent(body, name).last())
}

fn attribute<'e>(body: &'e Object<'e>, name: &str) -> Option<&'e str> {
    let (_, key) = ATTRIBUTES.iter().find(|(tag, _)| *tag == name)?;
    body.get_str(key).filter(|text| !text.is_empty())
}

fn sent<'e>(body: &'e Object<'e>, name: &str) -> impl Iterator<Item = &'e str> {
    let tags = body.get_array("tags").unwrap_or_default().iter();
    let pairs = tags.filter_map(Value::as_array);
    let named = pairs.filter(move |pair| pair.first().and_then(Value::as_str) == Some(name));
    named.filter_map(|pair| pair.get(1)?.as_str())
}
