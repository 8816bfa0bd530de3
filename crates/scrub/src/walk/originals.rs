use watchfire_event::json::Value;
use watchfire_event::{Meta, MetaTree};

use super::{Walk, basic_types};
use crate::config::Mode;
use crate::path::{Node, Step};
use crate::schema::{Field, Pii, Shape};
use crate::selector::{Type, Types};

impl Walk<'_> {
    /// Scrubs the value before normalisation that `_meta` may keep for a value of the event
    /// (reference/SCRUBBING.md section 3.6).
    pub(super) fn original(&self, node: &Node<'_>, meta: &mut Meta) {
        let is_in_reach = match self.mode {
            Mode::Improved => true,
            Mode::Compatible => matches!(meta.original_value, Some(Value::String(_))),
        };
        if is_in_reach && node.pii != Pii::False {
            let original = meta.original_value.take();
            meta.original_value = original.and_then(|value| self.scrubbed_original(value, node));
        }
    }

    /// Scrubs every original in `notes` as free JSON, also those of fields that the walk skips or
    /// that the event does not have.
    pub(super) fn all_originals(&self, notes: &mut MetaTree, node: &Node<'_>) {
        let original = notes.meta.original_value.take();
        notes.meta.original_value = original.and_then(|value| self.scrubbed_original(value, node));
        for (name, below) in notes.children_mut() {
            let child = node.child(Step::Key(name), Pii::True, node.types);
            self.all_originals(below, &child);
        }
    }

    /// What is left of an original; remarks about it are not kept. Relay looks at it under the path
    /// of its value with the key once more at the end, and as a text.
    fn scrubbed_original(
        &self,
        mut original: Value<'static>,
        node: &Node<'_>,
    ) -> Option<Value<'static>> {
        let field = Field::new(node.pii, Shape::Any);
        let node = match self.mode {
            Mode::Improved => node.with(node.pii, node.types.and(basic_types(&original))),
            Mode::Compatible => {
                let step = Step::Key(node.key().unwrap_or_default());
                node.child(step, node.pii, Types::of(Type::String))
            }
        };
        self.value(&mut original, &field, &node, &mut MetaTree::default());
        (!original.is_null()).then_some(original)
    }
}
