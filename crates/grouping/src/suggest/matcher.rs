//! What singles out the events of an issue.

use super::{frame, quote};
use crate::context::Context;
use crate::message::first_lines;
use crate::platform::Family;

/// The matchers for an event; each holds for it.
pub(super) fn of_event(context: &Context<'_>) -> String {
    let mut found = Vec::new();
    let last = context.exceptions.last();
    if let Some(kind) = last.and_then(|last| last.kind) {
        found.push(quote::matcher("error.type", kind));
    }
    match frame::crash(context) {
        Some(frame) => found.extend(frame::matchers(frame)),
        None => {
            let value = last.and_then(|last| last.value);
            let shown = match value {
                Some(value) => Some(("error.value", value)),
                None => context.log_entry("formatted").map(|text| ("message", text)),
            };
            let shape = shown.and_then(|(key, text)| of_shape(key, text, context));
            found.extend(shape);
        }
    }
    if found.is_empty() {
        found.push(of_last_resort(context));
    }
    found.join(" ")
}

/// A matcher for texts like this one: its first lines without what differs from text to text, or
/// the text itself if nothing else is in it.
fn of_shape(key: &str, text: &str, context: &Context<'_>) -> Option<String> {
    let text = text.trim();
    let line = text.split(['\n', '\r']).next()?.trim_end();
    if line.is_empty() {
        return None;
    }
    let is_whole = line.len() == text.len() && first_lines(text) == text;
    let shape = context.compiled.parameterizer.apply(line);
    let matcher = quote::shape_matcher(key, &shape, is_whole);
    let says_something = |pattern: &str| pattern.chars().any(char::is_alphanumeric);
    let pattern = matcher.strip_prefix(key).unwrap_or_default();
    Some(if says_something(pattern) {
        matcher
    } else {
        quote::matcher(key, text)
    })
}

/// What every event has.
fn of_last_resort(context: &Context<'_>) -> String {
    if let Some(logger) = context.text("logger") {
        return quote::matcher("logger", logger);
    }
    let family = match context.platform.family {
        Family::Native => "native",
        Family::JavaScript => "javascript",
        Family::Other => "other",
    };
    format!("family:\"{family}\"")
}
