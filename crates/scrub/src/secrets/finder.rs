use std::borrow::Cow;
use std::sync::LazyLock;

use super::alphabet::Alphabet;
use super::catalogue::{Index, number};
use super::runs::Runs;
use super::suspicion::may_hold;
use super::token::Words;
use super::unescape::Layer;
use super::{authorization, cards, kinds, pairs, pem};

/// Shorter texts hold no secret that can be told from other words.
pub(super) const TEXT_BYTES_MIN: usize = 8;
/// The shortest run of letters, digits, `_` and `-` in any token of the catalogue.
pub(super) const RUN_BYTES_MIN: usize = 20;
/// How far in front of such a run its token may begin.
pub(super) const LEAD_BYTES_MAX: usize = 80;
/// How often a text is unescaped: JSON in a string of JSON in a query is three times escaped.
const LAYERS_MAX: usize = 3;

/// A secret in a text: bytes from `start` to before `end`, both on the borders of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The place of its kind in [`super::kinds`].
    pub(crate) kind: u16,
}

/// What a text may have, so that kinds which need what it does not have are not looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clues(u8);

impl Clues {
    /// A `=` or a `:`.
    pub(crate) const SEPARATOR: Self = Self(1);
    /// A `%` or a `\`.
    pub(crate) const ESCAPE: Self = Self(2);
    /// A `----`.
    pub(crate) const DASHES: Self = Self(4);
    /// Twelve digits.
    pub(crate) const DIGITS: Self = Self(8);
    /// All of them.
    pub(crate) const ALL: Self = Self(15);

    /// None of them.
    pub(crate) const NONE: Self = Self(0);

    /// These and, if `is_so`, those of `other`.
    pub(crate) const fn with(self, other: Self, is_so: bool) -> Self {
        Self(if is_so { self.0 | other.0 } else { self.0 })
    }

    const fn have(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The search for all kinds.
#[derive(Debug)]
pub(crate) struct Finder {
    index: Index,
}

impl Finder {
    /// The one finder; it is made at the first call.
    pub(crate) fn shared() -> &'static Self {
        static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder {
            index: Index::new(),
        });
        &FINDER
    }

    /// Adds the secrets of a text to `out`, from left to right. None overlaps another: of those
    /// that do, the first stays, of those with one start the longest, of equal ones the kind that
    /// comes first in the catalogue. The time is linear in the length of the text.
    pub(crate) fn find(&self, text: &str, out: &mut Vec<Found>) {
        self.find_with(Clues::ALL, text, out);
    }

    /// The text with `[secret:<kind>]` for each of its secrets.
    pub(crate) fn hidden<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut found = Vec::new();
        self.find(text, &mut found);
        if found.is_empty() {
            return text.into();
        }
        let (mut hidden, mut place) = (String::with_capacity(text.len()), 0);
        for secret in found {
            hidden.push_str(text.get(place..secret.start).unwrap_or_default());
            let kind = kinds().get(usize::from(secret.kind));
            hidden.push_str("[secret:");
            hidden.push_str(kind.map_or("", |kind| kind.id));
            hidden.push(']');
            place = secret.end;
        }
        hidden.push_str(text.get(place..).unwrap_or_default());
        hidden.into()
    }

    /// As [`Finder::find`], for the value of something with a name, such as a field of a form: its
    /// name may say of the whole value what it is.
    pub(crate) fn find_named(&self, name: &str, value: &str, out: &mut Vec<Found>) {
        let mut found: Vec<Found> = pairs::find_named(name, value).into_iter().collect();
        if may_hold(value) {
            self.find(value, &mut found);
        }
        settle(value.as_bytes(), &mut found, out);
    }

    /// As [`Finder::find`], for a caller that knows what the text does not have.
    pub(crate) fn find_with(&self, clues: Clues, text: &str, out: &mut Vec<Found>) {
        if text.len() < TEXT_BYTES_MIN {
            return;
        }
        let mut found = Vec::new();
        self.find_plain(clues, text.as_bytes(), &mut found);
        let is_escaped = clues.have(Clues::ESCAPE);
        let mut layer = is_escaped.then(|| Layer::of(text.as_bytes())).flatten();
        for _ in 0..LAYERS_MAX {
            let Some(unescaped) = layer else { break };
            let mut inner = Vec::new();
            self.find_plain(Clues::ALL, unescaped.bytes(), &mut inner);
            found.extend(inner.into_iter().map(|secret| unescaped.locate(secret)));
            layer = unescaped.next();
        }
        if !found.is_empty() {
            settle(text.as_bytes(), &mut found, out);
        }
    }

    /// Searches what stands there, escapes as they are.
    fn find_plain(&self, clues: Clues, bytes: &[u8], out: &mut Vec<Found>) {
        self.find_tokens(bytes, out);
        if clues.have(Clues::SEPARATOR) {
            pairs::find(bytes, out);
        }
        if clues.have(Clues::DASHES) {
            pem::find(bytes, out);
        }
        if clues.have(Clues::DIGITS) {
            cards::find(bytes, out);
        }
    }

    fn find_tokens(&self, bytes: &[u8], out: &mut Vec<Found>) {
        let mut done = 0;
        for (start, end) in Runs::new(bytes, Alphabet::WORD, RUN_BYTES_MIN) {
            let before = bytes.get(done..start).unwrap_or_default();
            if let Some(found) = authorization::loose(bytes, done, &(start..end)) {
                out.push(Found {
                    start: found.start,
                    end: found.end,
                    kind: number("authorization"),
                });
            }
            let mut place = start - Alphabet::LEAD.count_back(before, LEAD_BYTES_MAX);
            let mut words = Words::new(start..end);
            while place < end {
                match self.index.token_at(bytes, place, &mut words) {
                    Some(found) => {
                        place = found.end;
                        out.push(found);
                    }
                    None => place = next_word(bytes, place, end),
                }
            }
            done = place;
        }
    }
}

/// Where the next word after `place` starts: the first letter or digit after another character.
fn next_word(bytes: &[u8], place: usize, end: usize) -> usize {
    let rest = bytes.get(place..end).unwrap_or_default();
    let word = Alphabet::ALNUM.count(rest, rest.len());
    let gap = rest.get(word..).unwrap_or_default();
    let is_gap = |byte: &&u8| !Alphabet::ALNUM.has(**byte);
    place + word + gap.iter().take_while(is_gap).count()
}

/// Moves what was found to `out`, in order, without overlaps, and without the NULs that stand for
/// what was redacted before.
fn settle(bytes: &[u8], found: &mut [Found], out: &mut Vec<Found>) {
    found.sort_unstable_by_key(|secret| (secret.start, usize::MAX - secret.end, secret.kind));
    let mut end = 0;
    for secret in found {
        if secret.start < end {
            continue;
        }
        end = secret.end;
        let mut start = secret.start;
        let text = bytes.get(start..end).unwrap_or_default();
        for piece in text.split(|byte| *byte == 0) {
            if !piece.is_empty() {
                out.push(Found {
                    start,
                    end: start + piece.len(),
                    kind: secret.kind,
                });
            }
            start += piece.len() + 1;
        }
    }
}
