//! Lines in the grammar of the rules, made from events.
//!
//! Every line is one that [`crate::check`] accepts and that matches the event it was made from.
//! What a person reads in it is what the event holds; characters that mean something in patterns
//! or quotes are written as `?`, which stands for any one character.

use watchfire_event::Event;

use crate::Grouper;
use crate::context::Context;
use crate::fingerprint::first_tag;

mod frame;
mod matcher;
mod quote;
mod variable;

pub use frame::{FrameChoice, StackAt, crash_stack, frames, ignore_frame};
pub use variable::{VariableChoice, variable};

/// What a split goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SplitBy {
    /// The value of the last exception, or else the message, without what differs from event to
    /// event.
    Message,
    /// The type of the last exception.
    Type,
    /// The value of the tag of this name.
    Tag(String),
    /// The transaction.
    Transaction,
    /// Whether the event has the frame at this place of the crash stack; 0 is the one nearest to
    /// the crash.
    Frame(usize),
}

/// The matchers that single out what `event` has in common with its like.
///
/// They are the last exception's type with the crash frame, as in
/// `error.type:"KeyError" stack.module:"shop.views" stack.function:"checkout"`, or the shape of
/// the value or message where there are no frames.
#[must_use]
pub fn matchers(grouper: &Grouper, event: &Event<'_>) -> String {
    matcher::of_event(&Context::new(event, grouper.compiled()))
}

/// Fingerprint lines that put these events, and later ones like them, into one issue.
///
/// There is a line for each kind of event, all with the fingerprint `name`. Events with a checksum
/// have no line, since no rule reaches them.
#[must_use]
pub fn merge(grouper: &Grouper, events: &[&Event<'_>], name: &str) -> Vec<String> {
    let name = quote::constant(name);
    let mut lines: Vec<String> = Vec::new();
    for event in events {
        let context = Context::new(event, grouper.compiled());
        if context.text("checksum").is_some() {
            continue;
        }
        let line = format!("{} -> {name}", matcher::of_event(&context));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The fingerprint line that splits what `event` stands for; `None` if the event has nothing to
/// split by.
///
/// By a frame, the events that have it are split from those that have not. By anything else, there
/// will be an issue for each value.
#[must_use]
pub fn split(grouper: &Grouper, event: &Event<'_>, by: &SplitBy) -> Option<String> {
    let context = Context::new(event, grouper.compiled());
    if context.text("checksum").is_some() {
        return None;
    }
    let last = context.exceptions.last();
    let is_message = || {
        let log_entry = |key| context.log_entry(key).is_some();
        (log_entry("formatted") || log_entry("message")).then_some("message")
    };
    let variable = match by {
        SplitBy::Message => match last.and_then(|last| last.value) {
            Some(_) => "error.value".to_owned(),
            None => is_message()?.to_owned(),
        },
        SplitBy::Type => last
            .and_then(|last| last.kind)
            .map(|_| "error.type".to_owned())?,
        SplitBy::Transaction => {
            let transaction = context.text("transaction");
            transaction.map(|_| "transaction".to_owned())?
        }
        SplitBy::Tag(name) if is_tag_name(name) => {
            first_tag(context.body, name).map(|_| format!("tags.{name}"))?
        }
        SplitBy::Tag(_) => return None,
        SplitBy::Frame(place) => return frame::split(&context, *place),
    };
    let matchers = matcher::of_event(&context);
    Some(format!(
        "{matchers} -> {{{{ default }}}}, {{{{ {variable} }}}}"
    ))
}

/// Whether a tag's name can stand in a variable.
fn is_tag_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    !name.is_empty() && name.bytes().all(is_part)
}

#[cfg(test)]
mod tests;
