use std::ops::Range;

use super::Kind;
use super::alphabet::Alphabet;

/// Fewer different characters at the beginning of a token mean a placeholder such as `xxxxxxxx`.
const DIFFERENT_MIN: u32 = 6;
/// So many characters are looked at for that.
const VARIETY_BYTES: usize = 24;

/// A kind of token that is known by letters of its own, its anchor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// The anchors, any one of them; each at the start of a word and of two bytes or more.
    pub(super) anchors: &'static [&'static str],
    /// What follows the anchor, one part after the other.
    body: &'static [Part],
    /// What stands in front of the anchor and belongs to the token.
    lead: Option<Lead>,
    /// Whether the anchor is so short that words of people may begin with it: the body then needs
    /// a letter and a digit.
    is_weak: bool,
    /// Whether other characters of the word may follow the body.
    is_open: bool,
}

/// A part of a token's body. Each takes as many bytes as it can and never gives one back.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// This text.
    Text(&'static str),
    /// From `min` to `max` bytes of an alphabet.
    Run {
        alphabet: Alphabet,
        min: usize,
        max: usize,
    },
}

/// From `min` to `max` bytes of an alphabet, and then a text, right in front of an anchor.
#[derive(Clone, Copy, Debug)]
struct Lead {
    alphabet: Alphabet,
    min: usize,
    max: usize,
    text: &'static str,
}

/// The part of exactly so many bytes.
pub(super) const fn exactly(count: usize, alphabet: Alphabet) -> Part {
    between(count, count, alphabet)
}

/// The part of so many bytes or more.
pub(super) const fn at_least(min: usize, alphabet: Alphabet) -> Part {
    between(min, usize::MAX, alphabet)
}

/// The part of `min` to `max` bytes.
pub(super) const fn between(min: usize, max: usize, alphabet: Alphabet) -> Part {
    Part::Run { alphabet, min, max }
}

/// The part that is this text.
pub(super) const fn then(text: &'static str) -> Part {
    Part::Text(text)
}

impl Token {
    /// A kind of token by its id, its provider, what it is, its anchors and its body.
    pub(super) const fn new(
        id: &'static str,
        provider: &'static str,
        what: &'static str,
        anchors: &'static [&'static str],
        body: &'static [Part],
    ) -> Self {
        Self {
            kind: Kind { id, provider, what },
            anchors,
            body,
            lead: None,
            is_weak: false,
            is_open: false,
        }
    }

    /// The same kind, with from `min` to `max` bytes of an alphabet and a text in front.
    pub(super) const fn behind(
        mut self,
        min: usize,
        max: usize,
        alphabet: Alphabet,
        text: &'static str,
    ) -> Self {
        self.lead = Some(Lead {
            alphabet,
            min,
            max,
            text,
        });
        self
    }

    /// The same kind, whose body needs a letter and a digit.
    pub(super) const fn weak(mut self) -> Self {
        self.is_weak = true;
        self
    }

    /// The same kind, whose body other characters of a word may follow. So must be each that ends
    /// in a run without end of an alphabet that has more than [`Alphabet::WORD`], or a text could
    /// be read again for each of its words.
    pub(super) const fn open(mut self) -> Self {
        self.is_open = true;
        self
    }

    /// Where the token lies whose anchor starts at `anchor` and whose body starts at `body`.
    pub(super) fn range(
        &self,
        bytes: &[u8],
        anchor: usize,
        body: usize,
        words: &mut Words,
    ) -> Option<Range<usize>> {
        let start = match self.lead {
            Some(lead) => lead.start(bytes, anchor)?,
            None => anchor,
        };
        let varied = if self.lead.is_some() { start } else { body };
        let begins = self
            .body
            .first()
            .is_none_or(|part| part.begins(bytes, body, words));
        if !begins || !is_varied(bytes.get(varied..)?) {
            return None;
        }
        let mut end = body;
        for part in self.body {
            end = part.end(bytes, end, words)?;
        }
        let next = bytes.get(end);
        let is_whole = self.is_open || !next.is_some_and(|byte| Alphabet::IDENTIFIER.has(*byte));
        let is_strong = !self.is_weak || is_mixed(bytes.get(body..end)?);
        (is_whole && is_strong).then_some(start..end)
    }
}

impl Part {
    /// Whether the part may stand there: a cheap look before the others.
    fn begins(self, bytes: &[u8], place: usize, words: &mut Words) -> bool {
        match self {
            Self::Run { alphabet, min, .. } if alphabet != Alphabet::WORD => {
                let rest = bytes.get(place..).unwrap_or_default();
                alphabet.count(rest, min) >= min
            }
            _ => self.end(bytes, place, words).is_some(),
        }
    }

    fn end(self, bytes: &[u8], place: usize, words: &mut Words) -> Option<usize> {
        let rest = bytes.get(place..)?;
        match self {
            Self::Text(text) => rest
                .starts_with(text.as_bytes())
                .then(|| place + text.len()),
            Self::Run { alphabet, min, max } => {
                let count = if alphabet == Alphabet::WORD {
                    words.end(bytes, place) - place
                } else {
                    alphabet.count(rest, max.saturating_add(1))
                };
                (min..=max).contains(&count).then(|| place + count)
            }
        }
    }
}

impl Lead {
    fn start(self, bytes: &[u8], anchor: usize) -> Option<usize> {
        let before = bytes.get(..anchor)?.strip_suffix(self.text.as_bytes())?;
        let count = self.alphabet.count_back(before, self.max.saturating_add(1));
        let start = before.len() - count;
        // Digits may follow a word: `…/bot123456:…`.
        let is_word = self.alphabet != Alphabet::DIGITS
            && start > 0
            && before
                .get(start - 1)
                .is_some_and(|byte| Alphabet::IDENTIFIER.has(*byte));
        ((self.min..=self.max).contains(&count) && !is_word).then_some(start)
    }
}

/// Runs of [`Alphabet::WORD`] whose ends are known: many anchors may stand in one long run, and
/// each would read it again.
#[derive(Debug)]
pub(super) struct Words(Vec<Range<usize>>);

impl Words {
    /// With one run as long as can be.
    pub(super) fn new(run: Range<usize>) -> Self {
        Self(vec![run])
    }

    /// Where the run ends that `place` stands in; `place` itself outside of runs.
    fn end(&mut self, bytes: &[u8], place: usize) -> usize {
        if let Some(known) = self.0.iter().find(|run| run.contains(&place)) {
            return known.end;
        }
        let rest = bytes.get(place..).unwrap_or_default();
        let end = place + Alphabet::WORD.count(rest, rest.len());
        if end > place {
            self.0.push(place..end);
        }
        end
    }
}

/// Whether enough different characters stand at the beginning.
fn is_varied(body: &[u8]) -> bool {
    let head = body.get(..VARIETY_BYTES).unwrap_or(body);
    let seen = head
        .iter()
        .fold(0_u128, |seen, byte| seen | 1 << (byte & 127));
    seen.count_ones() >= DIFFERENT_MIN
}

/// Whether there is both a letter and a digit.
fn is_mixed(body: &[u8]) -> bool {
    body.iter().any(|byte| Alphabet::LETTERS.has(*byte))
        && body.iter().any(|byte| Alphabet::DIGITS.has(*byte))
}
