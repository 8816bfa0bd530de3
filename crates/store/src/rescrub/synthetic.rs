//! Texts that outlived the event that they came from: each is put into an event where it came from,
//! scrubbed there, and read back.

use serde_json::{Value, json};
use watchfire_event::{Event, Timestamp, decode};

use super::rules::Rules;
use crate::new_event::Looks;
use crate::tags;

/// What the rules make of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Same,
    /// Another text; nothing when none is left.
    Other(Option<String>),
}

impl Text {
    /// The text that is left; empty when none is.
    pub(super) fn or(self, before: &str) -> String {
        match self {
            Self::Same => before.to_owned(),
            Self::Other(text) => text.unwrap_or_default(),
        }
    }
}

impl Rules {
    /// What the rules make of a tag's value.
    pub(super) fn tag(&self, key: &str, value: &str) -> Text {
        let Some(body) = body_of_tag(key, value) else {
            return Text::Same;
        };
        self.scrub_body(&body, |event| {
            let mut tags = tags::derive(event).into_iter();
            tags.find(|(other, _)| other == key).map(|(_, value)| value)
        })
    }

    /// What the rules make of a title or a culprit: of the same text as the value of an exception,
    /// and as a message.
    pub(super) fn line(&self, text: &str) -> Text {
        let as_value = json!({ "exception": { "values": [{ "type": "", "value": text }] } });
        let scrubbed = self.scrub_body(&as_value, exception_value);
        if scrubbed != Text::Same {
            return scrubbed;
        }
        let as_message = json!({ "logentry": { "formatted": text } });
        self.scrub_body(&as_message, message)
    }

    /// What an issue shows, scrubbed; nothing when the rules change nothing of it.
    pub(super) fn looks(&self, before: &Looks) -> Option<Looks> {
        let mut after = before.clone();
        let mut is_changed = false;
        for (key, value) in [
            ("mechanism.type", &mut after.kind),
            ("exception.value", &mut after.value),
            ("frame.filename", &mut after.filename),
            ("frame.function", &mut after.function),
            ("transaction", &mut after.culprit),
        ] {
            let scrubbed = match key {
                "transaction" => self.tag("transaction", value),
                "exception.value" | "mechanism.type" => self.line(value),
                _ => self.frame(key, value),
            };
            if let Text::Other(text) = scrubbed {
                *value = text.unwrap_or_default();
                is_changed = true;
            }
        }
        if let Some(logger) = &before.logger
            && let Text::Other(text) = self.tag("logger", logger)
        {
            after.logger = text;
            is_changed = true;
        }
        if (&after.kind, &after.value) != (&before.kind, &before.value) {
            after.title = title(&after.kind, &after.value);
        } else if let Text::Other(text) = self.line(&before.title) {
            after.title = text.unwrap_or_default();
            is_changed = true;
        }
        is_changed.then_some(after)
    }

    fn frame(&self, key: &str, value: &str) -> Text {
        let field = key.trim_start_matches("frame.");
        let frames = json!([{ field: value }]);
        let body = json!({ "exception": { "values": [{
            "type": "E", "stacktrace": { "frames": frames },
        }]}});
        let read = |event: &Event<'_>| {
            let frames = first_exception(event)?
                .get_object("stacktrace")?
                .get_array("frames")?;
            let frame = frames.first()?.as_object()?;
            frame.get_str(field).map(str::to_owned)
        };
        self.scrub_body(&body, read)
    }

    /// Scrubs an event that holds a text and reads the text before and after.
    fn scrub_body(&self, body: &Value, read: impl Fn(&Event<'_>) -> Option<String>) -> Text {
        let text = body.to_string();
        let Ok(draft) = decode(text.as_bytes()) else {
            return Text::Same;
        };
        let before = Event::from_draft(draft, Timestamp(0));
        let after = self.scrubber.scrub_again(before.clone());
        let (before, after) = (read(&before), read(after.event()));
        match before == after {
            true => Text::Same,
            false => Text::Other(after.filter(|text| !text.is_empty())),
        }
    }
}

/// An event with a tag where the tag is derived from; nothing for tags that hold no text of the
/// client's.
fn body_of_tag(key: &str, value: &str) -> Option<Value> {
    Some(match key {
        "level" | "handled" => return None,
        "environment" | "release" | "dist" | "transaction" | "logger" => json!({ key: value }),
        "url" => json!({ "request": { "url": value } }),
        "user" => {
            let (kind, identity) = value.split_once(':')?;
            let field = if kind == "ip" { "ip_address" } else { kind };
            json!({ "user": { field: identity } })
        }
        "mechanism" => json!({ "exception": { "values": [{
            "type": "E", "mechanism": { "type": value },
        }]}}),
        "device" => json!({ "contexts": { "device": { "model": value } } }),
        "device.family" => json!({ "contexts": { "device": { "family": value } } }),
        _ => json!({ "tags": [[key, value]] }),
    })
}

fn first_exception<'e>(event: &'e Event<'_>) -> Option<&'e watchfire_event::json::Object<'e>> {
    let exception = event.body.get_object("exception")?;
    exception.get_array("values")?.first()?.as_object()
}

fn exception_value(event: &Event<'_>) -> Option<String> {
    first_exception(event)?.get_str("value").map(str::to_owned)
}

fn message(event: &Event<'_>) -> Option<String> {
    let entry = event.body.get_object("logentry")?;
    entry.get_str("formatted").map(str::to_owned)
}

/// The title of an exception or a message, as issues show it.
fn title(kind: &str, value: &str) -> String {
    let line = value.lines().next().unwrap_or_default();
    match (kind.is_empty(), line.is_empty()) {
        (true, _) => line.to_owned(),
        (false, true) => kind.to_owned(),
        (false, false) => format!("{kind}: {line}"),
    }
}
