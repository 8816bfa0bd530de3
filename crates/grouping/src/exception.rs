//! One exception of an event.

use std::borrow::Cow;
use std::cell::OnceCell;

use watchfire_event::json::{Object, Value};

use crate::Component;
use crate::parameterize::parameterize;
use crate::platform::Platform;
use crate::stack::{Stack, View};

/// What counts of an exception.
#[derive(Clone, Debug)]
pub(crate) struct Exception<'e> {
    pub(crate) kind: Option<&'e str>,
    pub(crate) value: Option<&'e str>,
    pub(crate) stack: Option<Stack<'e>>,
    pub(crate) mechanism: Option<&'e Object<'e>>,
    /// The value's component where it counts; made when first needed.
    masked: OnceCell<Option<Component<'e>>>,
}

impl<'e> Exception<'e> {
    /// Reads one of the event's exceptions.
    pub(crate) fn read(fields: &'e Object<'e>, platform: Platform<'e>) -> Self {
        let text = |key| fields.get_str(key).filter(|text| !text.is_empty());
        Self {
            kind: text("type"),
            value: text("value"),
            stack: Stack::read(fields, platform),
            mechanism: fields.get_object("mechanism"),
            masked: OnceCell::new(),
        }
    }

    /// Whether the SDK made the exception up to carry a stack trace, so that its type says nothing.
    pub(crate) fn is_synthetic(&self) -> bool {
        self.flag("synthetic")
    }

    /// Whether it only holds together other exceptions.
    pub(crate) fn is_group(&self) -> bool {
        self.flag("is_exception_group")
    }

    /// Its number in the tree of exceptions, and its parent's.
    pub(crate) fn ids(&self) -> (Option<u64>, Option<u64>) {
        let id = |key| self.mechanism?.get(key)?.as_u64();
        (id("exception_id"), id("parent_id"))
    }

    fn flag(&self, key: &str) -> bool {
        self.mechanism
            .and_then(|mechanism| mechanism.get(key)?.as_bool())
            .unwrap_or(false)
    }

    /// The component: the type always counts, the value only if there is no stack trace that does
    /// (reference/GROUPING.md section 4).
    pub(crate) fn component(&self, view: View) -> Component<'e> {
        let stack = self.stack.as_ref().map(|stack| stack.component(view));
        let error = self.ns_error();
        let value = if stack.as_ref().is_some_and(|stack| stack.contributes) {
            self.value_off("ignored because stacktrace takes precedence")
        } else if error.is_some() {
            self.value_off("ignored because ns-error info takes precedence")
        } else {
            let masked = || Some(parameterized("value", self.value?));
            self.masked.get_or_init(masked).clone()
        };
        let parts = [self.kind_component(), value, error, stack];
        Component::node("exception", parts.into_iter().flatten().collect())
    }

    fn value_off(&self, hint: &'static str) -> Option<Component<'e>> {
        Some(Component::leaf("value", self.value?).without(hint))
    }

    fn kind_component(&self) -> Option<Component<'e>> {
        let component = Component::leaf("type", self.kind?);
        Some(if self.is_synthetic() {
            component.without("ignored because exception is synthetic")
        } else {
            component
        })
    }

    fn ns_error(&self) -> Option<Component<'e>> {
        let error = self.mechanism?.get("meta")?.get("ns_error")?.as_object()?;
        let parts = ["domain", "code"].into_iter().filter_map(|key| {
            let text = match error.get(key)? {
                Value::String(text) => Cow::Borrowed(text.as_ref()),
                Value::Number(number) => Cow::Owned(number.to_string()),
                _ => return None,
            };
            Some(Component::leaf(key, text))
        });
        Some(Component::node("ns-error", parts.collect()))
    }
}

/// A leaf whose variable parts, such as numbers, are masked.
fn parameterized<'e>(id: &'static str, text: &'e str) -> Component<'e> {
    let masked = parameterize(text);
    let is_changed = matches!(masked, Cow::Owned(_));
    let mut component = Component::leaf(id, masked);
    if is_changed {
        component.hint = Some("stripped event-specific values".into());
    }
    component
}
