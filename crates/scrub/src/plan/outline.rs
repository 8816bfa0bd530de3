use super::Needs;
use crate::schema::Pii;
use crate::text::{Hint, Hints, Look, Seen, hints, is_whole_word};

/// What all applications of a plan together need, so that one look rules most values out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outline {
    /// For values that every rule may touch.
    open: Wanted,
    /// For those that only a rule which names their path may touch.
    named: Wanted,
    /// The conditions on the keys of a value, or of what it lies in, under which other rules apply,
    /// whatever the value …
    keyed: u64,
    /// … or if it has what is wanted.
    keyed_wanting: u64,
    wanted_keyed: Wanted,
}

/// What values must have before any of some rules is worth a try.
#[derive(Clone, Copy, Debug, Default)]
struct Wanted {
    /// Whether no look at a value tells.
    everything: bool,
    in_text: Asked,
    in_key: Asked,
}

/// Whether a key may be hit by the rules for values that every rule may touch, for those that only
/// a rule which names their path may touch, and by those that depend on keys.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KeyHits {
    open: bool,
    named: bool,
    keyed: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    hints: Hints,
    /// What must be seen for any of them …
    seen: Seen,
    /// … in a text that is too short for a number that anybody wants, and without a slash.
    seen_in_plain: Seen,
    /// Whether whole words of the password rule count.
    whole_words: bool,
}

/// Cards and account numbers, and social security numbers, the shortest of them.
const NUMBERS: Seen = Seen::DIGITS.and(Seen::IBAN);
const NUMBER_BYTES_MIN: usize = 11;

impl Outline {
    /// Adds an application with these needs, which only applies to values for whose keys one of
    /// the conditions `keyed` holds; `is_sweeping` says that it cannot name a path.
    pub(super) fn add(&mut self, needs: Needs, keyed: Option<u64>, is_sweeping: bool) {
        if let Some(keyed) = keyed {
            self.wanted_keyed.add(needs);
            if std::mem::take(&mut self.wanted_keyed.everything) {
                self.keyed |= keyed;
            } else {
                self.keyed_wanting |= keyed;
            }
            return;
        }
        self.open.add(needs);
        if !is_sweeping {
            self.named.add(needs);
        }
    }

    /// Whether a rule that depends on conditions on keys may hit a value for which `held` hold.
    pub(super) fn may_hit_keyed(&self, held: u64, key: KeyHits, text: Option<&Look<'_>>) -> bool {
        held & self.keyed != 0
            || held & self.keyed_wanting != 0 && self.wanted_keyed.are_met(key.keyed, text)
    }

    /// Whether a rule that depends on no such condition may hit a value.
    pub(super) fn may_hit(&self, pii: Pii, key: KeyHits, text: Option<&Look<'_>>) -> bool {
        match pii {
            Pii::True => self.open.are_met(key.open, text),
            Pii::Maybe => self.named.are_met(key.named, text),
            Pii::False => false,
        }
    }

    /// Which rules may hit a key.
    pub(super) fn key_hits(&self, key: &Look<'_>) -> KeyHits {
        KeyHits {
            open: self.open.in_key.is_in(key),
            named: self.named.in_key.is_in(key),
            keyed: self.wanted_keyed.in_key.is_in(key),
        }
    }
}

impl Wanted {
    fn are_met(&self, key_hits: bool, text: Option<&Look<'_>>) -> bool {
        self.everything || key_hits || text.is_some_and(|text| self.in_text.is_in(text))
    }

    fn add(&mut self, needs: Needs) {
        let always = Hints::of(Hint::Always);
        self.everything |=
            needs.nothing || needs.in_text.overlap(always) || needs.in_key.overlap(always);
        self.in_text.add(needs.in_text);
        self.in_key.add(needs.in_key);
    }
}

impl Asked {
    fn add(&mut self, hints: Hints) {
        self.hints = self.hints.and(hints);
        self.seen = self.hints.seen();
        self.seen_in_plain = self.hints.without_slash().seen().without(NUMBERS);
        self.whole_words = self.hints.overlap(Hints::of(Hint::Password));
    }

    /// Whether one of the hints may hold for a text.
    fn is_in(&self, text: &Look<'_>) -> bool {
        let is_plain = text.text.len() < NUMBER_BYTES_MIN && !text.seen.has(Seen::SLASH);
        let seen = if is_plain {
            self.seen_in_plain
        } else {
            self.seen
        };
        text.seen.has(seen) && hints(*text, false, self.hints).overlap(self.hints)
            || self.whole_words && is_whole_word(text.text)
    }
}
