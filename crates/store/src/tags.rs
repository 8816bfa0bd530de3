//! Which tags an event has: its own, and those that Sentry derives from its other fields.

use std::borrow::Cow;

use watchfire_event::Event;
use watchfire_event::json::{Object, Value};

/// How many tags of one event are counted; further ones stay in the body only.
const TAGS_PER_EVENT_MAX: usize = 64;
/// How many characters of a value are counted; values that differ later count as one. Databases
/// limit the size of a key.
pub(crate) const VALUE_CHARS_MAX: usize = 250;

/// The tags of an event that are counted, each key once. What a field says wins over a tag of the
/// same key that the SDK sent.
#[must_use]
pub fn derive(event: &Event<'_>) -> Vec<(String, String)> {
    let body = &event.body;
    let mut tags = Tags(Vec::with_capacity(24));
    tags.add("level", Some(event.level.as_str()));
    for key in ["environment", "release", "dist", "transaction", "logger"] {
        tags.add(key, body.get_str(key));
    }
    tags.add(
        "url",
        body.get_object("request").and_then(|r| r.get_str("url")),
    );
    if let Some((kind, id)) = user_identity(body) {
        tags.add("user", Some(format!("{kind}:{id}").as_str()));
    }
    tags.add(
        "handled",
        handled(body).map(|h| if h { "yes" } else { "no" }),
    );
    tags.add(
        "mechanism",
        mechanisms(body).last().and_then(|m| m.get_str("type")),
    );
    let contexts = body.get_object("contexts");
    for key in ["browser", "os", "client_os", "runtime"] {
        let context = contexts.and_then(|contexts| contexts.get_object(key));
        tags.add_named(key, context);
    }
    let device = contexts.and_then(|contexts| contexts.get_object("device"));
    for (key, field) in [("device", "model"), ("device.family", "family")] {
        tags.add(key, device.and_then(|device| device.get_str(field)));
    }

    for pair in body.get_array("tags").unwrap_or_default() {
        if let Some([Value::String(key), Value::String(value)]) = pair.as_array() {
            tags.add(key, Some(value));
        }
    }
    tags.0
}

/// Who the event happened to, as kind and identity: the first of id, name, address and IP that the
/// event knows, in Sentry's order.
pub(crate) fn user_identity(body: &Object<'_>) -> Option<(&'static str, String)> {
    let user = body.get_object("user")?;
    let fields = [
        ("id", "id"),
        ("username", "username"),
        ("email", "email"),
        ("ip_address", "ip"),
    ];
    fields.into_iter().find_map(|(key, kind)| {
        let text = match user.get(key)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some((kind, text))
    })
}

/// Whether an exception of the event was caught, if any says so: one that was not decides.
pub(crate) fn handled(body: &Object<'_>) -> Option<bool> {
    mechanisms(body)
        .filter_map(|mechanism| mechanism.get("handled")?.as_bool())
        .reduce(|all, one| all && one)
}

/// The mechanisms of the exceptions, that of the outermost exception last.
fn mechanisms<'e>(body: &'e Object<'_>) -> impl Iterator<Item = &'e Object<'e>> {
    body.get_object("exception")
        .and_then(|exception| exception.get_array("values"))
        .unwrap_or_default()
        .iter()
        .filter_map(|exception| exception.as_object()?.get_object("mechanism"))
}

struct Tags(Vec<(String, String)>);

impl Tags {
    /// Adds a tag unless it has no value, is there already, or there are too many.
    fn add(&mut self, key: &str, value: Option<&str>) {
        let value = value.map(str::trim).filter(|value| !value.is_empty());
        let Some(value) = value else { return };
        let key = storable(key);
        let is_there = self.0.iter().any(|(other, _)| *other == key);
        if !is_there && !key.is_empty() && self.0.len() < TAGS_PER_EVENT_MAX {
            self.0
                .push((key.into_owned(), storable(value).into_owned()));
        }
    }

    /// Adds `browser` = `Firefox 144.0` and `browser.name` = `Firefox`.
    fn add_named(&mut self, key: &str, context: Option<&Object<'_>>) {
        let Some(name) = context.and_then(|context| context.get_str("name")) else {
            return;
        };
        match context.and_then(|context| context.get_str("version")) {
            Some(version) => self.add(key, Some(format!("{name} {version}").as_str())),
            None => self.add(key, Some(name)),
        }
        self.add(&format!("{key}.name"), Some(name));
    }
}

/// The text cut to what a key holds, without NUL, which PostgreSQL cannot store.
pub(crate) fn storable(text: &str) -> Cow<'_, str> {
    storable_up_to(text, VALUE_CHARS_MAX)
}

/// The text cut to so many characters, without NUL, which PostgreSQL cannot store.
pub(crate) fn storable_up_to(text: &str, chars_max: usize) -> Cow<'_, str> {
    let end = text.char_indices().nth(chars_max).map(|(at, _)| at);
    let text = end.and_then(|end| text.get(..end)).unwrap_or(text);
    without_nul(text)
}

/// The text without NUL, which PostgreSQL cannot store.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        return Cow::Owned(text.replace('\0', ""));
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use watchfire_event::{Event, EventId, Level, MetaTree, Timestamp, json};

    use super::*;

    fn event(text: &'static str) -> Event<'static> {
        let Ok(Value::Object(body)) = json::parse(text.as_bytes()) else {
            panic!("not an object");
        };
        Event {
            id: EventId::random(),
            received_at: Timestamp(0),
            timestamp: Timestamp(0),
            level: Level::Error,
            body,
            meta: MetaTree::default(),
        }
    }

    fn tags(text: &'static str) -> Vec<String> {
        let tags = derive(&event(text));
        tags.iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect()
    }

    #[test]
    fn tags_come_from_fields_and_from_the_sdk_each_key_once() {
        let found = tags(
            r#"{"environment":"production","release":"shop@1","transaction":"/pay",
            "request":{"url":"http://x/pay"},"user":{"id":7,"email":"a@b"},
            "exception":{"values":[{"mechanism":{"type":"chained","handled":true}},
                {"mechanism":{"type":"django","handled":false}}]},
            "contexts":{"runtime":{"name":"CPython","version":"3.13"},"os":{"name":"Linux"}},
            "tags":[["server_name","web-1"],["environment","other"],["empty",""],null,["x"]]}"#,
        );
        assert_eq!(
            found,
            [
                "level=error",
                "environment=production",
                "release=shop@1",
                "transaction=/pay",
                "url=http://x/pay",
                "user=id:7",
                "handled=no",
                "mechanism=django",
                "os=Linux",
                "os.name=Linux",
                "runtime=CPython 3.13",
                "runtime.name=CPython",
                "server_name=web-1",
            ]
        );
    }

    #[test]
    fn the_first_known_identity_stands_for_the_user() {
        let identity = |text| user_identity(&event(text).body);
        assert_eq!(
            identity(r#"{"user":{"id":" ","email":"a@b"}}"#),
            Some(("email", "a@b".into()))
        );
        assert_eq!(identity(r#"{"user":{"name":"A"}}"#), None);
        assert_eq!(identity("{}"), None);
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        let long = "ä".repeat(VALUE_CHARS_MAX + 1);
        assert_eq!(storable(&long), "ä".repeat(VALUE_CHARS_MAX));
        assert_eq!(storable("a\0b"), "ab");
    }
}
