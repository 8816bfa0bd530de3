//! The tree of what was looked at for a fingerprint.

use std::borrow::Cow;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::RuleSource;

/// One node of the tree that explains a fingerprint: a piece of the event, whether it counts, and
/// if not, why (reference/GROUPING.md section 2).
///
/// Serialised as `{"id", "contributes", "hint", "rule", "values"}`, where `rule` is null or
/// `{"origin", "line", "text"}`, and `values` lists texts and further components.
#[derive(Clone, Debug, PartialEq)]
pub struct Component<'e> {
    /// What it is, for example `frame` or `context-line`.
    pub id: &'static str,
    /// Whether it counts.
    pub contributes: bool,
    /// Why it does not count, or how it was changed.
    pub hint: Option<Cow<'static, str>>,
    /// The stack-trace rule that decided about a frame last, if one did.
    pub rule: Option<&'e RuleSource>,
    /// What it holds.
    pub content: Content<'e>,
}

/// What a [`Component`] holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<'e> {
    /// A text of the event, normalised.
    Text(Cow<'e, str>),
    /// The parts that it is made of, in the order in which they are hashed. A frame's are the
    /// same in every variant and shared.
    Parts(Arc<Vec<Component<'e>>>),
}

impl<'e> Component<'e> {
    /// A leaf that counts.
    pub(crate) fn leaf(id: &'static str, text: impl Into<Cow<'e, str>>) -> Self {
        Self {
            id,
            contributes: true,
            hint: None,
            rule: None,
            content: Content::Text(text.into()),
        }
    }

    /// A node that counts if one of its parts does.
    pub(crate) fn node(id: &'static str, parts: Vec<Component<'e>>) -> Self {
        Self {
            id,
            contributes: parts.iter().any(|part| part.contributes),
            hint: None,
            rule: None,
            content: Content::Parts(Arc::new(parts)),
        }
    }

    /// The same component, not counting because of `hint`.
    pub(crate) fn without(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.switch_off(hint);
        self
    }

    /// Makes it not count because of `hint`.
    pub(crate) fn switch_off(&mut self, hint: impl Into<Cow<'static, str>>) {
        self.contributes = false;
        self.hint = Some(hint.into());
    }

    /// The parts; none for a leaf.
    #[must_use]
    pub fn parts(&self) -> &[Component<'e>] {
        match &self.content {
            Content::Parts(parts) => parts,
            Content::Text(_) => &[],
        }
    }

    /// Hands every text that counts to `take`, in the order in which they are hashed.
    pub(crate) fn each_value<'s>(&'s self, take: &mut impl FnMut(&'s str)) {
        if !self.contributes {
            return;
        }
        match &self.content {
            Content::Text(text) => take(text),
            Content::Parts(parts) => parts.iter().for_each(|part| part.each_value(take)),
        }
    }

    /// The texts that count, in the order in which they are hashed.
    pub(crate) fn values(&self) -> Vec<&str> {
        let mut values = Vec::with_capacity(64);
        self.each_value(&mut |value| values.push(value));
        values
    }

    /// Whether the texts that count are those of `other`.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.values() == other.values()
    }

    /// Whether it or one of the parts below it is a `id` that counts.
    pub(crate) fn has_contributing(&self, id: &str) -> bool {
        self.contributes
            && (self.id == id || self.parts().iter().any(|part| part.has_contributing(id)))
    }
}

impl Serialize for Component<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Component", 5)?;
        fields.serialize_field("id", self.id)?;
        fields.serialize_field("contributes", &self.contributes)?;
        fields.serialize_field("hint", &self.hint)?;
        fields.serialize_field("rule", &self.rule)?;
        match &self.content {
            Content::Text(text) => fields.serialize_field("values", &[text])?,
            Content::Parts(parts) => fields.serialize_field("values", parts.as_slice())?,
        }
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_counts_below_what_counts_is_a_value() {
        let tree = Component::node(
            "a",
            vec![
                Component::leaf("x", "1"),
                Component::leaf("y", "2").without("no"),
                Component::node("b", vec![Component::leaf("z", "3")]).without("no"),
            ],
        );
        assert_eq!(tree.values(), ["1"]);
        assert!(tree.has_contributing("x") && !tree.has_contributing("z"));
    }

    #[test]
    fn a_node_without_contributing_parts_does_not_count() {
        let off = Component::leaf("y", "2").without("no");
        assert!(!Component::node("a", vec![off]).contributes);
        assert!(!Component::node("a", vec![]).contributes);
    }
}
