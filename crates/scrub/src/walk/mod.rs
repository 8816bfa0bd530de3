//! The walk over an event: which values rules see, in which order, and under which path
//! (reference/SCRUBBING.md section 3).

mod apply;
mod container;
mod originals;
mod user;

use std::borrow::Cow;

use watchfire_event::json::{Object, Value};
use watchfire_event::{Meta, MetaTree};

use crate::path::Node;
use crate::plan::{Memory, Plan};
use crate::schema::{EVENT, Field, Pii, Shape};
use crate::scrubber::Mode;
use crate::selector::{Type, Types};

use apply::{Fate, Subject};

/// Scrubs an event's body by one plan and notes in `meta` what was changed.
pub(crate) fn scrub(body: &mut Object<'_>, meta: &mut MetaTree, plan: &Plan, mode: Mode) {
    let had_notes = !meta.is_empty();
    let memory = Memory::default();
    let walk = Walk {
        plan,
        mode,
        memory: &memory,
    };
    walk.fields(body, &EVENT, &Node::root(), meta);
    if had_notes && mode == Mode::Improved && meta.has_originals() {
        walk.all_originals(meta, &Node::root());
    }
}

#[derive(Clone, Copy)]
struct Walk<'w> {
    plan: &'w Plan,
    mode: Mode,
    memory: &'w Memory,
}

impl Walk<'_> {
    /// Scrubs one value and what it contains; `notes` are those about it and what it contains.
    fn value(&self, value: &mut Value<'_>, field: &Field, node: &Node<'_>, notes: &mut MetaTree) {
        if notes.meta.original_value.is_some() {
            self.original(node, &mut notes.meta);
        }
        let fate = match value {
            Value::Null | Value::Bool(_) => Fate::Keep,
            Value::String(text) => match field.shape {
                Shape::FilePath => self.file_path(text, node, &mut notes.meta),
                _ => self.text(text, node, &mut notes.meta),
            },
            Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                self.opaque(node, &mut notes.meta)
            }
        };
        match fate {
            Fate::Delete => {
                *value = Value::Null;
                // What was noted about the contents goes with them.
                let meta = std::mem::take(&mut notes.meta);
                *notes = MetaTree::default();
                notes.meta = meta;
            }
            Fate::Keep => self.contents(value, field, node, notes),
        }
    }

    /// Applies the rules to a text.
    fn text(&self, text: &mut Cow<'_, str>, node: &Node<'_>, meta: &mut Meta) -> Fate {
        if node.pii == Pii::False
            || matches!(text.as_ref(), "" | "true" | "false" | "null" | "undefined")
        {
            return Fate::Keep;
        }
        let choice = self.plan.choice(node, self.memory);
        if !choice.needs.any {
            return Fate::Keep;
        }
        let mut subject = Subject::new(node.key(), meta);
        let features = subject.features(text);
        if !choice.needs.nothing
            && !features.hints().overlap(choice.needs.in_text)
            && !subject.may_hit_key(choice.needs)
        {
            return Fate::Keep;
        }
        subject.apply(self.plan.rules(choice, node), text, features)
    }

    /// Applies the rules to a path of a file: its last part is kept, because what happens later
    /// needs it (section 3.7).
    fn file_path(&self, text: &mut Cow<'_, str>, node: &Node<'_>, meta: &mut Meta) -> Fate {
        let Some((directory, name)) = memchr::memrchr2(b'/', b'\\', text.as_bytes())
            .and_then(|end| text.split_at_checked(end))
        else {
            return Fate::Keep;
        };
        let mut changed = Cow::Borrowed(directory);
        match self.text(&mut changed, node, meta) {
            Fate::Delete => *text = Cow::Owned(name.chars().skip(1).collect()),
            Fate::Keep => {
                if let Cow::Owned(changed) = changed {
                    *text = Cow::Owned(changed + name);
                }
            }
        }
        Fate::Keep
    }

    /// Applies the rules to what is not a text: only its key, or a rule for anything, can hit it.
    fn opaque(&self, node: &Node<'_>, meta: &mut Meta) -> Fate {
        if node.pii == Pii::False {
            return Fate::Keep;
        }
        let choice = self.plan.choice(node, self.memory);
        if !choice.needs.any {
            return Fate::Keep;
        }
        let mut subject = Subject::new(node.key(), meta);
        if !choice.needs.nothing && !subject.may_hit_key(choice.needs) {
            return Fate::Keep;
        }
        subject.apply_without_text(self.plan.rules(choice, node))
    }
}

/// The types of a value that follow from the value: a structure of the schema has none.
fn types_of(field: &Field, value: &Value<'_>) -> Types {
    match (field.shape, value) {
        (Shape::Struct(..) | Shape::Contexts, Value::Object(_)) => Types::NONE,
        (Shape::Pairs(_), Value::Array(_)) => Types::of(Type::Object),
        _ => basic_types(value),
    }
}

fn basic_types(value: &Value<'_>) -> Types {
    match value {
        Value::Null => Types::NONE,
        Value::Bool(_) => Types::of(Type::Boolean),
        Value::Number(_) => Types::of(Type::Number),
        Value::String(_) => Types::of(Type::String),
        Value::Array(_) => Types::of(Type::Array),
        Value::Object(_) => Types::of(Type::Object),
    }
}
