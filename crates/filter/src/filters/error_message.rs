use std::borrow::Cow;

use watchfire_event::Event;

use crate::Settings;
use crate::fields::{Exception, exceptions};

/// Whether the event's message, or any exception as `Type: message`, is one that the project
/// refuses.
pub(crate) fn matches(event: &Event<'_>, settings: &Settings) -> bool {
    let refused = |text: &str| {
        settings
            .error_messages
            .iter()
            .any(|pattern| pattern.matches(text))
    };
    let message = event.body.get_object("logentry").and_then(|entry| {
        entry
            .get_str("formatted")
            .or_else(|| entry.get_str("message"))
    });
    message.is_some_and(refused) || exceptions(event).any(|exception| refused(&text(&exception)))
}

fn text<'e>(exception: &Exception<'e>) -> Cow<'e, str> {
    match (exception.kind, exception.value) {
        ("", value) => value.into(),
        (kind, "") => kind.into(),
        (kind, value) => format!("{kind}: {value}").into(),
    }
}
