use watchfire_event::MetaTree;
use watchfire_event::json::{Object, Value};

use super::Walk;
use super::children::Children;
use super::keys::KEY_BYTES_MIN;
use crate::config::Mode;
use crate::lists::name_of;
use crate::path::{Node, Step};
use crate::schema::{Field, Pii, Shape, context_field};
use crate::selector::Type;

impl Walk<'_> {
    /// Scrubs what a container holds; anything else is left alone.
    pub(super) fn contents(
        &self,
        value: &mut Value<'_>,
        field: &Field,
        node: &Node<'_>,
        notes: &mut MetaTree,
    ) {
        match (value, field.shape) {
            (Value::Object(object), _) if node.types.contains(Type::User) => {
                self.user(object, field, node, notes);
            }
            (Value::Object(object), _) => self.fields(object, field, node, notes),
            (Value::Array(items), Shape::Pairs(inner)) => self.pairs(items, inner, node, notes),
            (Value::Array(items), Shape::List(inner)) => self.items(items, inner, node, notes),
            (Value::Array(items), _) => {
                let inner = inherited(field);
                if are_pairs(items) {
                    self.pairs(items, &inner, node, notes);
                } else if self.mode == Mode::Improved {
                    self.named_items(items, &inner, node, notes);
                } else {
                    self.items(items, &inner, node, notes);
                }
            }
            _ => {}
        }
    }

    /// Scrubs the values of an object, each by its field of the schema.
    pub(super) fn fields(
        &self,
        object: &mut Object<'_>,
        field: &Field,
        node: &Node<'_>,
        notes: &mut MetaTree,
    ) {
        let mut children = Children::of(self, node, notes);
        let inner = inherited(field);
        let mut has_long_keys = false;
        for (key, value) in object.iter_mut() {
            has_long_keys |= key.len() >= KEY_BYTES_MIN;
            match field.shape {
                Shape::Struct(fields, other) => {
                    children.visit(value, known(fields, key).unwrap_or(other), Step::Key(key));
                }
                Shape::Contexts => {
                    let kind = value.get("type").and_then(Value::as_str).unwrap_or(key);
                    let field = context_field(kind, self.mode);
                    children.visit(value, &field, Step::Key(key));
                }
                _ => children.visit(value, &inner, Step::Key(key)),
            }
        }
        if has_long_keys {
            self.keys(object, node, notes);
        }
    }

    fn items(&self, items: &mut [Value<'_>], inner: &Field, node: &Node<'_>, notes: &mut MetaTree) {
        let mut children = Children::of(self, node, notes);
        for (index, value) in items.iter_mut().enumerate() {
            children.visit(value, inner, Step::Index(index));
        }
    }

    /// Scrubs the values of a free list, in which some values may name others.
    fn named_items(
        &self,
        items: &mut [Value<'_>],
        inner: &Field,
        node: &Node<'_>,
        notes: &mut MetaTree,
    ) {
        let mut children = Children::of(self, node, notes);
        // From the last on, so that names are still there when what they name is looked at.
        for index in (0..items.len()).rev() {
            let name = name_of(items, index).filter(|name| self.may_name(name));
            let name = name.map(str::to_owned);
            let step = name
                .as_deref()
                .map_or(Step::Index(index), |key| Step::Named { key, index });
            if let Some(value) = items.get_mut(index) {
                children.visit(value, inner, step);
            }
        }
    }

    /// Whether a rule may take a value for something because of this name.
    fn may_name(&self, name: &str) -> bool {
        let key = self.plan.key(name);
        self.plan.may_touch(Pii::True, 0, Some(key), None) || self.may_name_secret(key.seen)
    }

    /// Scrubs the values of a list of pairs as if it were an object (section 6.5).
    fn pairs(&self, pairs: &mut [Value<'_>], inner: &Field, node: &Node<'_>, notes: &mut MetaTree) {
        let mut children = Children::of(self, node, notes);
        for (index, pair) in pairs.iter_mut().enumerate() {
            if let Some([key, value]) = pair.as_array_mut().map(Vec::as_mut_slice) {
                let key = key.as_str();
                children.visit(value, inner, Step::Pair { key, index });
            }
        }
        for (index, pair) in pairs.iter_mut().enumerate() {
            if let Some([key, _]) = pair.as_array_mut().map(Vec::as_mut_slice) {
                self.pair_key(key, index, node, notes);
            }
        }
    }
}

/// The field of a known key.
fn known<'f>(fields: &'f [(&str, Field)], key: &str) -> Option<&'f Field> {
    // Most names differ in length or in the first letter.
    let head = |text: &str| (text.len(), text.as_bytes().first().copied());
    let sought = head(key);
    let mut named = fields
        .iter()
        .filter(|(name, _)| head(name) == sought && *name == key);
    named.next().map(|(_, field)| field)
}

/// The field of what lies in free JSON.
pub(crate) fn inherited(field: &Field) -> Field {
    match field.shape {
        Shape::Nothing => *field,
        _ => Field::new(field.pii, Shape::Any),
    }
}

/// Whether a free list is one of pairs: every element is a list of two, the first a string.
pub(crate) fn are_pairs(items: &[Value<'_>]) -> bool {
    let is_pair = |item: &Value<'_>| matches!(item.as_array(), Some([Value::String(_), _]));
    !items.is_empty() && items.iter().all(is_pair)
}
