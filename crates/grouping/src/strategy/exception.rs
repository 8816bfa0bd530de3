use super::{Components, views};
use crate::Component;
use crate::context::Context;

/// The exceptions of the event, all of them counting (reference/GROUPING.md section 4 "Chain").
pub(super) fn run<'e>(context: &Context<'e>) -> Components<'e> {
    let version = context.compiled.version;
    let places = context.selection.places.iter();
    let exceptions: Vec<_> = places
        .filter_map(|place| context.exceptions.get(*place))
        .collect();
    match exceptions.as_slice() {
        [] => Vec::new(),
        [exception] => views(version, |view| exception.component(view)),
        _ => views(version, |view| {
            let parts = exceptions
                .iter()
                .filter_map(|exception| exception.component(view));
            let parts: Vec<_> = parts.collect();
            (!parts.is_empty()).then(|| Component::node("chained-exception", parts))
        }),
    }
}
