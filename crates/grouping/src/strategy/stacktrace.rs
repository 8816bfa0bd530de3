use super::{Components, views};
use crate::context::Context;

/// The stack trace of the event itself (reference/GROUPING.md section 1).
pub(super) fn run<'e>(context: &Context<'e>) -> Components<'e> {
    context
        .stack()
        .map_or_else(Vec::new, |stack| views(|view| stack.component(view)))
}
