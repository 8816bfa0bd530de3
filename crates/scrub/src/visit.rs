//! A look at every value of an event with the path, flag and types that selectors see there,
//! without changing anything.

use watchfire_event::PathItem;
use watchfire_event::json::{Object, Value};

use crate::config::Mode;
use crate::path::{Node, Step};
use crate::schema::{EVENT, Field, Shape, context_field};
use crate::selector::{Type, Types};
use crate::walk::{are_pairs, inherited, types_of};

/// Whether to look at what a value contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Descend {
    Yes,
    No,
}

/// Looks at every value that rules may see, parents before children. A value that is null, perhaps
/// because it was removed, has all the types it may have had.
pub(crate) fn visit(
    body: &Object<'_>,
    mode: Mode,
    visitor: &mut dyn FnMut(&Node<'_>, &Value<'_>) -> Descend,
) {
    Visit { mode, visitor }.fields(body, &EVENT, &Node::root());
}

/// The place of a node, as `_meta` names it.
pub(crate) fn place_of<'p>(node: &'p Node<'p>) -> Vec<PathItem<'p>> {
    let mut place = Vec::new();
    for node in node.upwards() {
        match node.step {
            Step::Root => {}
            Step::Key(key) => place.push(PathItem::Key(key)),
            Step::Pair { index, .. } => {
                place.extend([PathItem::Index(1), PathItem::Index(index)]);
            }
            Step::Index(index) | Step::Named { index, .. } => place.push(PathItem::Index(index)),
        }
    }
    place.reverse();
    place
}

struct Visit<'v> {
    mode: Mode,
    visitor: &'v mut dyn FnMut(&Node<'_>, &Value<'_>) -> Descend,
}

impl Visit<'_> {
    fn fields(&mut self, object: &Object<'_>, field: &Field, node: &Node<'_>) {
        let inner = inherited(field);
        for (key, value) in object.iter() {
            let step = Step::Key(key);
            match field.shape {
                Shape::Struct(fields, other) => {
                    let known = fields.iter().find(|(name, _)| *name == key);
                    self.child(value, known.map_or(other, |(_, field)| field), node, step);
                }
                Shape::Contexts => {
                    let kind = value.get("type").and_then(Value::as_str).unwrap_or(key);
                    self.child(value, &context_field(kind, self.mode), node, step);
                }
                _ => self.child(value, &inner, node, step),
            }
        }
    }

    fn child(&mut self, value: &Value<'_>, field: &Field, parent: &Node<'_>, step: Step<'_>) {
        if matches!(field.shape, Shape::Nothing) {
            return;
        }
        let types = if value.is_null() {
            any_type()
        } else {
            types_of(field, value)
        };
        let node = parent.child(step, field.pii, field.types.and(types));
        if (self.visitor)(&node, value) == Descend::No {
            return;
        }
        match (value, field.shape) {
            (Value::Object(object), _) => self.fields(object, field, &node),
            (Value::Array(list), Shape::Pairs(inner)) => self.pairs(list, inner, &node),
            (Value::Array(list), Shape::List(inner)) => self.items(list, inner, &node),
            (Value::Array(list), _) if are_pairs(list) => {
                self.pairs(list, &inherited(field), &node);
            }
            (Value::Array(list), _) => self.items(list, &inherited(field), &node),
            _ => {}
        }
    }

    fn items(&mut self, list: &[Value<'_>], inner: &Field, node: &Node<'_>) {
        for (index, value) in list.iter().enumerate() {
            self.child(value, inner, node, Step::Index(index));
        }
    }

    fn pairs(&mut self, list: &[Value<'_>], inner: &Field, node: &Node<'_>) {
        for (index, pair) in list.iter().enumerate() {
            if let Some([key, value]) = pair.as_array() {
                let key = key.as_str();
                self.child(value, inner, node, Step::Pair { key, index });
            }
        }
    }
}

fn any_type() -> Types {
    let types = [Type::String, Type::Number, Type::Array, Type::Object];
    types
        .into_iter()
        .fold(Types::NONE, |all, kind| all.and(Types::of(kind)))
}
