//! The walk over an event: which values rules see, in which order, and under which path
//! (reference/SCRUBBING.md section 3). At each value the project's own configuration is applied
//! first, then its settings; secrets are looked for in what these leave.

mod apply;
mod children;
mod container;
mod keys;
mod notes;
mod originals;
mod repeated;
mod secrets;
mod user;

use std::borrow::Cow;

use watchfire_event::json::{Object, Value};
use watchfire_event::{Meta, MetaTree};

use crate::config::Mode;
use crate::path::Node;
use crate::plan::{Choice, Memory, Plan};
use crate::schema::{EVENT, Field, Pii, Shape};
use crate::selector::{Type, Types};
use crate::text::{Features, Look, Passage};

use apply::{Fate, Key, apply, apply_without_text};
pub(crate) use container::{are_pairs, inherited};
use repeated::Repeated;
pub(crate) use secrets::Secrets;

/// Scrubs an event's body and notes in `meta` what was changed.
pub(crate) fn scrub(
    body: &mut Object<'_>,
    meta: &mut MetaTree,
    plan: &Plan,
    secrets: Option<&Secrets>,
    mode: Mode,
) {
    let had_notes = !meta.is_empty();
    let memory = Memory::default();
    let walk = Walk {
        plan,
        secrets,
        mode,
        memory: &memory,
        repeated: &Repeated::default(),
        turn: None,
    };
    if had_notes && secrets.is_some() {
        walk.notes(meta);
    }
    walk.fields(body, &EVENT, &Node::root(), meta);
    if had_notes && mode == Mode::Improved && meta.has_originals() {
        walk.all_originals(meta, &Node::root());
    }
}

/// Scrubs JSON of no schema, every value of which any rule may touch; nothing is noted.
pub(crate) fn scrub_free(
    object: &mut Object<'_>,
    plan: &Plan,
    secrets: Option<&Secrets>,
    mode: Mode,
) {
    let walk = Walk {
        plan,
        secrets,
        mode,
        memory: &Memory::default(),
        repeated: &Repeated::default(),
        turn: None,
    };
    let free = Field::new(Pii::True, Shape::Any);
    walk.fields(object, &free, &Node::root(), &mut MetaTree::default());
}

#[derive(Clone, Copy)]
struct Walk<'w> {
    plan: &'w Plan,
    /// What knows the secrets of the catalogue, if they are looked for.
    secrets: Option<&'w Secrets>,
    mode: Mode,
    memory: &'w Memory,
    repeated: &'w Repeated,
    /// The only configuration that is applied, if not all are.
    turn: Option<usize>,
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
                Shape::FilePath => {
                    self.file_path(text, node, &mut notes.meta);
                    self.hide_secrets(text, node, &mut notes.meta)
                }
                _ => self.repeated_text(text, node, &mut notes.meta),
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

    /// Applies the rules to a passage that was `look` before anything was hidden.
    fn rules(&self, passage: &mut Passage<'_, '_>, look: Look<'_>, node: &Node<'_>) -> Fate {
        let is_empty = matches!(look.text, "" | "true" | "false" | "null" | "undefined");
        if node.pii == Pii::False || is_empty {
            return Fate::Keep;
        }
        let choice = self.plan.choice(node, self.memory);
        if !choice.needs.any {
            return Fate::Keep;
        }
        let is_redacted = passage.meta().remarks.iter().any(|one| one.range.is_some());
        let features = Features::of(look, is_redacted, choice.needs.in_text);
        let mut key = Key::new(node.key_look(), choice.needs);
        if !choice.needs.nothing
            && !features.hints().overlap(choice.needs.in_text)
            && !key.may_hit()
        {
            return Fate::Keep;
        }
        let rules = self.plan.rules(choice, node, self.turn);
        let wanted = choice.needs.in_text;
        apply(rules, wanted, &mut key, passage, (look.text, features))
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
        let passage = &mut Passage::new(&mut changed, meta);
        match self.rules(passage, Look::at(directory), node) {
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
        let Some(choice) = self.opaque_choice(node) else {
            return Fate::Keep;
        };
        let mut key = Key::new(node.key_look(), choice.needs);
        if !choice.needs.nothing && !key.may_hit() {
            return Fate::Keep;
        }
        let rules = self.plan.rules(choice, node, self.turn);
        apply_without_text(rules, &mut key, meta)
    }

    fn opaque_choice(&self, node: &Node<'_>) -> Option<Choice> {
        if node.pii == Pii::False {
            return None;
        }
        let choice = self.plan.choice(node, self.memory);
        choice.needs.any.then_some(choice)
    }
}

/// The types of a value that follow from the value: a structure of the schema has none.
pub(crate) fn types_of(field: &Field, value: &Value<'_>) -> Types {
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
