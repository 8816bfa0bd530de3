use super::{Frame, java};
use crate::Component;

/// The module, class or package of the function (reference/GROUPING.md section 3 "module").
pub(super) fn component<'e>(frame: &Frame<'e>) -> Option<Component<'e>> {
    let module = frame.module.filter(|module| !module.is_empty())?;
    if frame.platform.is("javascript")
        && module.contains('/')
        && frame.abs_path.is_some_and(|path| path.ends_with(module))
    {
        return Some(Component::leaf("module", module).without("ignored bad javascript module"));
    }
    if frame.platform.is("java") {
        return Some(if module.contains("$$Lambda$") {
            Component::leaf("module", module).without("ignored java lambda")
        } else {
            Component::leaf("module", java::clean_module(module))
        });
    }
    Some(Component::leaf("module", module))
}
