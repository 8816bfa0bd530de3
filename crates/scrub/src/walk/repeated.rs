use std::borrow::Cow;
use std::cell::RefCell;

use watchfire_event::Meta;

use super::Walk;
use super::apply::Fate;
use crate::path::Node;
use crate::schema::Pii;

/// So many texts of an event are remembered, none longer than this.
const TEXTS_MAX: usize = 32;
const TEXT_BYTES_MAX: usize = 256;

/// What became of the texts of an event that rules or the catalogue had to look at closely. The
/// frames of a stack trace hand the same values on, and all that is done to a text follows from
/// it, its key and the conditions that hold for it.
#[derive(Debug, Default)]
pub(super) struct Repeated(RefCell<Vec<Known>>);

#[derive(Debug)]
struct Known {
    key: Option<String>,
    before: String,
    conditions: Conditions,
    /// What it became, unless it stayed as it was.
    after: Option<Cow<'static, str>>,
    fate: Fate,
    meta: Meta,
}

/// What besides the key decides what rules make of a text.
type Conditions = (Pii, u64);

impl Walk<'_> {
    /// As [`Walk::text`], from memory where the same text was scrubbed before.
    pub(super) fn repeated_text(
        &self,
        text: &mut Cow<'_, str>,
        node: &Node<'_>,
        meta: &mut Meta,
    ) -> Fate {
        let Some(conditions) = self.conditions(text, node, meta) else {
            return self.text(text, node, meta);
        };
        let key = node.rule_key();
        if let Some(known) = self.repeated.0.borrow().iter().find(|known| {
            known.before == **text && known.key.as_deref() == key && known.conditions == conditions
        }) {
            meta.clone_from(&known.meta);
            if let Some(after) = &known.after {
                *text = after.clone();
            }
            return known.fate;
        }
        let before = text.clone().into_owned();
        let fate = self.text(text, node, meta);
        let mut texts = self.repeated.0.borrow_mut();
        if texts.len() < TEXTS_MAX {
            texts.push(Known {
                key: key.map(str::to_owned),
                after: (**text != before).then(|| to_static(text)),
                before,
                conditions,
                fate,
                meta: meta.clone(),
            });
        }
        fate
    }

    /// The conditions under which a text is scrubbed; `None` where they depend on more than that.
    fn conditions(&self, text: &str, node: &Node<'_>, meta: &Meta) -> Option<Conditions> {
        let is_plain = text.len() <= TEXT_BYTES_MAX
            && self.turn.is_none()
            && meta.is_empty()
            && !self.secrets.is_some_and(super::Secrets::has_safe_places);
        if !is_plain {
            return None;
        }
        let held = match node.pii {
            Pii::False => 0,
            _ => self.plan.choice(node, self.memory).conditions()?,
        };
        Some((node.pii, held))
    }
}

/// A text on its own; the usual one needs no memory.
fn to_static(text: &str) -> Cow<'static, str> {
    const FILTERED: &str = "[Filtered]";
    if text == FILTERED {
        return Cow::Borrowed(FILTERED);
    }
    Cow::Owned(text.to_owned())
}
