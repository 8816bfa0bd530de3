use super::{Components, views};
use crate::Component;
use crate::context::Context;

/// The exceptions of the event, all of them counting (reference/GROUPING.md section 4 "Chain").
pub(super) fn run<'e>(context: &Context<'e>) -> Components<'e> {
    let places = context.selection.places.iter();
    let exceptions: Vec<_> = places
        .filter_map(|place| context.exceptions.get(*place))
        .collect();
    match exceptions.as_slice() {
        [] => Vec::new(),
        [exception] => views(|view| exception.component(view)),
        _ => views(|view| {
            let parts = exceptions.iter().map(|exception| exception.component(view));
            Component::node("chained-exception", parts.collect())
        }),
    }
}
