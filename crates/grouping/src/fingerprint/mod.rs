//! What an event is grouped by besides its content: the fingerprint that the client sent along or
//! that a rule gives it.

use std::borrow::Cow;

use watchfire_event::json::Value;

use crate::context::Context;
use crate::{Component, Version};

mod rules;
mod tags;
#[cfg(test)]
mod tests;
mod title;
mod variable;

pub(crate) use rules::{FingerprintRules, Rule, Scanner, unescaped};
pub(crate) use tags::first as first_tag;
pub(crate) use title::title;

/// Variables of a fingerprint that are resolved, `{{ default }}` among them: each may stand for a
/// whole message or stack trace. Further ones do not count.
const VARIABLES_MAX: usize = 64;

/// A fingerprint by what it leaves to us (reference/GROUPING.md section 1).
pub(crate) enum Fingerprint<'e> {
    /// Nothing was said: group as usual.
    Default,
    /// Group as usual, but apart for each of these entries.
    Hybrid(Vec<Entry<'e>>),
    /// Group by these entries of the client or of a project's rule alone.
    Custom(Vec<Entry<'e>>),
    /// Group by these entries, which every project's rules give.
    BuiltIn(Vec<Entry<'e>>),
}

/// One entry of a fingerprint.
pub(crate) enum Entry<'e> {
    /// `{{ default }}`: what would be grouped by without a fingerprint.
    Default,
    /// A text that counts, resolved if it was a variable.
    Text(Cow<'e, str>),
}

impl<'e> Fingerprint<'e> {
    /// Reads the fingerprint that a rule gives the event, or else the client's, and resolves the
    /// variables in it. Entries of the client that are no texts do not count.
    pub(crate) fn read(context: &Context<'e>) -> Self {
        let rule = context.rule();
        let entries = match rule {
            Some(rule) => entries(rule.values.iter().map(String::as_str), context),
            None => {
                let list = context.body.get_array("fingerprint").unwrap_or_default();
                entries(list.iter().filter_map(Value::as_str), context)
            }
        };
        let is_default = |entry: &Entry<'_>| matches!(entry, Entry::Default);
        match entries.as_slice() {
            [] | [Entry::Default] => Self::Default,
            _ if entries.iter().any(is_default) => Self::Hybrid(entries),
            _ if rule.is_some_and(|rule| rule.is_built_in) => Self::BuiltIn(entries),
            _ => Self::Custom(entries),
        }
    }
}

fn entries<'e>(texts: impl Iterator<Item = &'e str>, context: &Context<'e>) -> Vec<Entry<'e>> {
    let mut left = VARIABLES_MAX;
    let entry = |text| {
        let name = variable::name(text);
        if name.is_some() {
            left = left.checked_sub(1)?;
        }
        Some(match name {
            Some("default") => Entry::Default,
            Some(name) => match variable::resolve(name, context) {
                Some(value) => Entry::Text(value),
                None => Entry::Text(Cow::Borrowed(text)),
            },
            None => Entry::Text(constant(text, context)),
        })
    };
    texts.filter_map(entry).collect()
}

/// A text that is no variable. One that repeats a message of the event is masked as the message
/// is, since March 2026.
fn constant<'e>(text: &'e str, context: &Context<'e>) -> Cow<'e, str> {
    let is_message = || {
        let values = context.exceptions.iter().map(|exception| exception.value);
        let entries = ["formatted", "message"].map(|key| context.log_entry(key));
        values
            .chain(entries)
            .flatten()
            .any(|message| message == text)
    };
    if context.compiled.version == Version::Newstyle2023 || !is_message() {
        return Cow::Borrowed(text);
    }
    context.compiled.parameterizer.apply(text)
}

impl<'e> Entry<'e> {
    /// The entry as a component, where `default` is what stands for [`Entry::Default`].
    pub(crate) fn component(&self, default: Option<&Component<'e>>) -> Component<'e> {
        match (self, default) {
            (Self::Text(text), _) => Component::leaf("fingerprint-entry", text.clone()),
            (Self::Default, Some(default)) => default.clone(),
            (Self::Default, None) => Component::node("default", Vec::new()),
        }
    }
}
