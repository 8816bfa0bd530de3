//! One exception of an event.

use std::borrow::Cow;
use std::cell::OnceCell;

use watchfire_event::json::{Object, Value};

use crate::compiled::Compiled;
use crate::platform::Platform;
use crate::stack::{Stack, View};
use crate::{Component, Version, message};

/// What counts of an exception.
#[derive(Clone, Debug)]
pub(crate) struct Exception<'e> {
    compiled: &'e Compiled,
    pub(crate) kind: Option<&'e str>,
    pub(crate) value: Option<&'e str>,
    pub(crate) module: Option<&'e str>,
    pub(crate) stack: Option<Stack<'e>>,
    pub(crate) mechanism: Option<&'e Object<'e>>,
    /// The value's component where it counts; made when first needed.
    masked: OnceCell<Option<Component<'e>>>,
}

impl<'e> Exception<'e> {
    /// Reads one of the event's exceptions.
    pub(crate) fn read(
        fields: &'e Object<'e>,
        platform: Platform<'e>,
        compiled: &'e Compiled,
    ) -> Self {
        let text = |key| fields.get_str(key).filter(|text| !text.is_empty());
        Self {
            compiled,
            kind: text("type"),
            value: text("value"),
            module: text("module"),
            stack: Stack::of_exception(fields, platform, &compiled.stack_rules),
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

    /// Its number in the tree of exceptions.
    pub(crate) fn id(&self) -> Option<u64> {
        self.mechanism?.get("exception_id")?.as_u64()
    }

    /// The number of the exception that it is the cause or a member of.
    pub(crate) fn parent_id(&self) -> Option<u64> {
        self.mechanism?.get("parent_id")?.as_u64()
    }

    /// A text of the mechanism.
    pub(crate) fn mechanism_text(&self, key: &str) -> Option<&'e str> {
        self.mechanism?.get_str(key)
    }

    fn flag(&self, key: &str) -> bool {
        self.mechanism
            .and_then(|mechanism| mechanism.get(key)?.as_bool())
            .unwrap_or(false)
    }

    /// The component: the type always counts, the value only if there is no stack trace that does
    /// (reference/GROUPING.md section 4). An exception without frames is only part of the app
    /// view: the system view is about frames.
    pub(crate) fn component(&self, view: View) -> Option<Component<'e>> {
        if self.stack.is_none() && view == View::System {
            return None;
        }
        let stack = self.stack.as_ref().map(|stack| stack.component(view));
        let error = self.ns_error();
        let value = if stack.as_ref().is_some_and(|stack| stack.contributes) {
            self.value_off("ignored because stacktrace takes precedence")
        } else if error.is_some() {
            self.value_off("ignored because ns-error info takes precedence")
        } else {
            let masked = || message::component("value", self.value?, &self.compiled.parameterizer);
            self.masked.get_or_init(masked).clone()
        };
        let parts = match self.compiled.version {
            Version::Newstyle2023 => [stack, self.kind_component(), error, value],
            Version::Newstyle2026 => [self.kind_component(), value, error, stack],
        };
        let parts = parts.into_iter().flatten().collect();
        Some(Component::node("exception", parts))
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
        let parts = ["domain", "code"].into_iter().map(|key| {
            let text = match error.get(key) {
                Some(Value::String(text)) => Cow::Borrowed(text.as_ref()),
                Some(Value::Number(number)) => Cow::Owned(number.to_string()),
                // What Sentry hashes in the place of a missing part.
                _ => Cow::Borrowed("None"),
            };
            Component::leaf(key, text)
        });
        Some(Component::node("ns_error", parts.collect()))
    }
}
