//! What an event is called (reference/GROUPING.md section 10).

use std::borrow::Cow;

use crate::Metadata;
use crate::context::Context;
use crate::exception::Exception;
use crate::fingerprint;
use crate::frame::Frame;
use crate::strategy::security;

const KIND_CHARACTERS_MAX: usize = 128;
const VALUE_CHARACTERS_MAX: usize = 1024;
/// A title shows this much of a value or message.
const LINE_CHARACTERS_MAX: usize = 100;
const ELLIPSIS: &str = "...";

/// The title of an event and its parts. A rule may give another title; the parts stay.
pub(crate) fn title(context: &Context<'_>) -> (String, Metadata) {
    let (title, metadata) = own_title(context);
    (fingerprint::title(context).unwrap_or(title), metadata)
}

fn own_title(context: &Context<'_>) -> (String, Metadata) {
    match context.main_exception() {
        Some(exception) if !stands_for_message(exception, context) => {
            of_exception(exception, context.located_frame())
        }
        _ => of_message(context),
    }
}

/// Whether the SDK made up the exception only to give a captured message a stack trace, as those
/// for JavaScript do. Sentry calls such an event by its function; the message says more.
fn stands_for_message(exception: &Exception<'_>, context: &Context<'_>) -> bool {
    exception.is_synthetic() && exception.kind.is_none() && message(context).is_some()
}

fn message<'e>(context: &Context<'e>) -> Option<&'e str> {
    context
        .log_entry("formatted")
        .or_else(|| context.log_entry("message"))
}

fn of_exception(exception: &Exception<'_>, frame: Option<&Frame<'_>>) -> (String, Metadata) {
    let kind = match exception.kind {
        _ if exception.is_synthetic() => "",
        Some(kind) => kind,
        None => "Error",
    };
    let value = exception.value.unwrap_or_default();
    let filename = frame.and_then(|frame| frame.filename.or(frame.abs_path));
    let function = frame.and_then(|frame| frame.function.as_deref());
    let metadata = Metadata {
        kind: shortened(kind, KIND_CHARACTERS_MAX).into_owned(),
        value: shortened(value, VALUE_CHARACTERS_MAX).into_owned(),
        filename: filename.unwrap_or_default().to_owned(),
        function: function.unwrap_or_default().to_owned(),
    };
    let title = match (metadata.kind.as_str(), first_line(value)) {
        ("", _) if metadata.function.is_empty() => "<unknown>".to_owned(),
        ("", _) => metadata.function.clone(),
        (kind, "") => kind.to_owned(),
        (kind, line) => format!("{kind}: {}", shortened(line, LINE_CHARACTERS_MAX)),
    };
    (title, metadata)
}

fn of_message(context: &Context<'_>) -> (String, Metadata) {
    let line = first_line(message(context).unwrap_or_default());
    let line = shortened(line, LINE_CHARACTERS_MAX).into_owned();
    let title = if line.is_empty() {
        "<unlabeled event>".to_owned()
    } else {
        line.clone()
    };
    let metadata = Metadata {
        value: line,
        filename: security::location(context).unwrap_or_default(),
        ..Metadata::default()
    };
    (title, metadata)
}

/// The first line that is more than white space, without the space at its ends.
fn first_line(text: &str) -> &str {
    text.trim().lines().next().unwrap_or_default().trim_end()
}

/// At most so many characters, the last three of them dots if something was cut off.
pub(crate) fn shortened(text: &str, characters_max: usize) -> Cow<'_, str> {
    if text.len() <= characters_max || text.chars().nth(characters_max).is_none() {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().take(characters_max - ELLIPSIS.len());
    Cow::Owned(kept.chain(ELLIPSIS.chars()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_end_in_dots_within_the_limit() {
        assert_eq!(shortened("äbcdef", 6), "äbcdef");
        assert_eq!(shortened("äbcdefg", 6), "äbc...");
    }

    #[test]
    fn the_first_line_that_says_something_is_taken() {
        assert_eq!(first_line("\n\n a \nb"), "a");
        assert_eq!(first_line(""), "");
    }
}
