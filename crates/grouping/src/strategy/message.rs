use std::borrow::Cow;

use super::{Components, DEFAULT};
use crate::Component;
use crate::context::Context;
use crate::parameterize::parameterize;

/// Later lines of a message are details.
const LINES_MAX: usize = 2;

/// The message, before its parameters were put in if the SDK tells
/// (reference/GROUPING.md section 6).
pub(super) fn run<'e>(context: &Context<'e>) -> Components<'e> {
    let message = context
        .log_entry("message")
        .or_else(|| context.log_entry("formatted"));
    message.map_or_else(Vec::new, |message| vec![(DEFAULT, component(message))])
}

fn component(message: &str) -> Component<'_> {
    let trimmed = first_lines(message);
    let masked = match &trimmed {
        Cow::Borrowed(text) => parameterize(text),
        Cow::Owned(text) => Cow::Owned(parameterize(text).into_owned()),
    };
    let is_changed = masked != message;
    let mut component = Component::leaf("message", masked);
    if is_changed {
        component.hint = Some("stripped event-specific values".into());
    }
    component
}

fn first_lines(message: &str) -> Cow<'_, str> {
    let lines = message.lines().filter(|line| !line.trim().is_empty());
    let kept = lines.take(LINES_MAX).collect::<Vec<_>>().join("\n");
    if kept == message {
        Cow::Borrowed(message)
    } else {
        Cow::Owned(kept + "...")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lines_that_say_something_are_kept() {
        assert_eq!(first_lines("a\n\nb\nc"), "a\nb...");
        assert_eq!(first_lines(" a "), " a ");
    }
}
