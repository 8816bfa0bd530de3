use std::borrow::Cow;

use watchfire_event::MetaTree;

use super::Walk;
use crate::path::Node;
use crate::schema::{Field, Pii, Shape};
use crate::secrets::hide_secrets;

impl Walk<'_> {
    /// Hides the secrets in what clients noted: in the ids of rules, and in the kinds of errors and
    /// what is said of them. What stands under the paths of the event is scrubbed with the event.
    pub(super) fn notes(&self, notes: &mut MetaTree) {
        for remark in &mut notes.meta.remarks {
            hide(&mut remark.rule);
        }
        for error in &mut notes.meta.errors {
            hide(&mut error.kind);
            let free = Field::new(Pii::True, Shape::Any);
            let data = &mut error.data;
            self.fields(data, &free, &Node::root(), &mut MetaTree::default());
        }
        for (_, below) in notes.children_mut() {
            self.notes(below);
        }
    }
}

fn hide(text: &mut String) {
    if let Cow::Owned(hidden) = hide_secrets(text) {
        *text = hidden;
    }
}
