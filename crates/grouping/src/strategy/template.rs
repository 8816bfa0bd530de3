use super::{Components, DEFAULT};
use crate::Component;
use crate::context::Context;

/// The line of a template that failed (reference/GROUPING.md section 6).
pub(super) fn run<'e>(context: &Context<'e>) -> Components<'e> {
    let Some(template) = context.body.get_object("template") else {
        return Vec::new();
    };
    let parts = [("filename", "filename"), ("context-line", "context_line")]
        .into_iter()
        .filter_map(|(id, key)| Some(Component::leaf(id, template.get_str(key)?)));
    vec![(DEFAULT, Component::node("template", parts.collect()))]
}
