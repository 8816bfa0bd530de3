use watchfire_event::json::{Object, Value};
use watchfire_event::{MetaTree, PathItem};

use super::{Walk, types_of};
use crate::path::{Node, Step};
use crate::plan::Above;
use crate::schema::{Field, Shape, context_field};
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
            (_, Shape::Nothing) => {}
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
        for (key, value) in object.iter_mut() {
            match field.shape {
                Shape::Struct(fields, other) => {
                    let known = fields.iter().find(|(name, _)| *name == key);
                    let field = known.map_or(other, |(_, field)| field);
                    children.visit(value, field, Step::Key(key));
                }
                Shape::Contexts => {
                    let kind = value.get("type").and_then(Value::as_str).unwrap_or(key);
                    let field = context_field(kind);
                    children.visit(value, &field, Step::Key(key));
                }
                _ => children.visit(value, &inner, Step::Key(key)),
            }
        }
    }

    fn items(&self, items: &mut [Value<'_>], inner: &Field, node: &Node<'_>, notes: &mut MetaTree) {
        let mut children = Children::of(self, node, notes);
        for (index, value) in items.iter_mut().enumerate() {
            children.visit(value, inner, Step::Index(index));
        }
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
    }
}

/// The values in one container while they are visited.
struct Children<'c> {
    walk: &'c Walk<'c>,
    parent: &'c Node<'c>,
    /// The notes about the container.
    notes: &'c mut MetaTree,
    /// Whether there were notes about its contents before the walk came.
    were_noted: bool,
    above: Above,
    /// For notes about a value about which there are none yet; empty between two values.
    fresh: MetaTree,
}

impl<'c> Children<'c> {
    fn of(walk: &'c Walk<'c>, parent: &'c Node<'c>, notes: &'c mut MetaTree) -> Self {
        let were_noted = notes.has_children();
        Self {
            walk,
            parent,
            notes,
            were_noted,
            above: walk.plan.above(parent),
            fresh: MetaTree::default(),
        }
    }

    fn visit(&mut self, value: &mut Value<'_>, field: &Field, step: Step<'_>) {
        if matches!(field.shape, Shape::Nothing) {
            return;
        }
        let walk = self.walk;
        let node = Node {
            parent: Some(self.parent),
            step,
            depth: self.parent.depth + 1,
            pii: field.pii,
            types: field.types.and(types_of(field, value)),
            above: self.above,
        };
        if self.were_noted
            && let Some(notes) = self.earlier_notes(step)
        {
            return walk.value(value, field, &node, notes);
        }
        walk.value(value, field, &node, &mut self.fresh);
        if !self.fresh.is_empty() {
            let notes = std::mem::take(&mut self.fresh);
            *self.place_of_notes(step) = notes;
        }
    }

    /// The notes that there already are about a value.
    fn earlier_notes(&mut self, step: Step<'_>) -> Option<&mut MetaTree> {
        match step {
            Step::Root => None,
            Step::Key(key) => self.notes.find_mut(PathItem::Key(key)),
            Step::Index(index) => self.notes.find_mut(PathItem::Index(index)),
            Step::Pair { index, .. } => self
                .notes
                .find_mut(PathItem::Index(index))?
                .find_mut(PathItem::Index(1)),
        }
    }

    fn place_of_notes(&mut self, step: Step<'_>) -> &mut MetaTree {
        match step {
            Step::Root => self.notes,
            Step::Key(key) => self.notes.child_mut(PathItem::Key(key)),
            Step::Index(index) => self.notes.child_mut(PathItem::Index(index)),
            Step::Pair { index, .. } => {
                let pair = self.notes.child_mut(PathItem::Index(index));
                pair.child_mut(PathItem::Index(1))
            }
        }
    }
}

/// The field of what lies in free JSON.
fn inherited(field: &Field) -> Field {
    Field::new(field.pii, Shape::Any)
}

/// Whether a free list is one of pairs: every element is a list of two, the first a string.
fn are_pairs(items: &[Value<'_>]) -> bool {
    let is_pair = |item: &Value<'_>| matches!(item.as_array(), Some([Value::String(_), _]));
    !items.is_empty() && items.iter().all(is_pair)
}
