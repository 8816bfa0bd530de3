use watchfire_event::json::Value;
use watchfire_event::{MetaTree, PathItem};

use super::{Walk, types_of};
use crate::path::{Node, Step};
use crate::plan::KeyVerdict;
use crate::schema::{Field, Pii, Shape};
use crate::text::Look;
use crate::walk::secrets::SECRET_BYTES_MIN;

/// The values in one container while they are visited.
pub(super) struct Children<'c> {
    walk: &'c Walk<'c>,
    parent: &'c Node<'c>,
    /// The notes about the container.
    notes: &'c mut MetaTree,
    /// Whether there were notes about its contents before the walk came.
    were_noted: bool,
    /// The conditions on what the container is called that may hold for what it contains.
    above: u64,
    /// For notes about a value about which there are none yet; empty between two values.
    fresh: MetaTree,
}

impl<'c> Children<'c> {
    pub(super) fn of(walk: &'c Walk<'c>, parent: &'c Node<'c>, notes: &'c mut MetaTree) -> Self {
        Self {
            walk,
            parent,
            were_noted: notes.has_children(),
            notes,
            above: walk.plan.above(parent),
            fresh: MetaTree::default(),
        }
    }

    pub(super) fn visit(&mut self, value: &mut Value<'_>, field: &Field, step: Step<'_>) {
        let walk = self.walk;
        if self.were_noted && self.earlier_notes(step).is_some() {
            let node = node(self.parent, value, field, step);
            if let Some(notes) = self.earlier_notes(step) {
                walk.value(value, field, &node, notes);
            }
            return;
        }
        if matches!(field.shape, Shape::Nothing) && !walk.may_hide_secrets(value, step.rule_key()) {
            return;
        }
        let (mut key, mut seen) = (None, None);
        let is_touched = match value {
            Value::Null | Value::Bool(_) => return,
            Value::String(text) => {
                if field.pii == Pii::False && text.len() < SECRET_BYTES_MIN {
                    return;
                }
                key = self.key(step);
                let text = Look::at(text);
                seen = Some(text.seen);
                let key_seen = key.map(|key| key.seen);
                if !self.may_touch(field, key, Some(&text))
                    && !walk.may_hold_secret(key_seen, &text)
                {
                    return;
                }
                true
            }
            Value::Number(_) => {
                if field.pii == Pii::False {
                    return;
                }
                key = self.key(step);
                if !self.may_touch(field, key, None) {
                    return;
                }
                true
            }
            Value::Array(_) | Value::Object(_) => {
                field.pii != Pii::False && {
                    key = self.key(step);
                    self.may_touch(field, key, None)
                }
            }
        };
        let node = node(self.parent, value, field, step).seen(key.map(|key| key.seen), seen);
        if is_touched {
            walk.value(value, field, &node, &mut self.fresh);
        } else {
            walk.contents(value, field, &node, &mut self.fresh);
        }
        if self.fresh.has_children() || !self.fresh.meta.is_empty() {
            let notes = std::mem::take(&mut self.fresh);
            *self.place_of_notes(step) = notes;
        }
    }

    /// Whether rules may apply to a value.
    fn may_touch(&self, field: &Field, key: Option<KeyVerdict>, text: Option<&Look<'_>>) -> bool {
        let plan = self.walk.plan;
        plan.may_touch(field.pii, self.above, key, text)
    }

    fn key(&self, step: Step<'_>) -> Option<KeyVerdict> {
        let key = step.rule_key()?;
        Some(self.walk.plan.key(key))
    }

    /// The notes that there already are about a value.
    fn earlier_notes(&mut self, step: Step<'_>) -> Option<&mut MetaTree> {
        match step {
            Step::Root => None,
            Step::Key(key) => self.notes.find_mut(PathItem::Key(key)),
            Step::Index(index) | Step::Named { index, .. } => {
                self.notes.find_mut(PathItem::Index(index))
            }
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
            Step::Index(index) | Step::Named { index, .. } => {
                self.notes.child_mut(PathItem::Index(index))
            }
            Step::Pair { index, .. } => {
                let pair = self.notes.child_mut(PathItem::Index(index));
                pair.child_mut(PathItem::Index(1))
            }
        }
    }
}

fn node<'p>(parent: &'p Node<'_>, value: &Value<'_>, field: &Field, step: Step<'p>) -> Node<'p> {
    let types = field.types.and(types_of(field, value));
    parent.child(step, field.pii, types)
}
