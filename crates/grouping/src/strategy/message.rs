use super::{Components, DEFAULT};
use crate::context::Context;
use crate::message;

/// The message, before its parameters were put in if the SDK tells
/// (reference/GROUPING.md section 6).
pub(super) fn run<'e>(context: &Context<'e>) -> Components<'e> {
    let text = context
        .log_entry("message")
        .or_else(|| context.log_entry("formatted"));
    let parameterizer = &context.compiled.parameterizer;
    let component = text.and_then(|text| message::component("message", text, parameterizer));
    component.map_or_else(Vec::new, |component| vec![(DEFAULT, component)])
}
