use super::{Components, views};
use crate::Component;
use crate::context::Context;

/// The thread that stands for the event (reference/GROUPING.md section 5).
pub(super) fn run<'e>(context: &Context<'e>) -> Components<'e> {
    context.thread().map_or_else(Vec::new, |stack| {
        views(|view| Component::node("threads", vec![stack.component(view)]))
    })
}
