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
        // A lambda in a generated class keeps what does not change of the class.
        let clean = java::clean_module(module);
        let is_lambda = module.contains("$$Lambda$") && clean == module;
        let component = Component::leaf("module", clean);
        return Some(if is_lambda {
            component.without("ignored java lambda")
        } else {
            component
        });
    }
    Some(Component::leaf("module", module))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Platform;

    fn check(module: &'static str, expected: Option<&str>) {
        let mut frame = Frame::empty(Platform::new("java"));
        frame.module = Some(module);
        let component = component(&frame).unwrap();
        let values = component.values();
        assert_eq!(values.first().copied(), expected, "{module}");
    }

    #[test]
    fn lambdas_count_only_as_parts_of_generated_classes() {
        check("a.Shop", Some("a.Shop"));
        check("a.Shop$$Lambda$14/0x1", None);
        check(
            "a.Shop$$EnhancerByGuice$$ae46b1bf$$Lambda$14/0x1",
            Some("a.Shop$$EnhancerByGuice$$<auto>$$Lambda$14/0x1"),
        );
    }
}
