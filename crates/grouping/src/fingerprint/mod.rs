//! The fingerprint that the client sent along.

use std::borrow::Cow;

use watchfire_event::json::Value;

use crate::Component;
use crate::context::Context;

mod built_in;
mod variable;

/// Further entries of a fingerprint do not count: each may stand for a whole stack trace.
const ENTRIES_MAX: usize = 64;

/// A client's fingerprint by what it leaves to us (reference/GROUPING.md section 1).
pub(crate) enum Fingerprint<'e> {
    /// Nothing was said: group as usual.
    Default,
    /// Group as usual, but apart for each of these entries.
    Hybrid(Vec<Entry<'e>>),
    /// Group by these entries of the client alone.
    Custom(Vec<Entry<'e>>),
    /// Group by this text, whatever the client said.
    BuiltIn(Entry<'e>),
}

/// One entry of a client's fingerprint.
pub(crate) enum Entry<'e> {
    /// `{{ default }}`: what would be grouped by without a fingerprint.
    Default,
    /// A text that counts, resolved if it was a variable.
    Text(Cow<'e, str>),
}

impl<'e> Fingerprint<'e> {
    /// Reads the event's fingerprint, of at most 64 entries, and resolves the variables in it.
    pub(crate) fn read(context: &Context<'e>) -> Self {
        if let Some(text) = built_in::fingerprint(context) {
            return Self::BuiltIn(Entry::Text(Cow::Borrowed(text)));
        }
        let list = context.body.get_array("fingerprint").unwrap_or_default();
        let entries: Vec<_> = list
            .iter()
            .filter_map(Value::as_str)
            .take(ENTRIES_MAX)
            .map(|text| Entry::read(text, context))
            .collect();
        let is_default = |entry: &Entry<'_>| matches!(entry, Entry::Default);
        match entries.as_slice() {
            [] | [Entry::Default] => Self::Default,
            _ if entries.iter().any(is_default) => Self::Hybrid(entries),
            _ => Self::Custom(entries),
        }
    }
}

impl<'e> Entry<'e> {
    fn read(text: &'e str, context: &Context<'e>) -> Self {
        match variable::name(text) {
            Some("default") => Self::Default,
            Some(name) => Self::Text(variable::resolve(name, context)),
            None => Self::Text(Cow::Borrowed(text)),
        }
    }

    /// The entry as a component, where `default` is what stands for [`Entry::Default`].
    pub(crate) fn component(&self, default: Option<&Component<'e>>) -> Component<'e> {
        match (self, default) {
            (Self::Text(text), _) => Component::leaf("fingerprint-entry", text.clone()),
            (Self::Default, Some(default)) => default.clone(),
            (Self::Default, None) => Component::node("default", Vec::new()),
        }
    }
}
