use std::borrow::Cow;

use regex::Captures;

use super::pieces::{Piece, Redacted};
use super::substitute::substitute;
use crate::rules::{Match, Rule};

/// One search redacts so many parts of a text at most: the last one covers the rest of the text.
/// Texts that come through normalisation are too short for as many, but for single characters.
pub(super) const PARTS_MAX: usize = 10_000;

/// The text that a search sees.
pub(super) struct Searched<'s> {
    pub(super) text: Cow<'s, str>,
    /// The earlier redactions, in order.
    pub(super) earlier: Vec<Earlier<'s>>,
}

/// Where an earlier redaction stands in the searched text: one mark, or what it hides.
pub(super) struct Earlier<'s> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) redacted: Redacted<'s>,
}

/// Puts a text together again.
pub(super) struct Keeper<'s> {
    text: &'s str,
    /// The earlier redactions that have not been put back yet.
    earlier: std::iter::Peekable<std::slice::Iter<'s, Earlier<'s>>>,
    pub(super) pieces: Vec<Piece<'s>>,
}

impl<'s> Keeper<'s> {
    pub(super) fn new(searched: &'s Searched<'s>) -> Self {
        Self {
            text: &searched.text,
            earlier: searched.earlier.iter().peekable(),
            pieces: Vec::new(),
        }
    }

    /// Puts a part of the searched text back, earlier redactions in their places.
    pub(super) fn keep(&mut self, from: usize, to: usize) {
        let mut place = from;
        while let Some(earlier) = self.earlier.next_if(|earlier| earlier.start < to) {
            self.push_text(place, earlier.start);
            self.pieces.push(Piece::Redaction(earlier.redacted.clone()));
            place = earlier.end;
        }
        self.push_text(place, to);
    }

    fn push_text(&mut self, from: usize, to: usize) {
        let text = self.text.get(from..to).unwrap_or_default();
        if !text.is_empty() {
            self.pieces.push(Piece::Text(text));
        }
    }

    /// Forgets the earlier redactions that a later one swallowed.
    pub(super) fn drop_before(&mut self, end: usize) {
        while self
            .earlier
            .next_if(|earlier| earlier.start < end)
            .is_some()
        {}
    }

    /// Puts back what ends before `to`, earlier redactions included; returns where to go on.
    fn keep_before(&mut self, from: usize, to: usize) -> usize {
        let mut place = from;
        while let Some(earlier) = self.earlier.next_if(|earlier| earlier.end <= to) {
            self.push_text(place, earlier.start);
            self.pieces.push(Piece::Redaction(earlier.redacted.clone()));
            place = earlier.end;
        }
        place
    }

    /// A match with the hidden parts that it begins or ends in; `None` when it is within one.
    fn whole(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let mut whole = (start, end);
        let next = self.earlier.clone();
        for earlier in next.take_while(|earlier| earlier.start < end) {
            if earlier.redacted.hidden.is_none() {
                continue;
            }
            let range = earlier.start..earlier.end;
            if range.start <= start && end <= range.end && end - start < range.len() {
                return None;
            }
            whole = (whole.0.min(range.start), whole.1.max(range.end));
        }
        Some(whole)
    }
}

/// A text while what a rule found is redacted.
pub(super) struct Output<'s> {
    rule: &'s Rule,
    pub(super) keeper: Keeper<'s>,
}

impl<'s> Output<'s> {
    pub(super) fn new(rule: &'s Rule, searched: &'s Searched<'s>) -> Self {
        Self {
            rule,
            keeper: Keeper::new(searched),
        }
    }

    /// Redacts the groups of each match; returns whether there was a match at all.
    pub(super) fn redact_groups(&mut self, search: &Match, numbers: &[usize]) -> bool {
        let regex = search.regex();
        let text = self.keeper.text;
        let counts = |(start, end)| {
            let found = text.get(start..end).unwrap_or_default();
            search.check.is_none_or(|check| check(found))
        };
        let (mut place, mut matched) = (0, false);
        if numbers == [0] {
            let found = search.find_in(text).filter(|found| counts(*found));
            for found in last_to_the_end(found, text) {
                matched = true;
                place = self.redact_at(place, found);
            }
        } else if regex.is_match(text) {
            matched = search.check.is_none();
            let groups = regex
                .captures_iter(text)
                .flat_map(|captures| chosen(&captures, numbers));
            let found = groups.map(|group| (group.start(), group.end()));
            for found in last_to_the_end(found.filter(|found| counts(*found)), text) {
                matched = true;
                place = self.redact_at(place, found);
            }
        }
        if matched {
            self.keeper.keep(place, text.len());
        }
        matched
    }

    /// Redacts one match and keeps what stands before it; returns where to go on. Nothing happens
    /// to a group inside one that was redacted already.
    fn redact_at(&mut self, place: usize, (start, end): (usize, usize)) -> usize {
        if start < place {
            return place;
        }
        let place = self.keeper.keep_before(place, start);
        let Some((start, end)) = self.keeper.whole(start, end) else {
            return place;
        };
        self.keeper.keep(place, start);
        self.redact(start, end);
        self.keeper.drop_before(end);
        end
    }

    pub(super) fn redact(&mut self, start: usize, end: usize) {
        let part = self.keeper.text.get(start..end).unwrap_or_default();
        if let Some((text, kind)) = substitute(self.rule, part) {
            self.keeper.pieces.push(Piece::Redaction(Redacted {
                text,
                kind,
                rule: Cow::Borrowed(&self.rule.origin),
                hidden: None,
            }));
        }
    }
}

/// The first parts of a text that were found, of [`PARTS_MAX`] the last one up to its end.
fn last_to_the_end(
    found: impl Iterator<Item = (usize, usize)>,
    text: &str,
) -> impl Iterator<Item = (usize, usize)> {
    let numbered = found.zip(1..=PARTS_MAX);
    numbered.map(|((start, end), number)| match number {
        PARTS_MAX => (start, text.len()),
        _ => (start, end),
    })
}

fn chosen<'t>(captures: &Captures<'t>, numbers: &[usize]) -> Vec<regex::Match<'t>> {
    let groups = captures.iter().enumerate();
    let wanted = groups.filter(|(number, _)| numbers.contains(number));
    wanted.filter_map(|(_, group)| group).collect()
}
