use watchfire_event::json::Value;

use super::{Components, views};
use crate::Component;
use crate::context::Context;
use crate::stack::View;

/// The stack trace of the event itself (reference/GROUPING.md section 1).
pub(super) fn run<'e>(context: &Context<'e>) -> Components<'e> {
    if let Some(stack) = context.stack() {
        return views(context.compiled.version, |view| Some(stack.component(view)));
    }
    let frames = context
        .body
        .get("stacktrace")
        .and_then(|it| it.get("frames"));
    match frames.and_then(Value::as_array) {
        Some(_) => View::ALL.map(empty).into(),
        None => Vec::new(),
    }
}

fn empty<'e>(view: View) -> (&'static str, Component<'e>) {
    let stack = Component::node("stacktrace", Vec::new());
    let hint = "ignored because it contains no frames";
    (view.name(), stack.without(hint))
}
