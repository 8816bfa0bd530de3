use std::borrow::Cow;

use watchfire_event::Meta;
use watchfire_event::json::Value;

use super::Walk;
use super::apply::Fate;
use super::are_pairs;
use super::keys::is_suspect;
use crate::config::Mode;
use crate::lists::name_of;
use crate::path::Node;
use crate::plan::Place;
use crate::schema::Pii;
use crate::secrets::{Clues, Finder, Found, is_named, kinds, may_hold};
use crate::selector::Selector;
use crate::text::{Look, Passage, Replacement, Seen, has_digits, has_long_word};

pub(super) use crate::text::is_hex;

/// Shorter texts hold no secret, unless their key says so.
pub(super) const SECRET_BYTES_MIN: usize = 8;
/// A text is searched at most so often, each time for what the time before uncovered.
pub(super) const PASSES_MAX: usize = 4;
/// Digits of the shortest card number.
const CARD_DIGITS_MIN: u32 = 12;
/// They are shorter than any token.
const CARD_BYTES_MIN: usize = 12;

/// Finds the secrets of the catalogue in texts.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    finder: &'static Finder,
    /// Where they are left alone.
    safe: Option<Place>,
}

impl Secrets {
    /// A search for all kinds, except at the places that `safe` names.
    pub(crate) fn new(safe: Option<&Selector>) -> Self {
        Self {
            finder: Finder::shared(),
            safe: safe.map(Place::new),
        }
    }

    /// The parts to replace of a text that was `look` before anything was redacted.
    fn parts(&self, text: &str, look: &Look<'_>, node: &Node<'_>) -> Vec<Replacement> {
        let mut found = Vec::new();
        match node.key_look().filter(|key| key.seen.has(NAMES)) {
            Some(key) => self.finder.find_named(key.text, text, &mut found),
            None if may_hold(text) => self.finder.find_with(clues(look), text, &mut found),
            None => {}
        }
        found.iter().filter_map(replacement).collect()
    }

    /// Whether there are places where secrets are left alone.
    pub(super) fn has_safe_places(&self) -> bool {
        self.safe.is_some()
    }

    fn is_safe(&self, node: &Node<'_>) -> bool {
        // Fields that no rule may touch can be named here all the same.
        let pii = if node.pii == Pii::False {
            Pii::Maybe
        } else {
            node.pii
        };
        let is_named = |place: &Place| place.matches(&node.with(pii, node.types));
        self.safe.as_ref().is_some_and(is_named)
    }
}

impl Walk<'_> {
    /// Whether a look at a text and its key does not rule out that it holds a secret.
    pub(super) fn may_hold_secret(&self, key: Option<Seen>, text: &Look<'_>) -> bool {
        if self.secrets.is_none() {
            return false;
        }
        let seen = text.seen;
        let length = text.text.len();
        if key.is_some_and(|key| key.has(NAMES)) {
            return length > 0;
        }
        if length < SECRET_BYTES_MIN {
            return false;
        }
        seen.has(Seen::ESCAPE.and(Seen::PEM))
            || seen.has(SEPARATORS) && seen.has(NAMES.and(Seen::AT))
            || length >= CARD_BYTES_MIN
                && (seen.has(Seen::DIGITS) && has_digits(text.text, CARD_DIGITS_MIN)
                    || has_long_word(text.text) && !is_hex(text.text))
    }

    /// Whether there may be a secret in a value that no rule may touch, or in what it contains: a
    /// cheap look, so that the walk need not go there.
    pub(super) fn may_hide_secrets(&self, value: &Value<'_>, key: Option<&str>) -> bool {
        self.secrets.is_some() && holds_suspects(value, key)
    }

    /// Whether a name may say that what it names is a secret.
    pub(super) fn may_name_secret(&self, name: Seen) -> bool {
        self.secrets.is_some() && name.has(NAMES)
    }

    /// Applies the rules to a text and hides the secrets in it. In mode *improved* that goes on
    /// until nothing is found in what is left, so that scrubbing again finds nothing either.
    pub(super) fn text(&self, text: &mut Cow<'_, str>, node: &Node<'_>, meta: &mut Meta) -> Fate {
        let before = text.clone();
        let look = node.look(&before);
        if self.text_once(text, look, node, meta) == Fate::Delete {
            return Fate::Delete;
        }
        let mut before = before;
        for _ in 1..PASSES_MAX {
            let is_done = self.mode == Mode::Compatible
                || *text == before
                || !Passage::new(text, meta).has_letters();
            if is_done {
                break;
            }
            before = text.clone();
            if self.text_once(text, Look::at(&before), node, meta) == Fate::Delete {
                return Fate::Delete;
            }
        }
        Fate::Keep
    }

    /// Where rules take out a part of the text, they are applied once more to the text without its
    /// secrets, because what a rule takes out may be the part by which a secret is known; they
    /// still see what is hidden, so that they take out all they would without the catalogue.
    fn text_once(
        &self,
        text: &mut Cow<'_, str>,
        look: Look<'_>,
        node: &Node<'_>,
        meta: &mut Meta,
    ) -> Fate {
        let Some(secrets) = self.secrets_of(&look, node) else {
            return self.rules(&mut Passage::new(text, meta), look, node);
        };
        let noted = meta.clone();
        let mut passage = Passage::new(text, meta);
        if self.rules(&mut passage, look, node) == Fate::Delete {
            return Fate::Delete;
        }
        if !passage.has_letters() {
            return Fate::Keep;
        }
        if passage.text() == look.text {
            passage.hide(|text| secrets.parts(text, &look, node));
            return Fate::Keep;
        }
        *text = Cow::Owned(look.text.to_owned());
        *meta = noted;
        let mut passage = Passage::new(text, meta);
        passage.hide(|text| secrets.parts(text, &look, node));
        self.rules(&mut passage, look, node)
    }

    /// Hides the secrets in a text to which rules were applied, until nothing is found in what is
    /// left.
    pub(super) fn hide_secrets(
        &self,
        text: &mut Cow<'_, str>,
        node: &Node<'_>,
        meta: &mut Meta,
    ) -> Fate {
        let mut before = text.clone();
        let mut look = node.look(&before);
        for _ in 0..PASSES_MAX {
            let Some(secrets) = self.secrets_of(&look, node) else {
                break;
            };
            let mut passage = Passage::new(text, meta);
            if !passage.hide(|text| secrets.parts(text, &look, node)) {
                break;
            }
            before = text.clone();
            look = Look::at(&before);
        }
        Fate::Keep
    }

    /// The secrets in a text to which no rule is applied.
    pub(super) fn secrets_in(&self, text: &str, node: &Node<'_>) -> Vec<Replacement> {
        let look = node.look(text);
        let secrets = self.secrets_of(&look, node);
        secrets.map_or_else(Vec::new, |secrets| secrets.parts(text, &look, node))
    }

    /// The search for secrets, if there may be one in the text.
    fn secrets_of(&self, text: &Look<'_>, node: &Node<'_>) -> Option<&Secrets> {
        let secrets = self.secrets?;
        let key = node.key_look().map(|key| key.seen);
        let is_suspect = self.may_hold_secret(key, text);
        (is_suspect && !secrets.is_safe(node)).then_some(secrets)
    }
}

fn holds_suspects(value: &Value<'_>, key: Option<&str>) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => {
            text.len() >= SECRET_BYTES_MIN && (may_hold(text) || key.is_some_and(is_named))
        }
        Value::Object(object) => object
            .iter()
            .any(|(key, value)| is_suspect(key) || holds_suspects(value, Some(key))),
        Value::Array(items) => {
            let mut numbered = items.iter().enumerate();
            are_pairs(items)
                || numbered.any(|(index, item)| holds_suspects(item, name_of(items, index)))
        }
    }
}

const NAMES: Seen = Seen::NAME;
const SEPARATORS: Seen = Seen::EQUALS.and(Seen::COLON);

fn clues(look: &Look<'_>) -> Clues {
    let seen = look.seen;
    Clues::NONE
        .with(Clues::SEPARATOR, seen.has(SEPARATORS))
        .with(Clues::ESCAPE, seen.has(Seen::ESCAPE))
        .with(Clues::DASHES, seen.has(Seen::PEM))
        .with(Clues::DIGITS, seen.has(Seen::DIGITS))
}

fn replacement(found: &Found) -> Option<Replacement> {
    let kind = kinds().get(usize::from(found.kind))?;
    Some(Replacement {
        start: found.start,
        end: found.end,
        rule: format!("@secret.{}", kind.id),
        text: format!("[secret:{}]", kind.id),
    })
}
