use std::borrow::Cow;

use regex::{Captures, Regex};
use sha1::{Digest, Sha1};
use watchfire_event::{Meta, Remark, RemarkKind};

use super::pieces::{Piece, join, split};
use crate::config::Redaction;
use crate::rules::{Groups, Rule};

/// What stands for an earlier redaction in the text that a regex searches; it matches nothing.
const MARK: char = '\0';

/// Redacts the matches of `regex` in `text` and notes each in `meta`. What earlier redactions left
/// is not searched (reference/SCRUBBING.md section 3.5). Returns whether the text changed.
pub(crate) fn redact(
    text: &mut Cow<'_, str>,
    meta: &mut Meta,
    rule: &Rule,
    regex: &Regex,
    groups: &Groups,
) -> bool {
    let Some((search, earlier)) = searched(text, meta) else {
        return false;
    };
    let mut output = Output::new(rule, earlier);
    let found = match groups {
        Groups::WholeText => {
            let found = regex.is_match(&search);
            if found {
                output.redact(&search);
            }
            found
        }
        Groups::Of(numbers) => output.redact_groups(&search, regex, numbers),
    };
    if !found {
        return false;
    }
    let pieces = output.pieces;
    replace(text, meta, pieces)
}

/// Redacts all of a text, unless nothing of it is left to redact. Returns whether it changed.
pub(crate) fn redact_whole(text: &mut Cow<'_, str>, meta: &mut Meta, rule: &Rule) -> bool {
    if !text.is_empty() && meta.remarks.is_empty() && memchr::memchr(0, text.as_bytes()).is_none() {
        return replace_whole(text, meta, rule);
    }
    let Some((search, earlier)) = searched(text, meta) else {
        return false;
    };
    let mut output = Output::new(rule, earlier);
    output.redact(&search);
    let pieces = output.pieces;
    replace(text, meta, pieces)
}

/// Redacts all of a text of which nothing was redacted before.
fn replace_whole(text: &mut Cow<'_, str>, meta: &mut Meta, rule: &Rule) -> bool {
    let substitute = substitute(rule, text);
    let kind = substitute.as_ref().map(|(_, kind)| *kind);
    let changed = substitute.map(|(changed, _)| changed).unwrap_or_default();
    if changed == *text {
        return false;
    }
    meta.remarks.extend(kind.map(|kind| Remark {
        rule: rule.origin.clone(),
        kind,
        range: Some((0, changed.len())),
    }));
    set_text(text, meta, changed);
    true
}

/// The text to search and the earlier redactions, for which it has marks; `None` when all of the
/// text was redacted before.
fn searched<'t>(text: &'t str, meta: &Meta) -> Option<(Cow<'t, str>, Vec<Piece>)> {
    if meta.remarks.is_empty() && memchr::memchr(0, text.as_bytes()).is_none() {
        return (!text.is_empty()).then_some((Cow::Borrowed(text), Vec::new()));
    }
    let mut search = String::new();
    let mut earlier = Vec::new();
    let mut has_text = false;
    for piece in split(text, &meta.remarks) {
        match piece {
            Piece::Redaction { .. } => {
                search.push(MARK);
                earlier.push(piece);
            }
            Piece::Text(text) => {
                has_text = true;
                search.extend(text.split(MARK));
            }
        }
    }
    has_text.then_some((Cow::Owned(search), earlier))
}

fn replace(text: &mut Cow<'_, str>, meta: &mut Meta, pieces: Vec<Piece>) -> bool {
    let (changed, remarks) = join(pieces);
    if changed == *text {
        return false;
    }
    meta.remarks = remarks;
    set_text(text, meta, changed);
    true
}

fn set_text(text: &mut Cow<'_, str>, meta: &mut Meta, changed: String) {
    let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    meta.original_length.get_or_insert(length);
    *text = Cow::Owned(changed);
}

/// What becomes of a part of a text, and what to note; `None` when it goes without a note.
fn substitute(rule: &Rule, part: &str) -> Option<(String, RemarkKind)> {
    Some(match &rule.redaction {
        Redaction::Default | Redaction::Remove => (String::new(), RemarkKind::Removed),
        Redaction::Replace { text } => (text.clone(), RemarkKind::Substituted),
        Redaction::Mask => ("*".repeat(part.chars().count()), RemarkKind::Masked),
        Redaction::Hash => (hash(part), RemarkKind::Pseudonymized),
        Redaction::Other => return None,
    })
}

struct Output<'r> {
    rule: &'r Rule,
    /// The earlier redactions that have not been put back yet.
    earlier: std::vec::IntoIter<Piece>,
    pieces: Vec<Piece>,
}

impl<'r> Output<'r> {
    fn new(rule: &'r Rule, earlier: Vec<Piece>) -> Self {
        Self {
            rule,
            earlier: earlier.into_iter(),
            pieces: Vec::new(),
        }
    }

    /// Redacts the groups of each match; returns whether there was a match at all.
    fn redact_groups(&mut self, search: &str, regex: &Regex, numbers: &[usize]) -> bool {
        let (mut place, mut matched) = (0, false);
        if numbers == [0] {
            for found in regex.find_iter(search) {
                matched = true;
                place = self.redact_at(search, place, found);
            }
        } else if regex.is_match(search) {
            matched = true;
            for captures in regex.captures_iter(search) {
                for group in chosen(&captures, numbers) {
                    place = self.redact_at(search, place, group);
                }
            }
        }
        if matched {
            self.keep(search.get(place..).unwrap_or_default());
        }
        matched
    }

    /// Redacts one match and keeps what stands before it; returns where to go on. Nothing happens
    /// to a group inside one that was redacted already.
    fn redact_at(&mut self, search: &str, place: usize, found: regex::Match<'_>) -> usize {
        if found.start() < place {
            return place;
        }
        self.keep(search.get(place..found.start()).unwrap_or_default());
        self.redact(found.as_str());
        self.forget_earlier(found.as_str());
        found.end()
    }

    /// Puts a part of the searched text back, earlier redactions at their marks.
    fn keep(&mut self, part: &str) {
        for (index, text) in part.split(MARK).enumerate() {
            if index > 0 {
                self.pieces.extend(self.earlier.next());
            }
            if !text.is_empty() {
                self.pieces.push(Piece::Text(text.to_owned()));
            }
        }
    }

    /// Drops the earlier redactions that a match swallowed.
    fn forget_earlier(&mut self, part: &str) {
        for _ in part.matches(MARK) {
            self.earlier.next();
        }
    }

    fn redact(&mut self, part: &str) {
        let Some((text, kind)) = substitute(self.rule, part) else {
            return;
        };
        let rule = self.rule.origin.clone();
        self.pieces.push(Piece::Redaction { text, rule, kind });
    }
}

fn chosen<'t>(captures: &Captures<'t>, numbers: &[usize]) -> Vec<regex::Match<'t>> {
    let groups = captures.iter().enumerate();
    let wanted = groups.filter(|(number, _)| numbers.contains(number));
    wanted.filter_map(|(_, group)| group).collect()
}

/// HMAC-SHA1 with an empty key in upper-case hexadecimal digits (section 0, point 7).
fn hash(text: &str) -> String {
    const BLOCK_BYTES: usize = 64;
    let inner = Sha1::new()
        .chain_update([0x36; BLOCK_BYTES])
        .chain_update(text)
        .finalize();
    let outer = Sha1::new()
        .chain_update([0x5c; BLOCK_BYTES])
        .chain_update(inner)
        .finalize();
    format!("{outer:X}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_that_relay_computes() {
        assert_eq!(hash("1.2.3.4"), "452CBFAF73237C28A6BA00DA112DAD057C3E86D8");
    }
}
