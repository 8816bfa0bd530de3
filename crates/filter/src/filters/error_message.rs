use std::borrow::Cow;

use watchfire_event::Event;

use crate::PatternSet;
use crate::fields::{Exception, exceptions, message};

/// Whether the event's message, or any exception as `Type: message`, is one that the project
/// refuses.
pub(crate) fn matches(event: &Event<'_>, refused: &PatternSet) -> bool {
    message(event).is_some_and(|message| refused.matches(message))
        || exceptions(event).any(|exception| refused.matches(&text(&exception)))
}

fn text<'e>(exception: &Exception<'e>) -> Cow<'e, str> {
    match (exception.kind, exception.value) {
        ("", value) => value.into(),
        (kind, "") => kind.into(),
        (kind, value) => format!("{kind}: {value}").into(),
    }
}
