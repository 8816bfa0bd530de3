use watchfire_event::json::Value;
use watchfire_event::{Meta, MetaTree};

use super::{Walk, basic_types};
use crate::config::Mode;
use crate::path::{Node, Step};
use crate::schema::{Field, Pii, Shape};

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

    /// What is left of an original under the path of its value; remarks about it are not kept.
    fn scrubbed_original(
        &self,
        mut original: Value<'static>,
        node: &Node<'_>,
    ) -> Option<Value<'static>> {
        let field = Field::new(node.pii, Shape::Any);
        let types = node.types.and(basic_types(&original));
        let node = node.with(node.pii, types);
        self.value(&mut original, &field, &node, &mut MetaTree::default());
        (!original.is_null()).then_some(original)
    }
}
