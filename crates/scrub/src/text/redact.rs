use std::borrow::Cow;

use watchfire_event::{Meta, Remark, RemarkKind};

use super::output::{Earlier, Keeper, Output, PARTS_MAX, Searched};
use super::pieces::{Hidden, Piece, Redacted, join, split};
use super::substitute::substitute;
use crate::rules::{Groups, Match, Rule};

/// What stands for an earlier redaction in the text that a regex searches; it matches nothing.
const MARK: char = '\0';
const FILTERED: &str = "[Filtered]";

/// A text while rules redact parts of it, and what is noted about it.
pub(crate) struct Passage<'p, 't> {
    text: &'p mut Cow<'t, str>,
    meta: &'p mut Meta,
    hidden: Hidden,
}

/// A part of a text that is to become another: from byte `start` to before `end`.
pub(crate) struct Replacement {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) rule: String,
    pub(crate) text: String,
}

impl<'p, 't> Passage<'p, 't> {
    /// A text and the notes about it.
    pub(crate) fn new(text: &'p mut Cow<'t, str>, meta: &'p mut Meta) -> Self {
        Self {
            text,
            meta,
            hidden: Hidden::new(),
        }
    }

    /// The text as it stands.
    pub(crate) fn text(&self) -> &str {
        self.text
    }

    /// The text as it stands, if nothing else is searched.
    pub(crate) fn left(&self) -> Option<&str> {
        self.hidden.is_empty().then_some(self.text)
    }

    /// What is noted about the text.
    pub(crate) fn meta(&mut self) -> &mut Meta {
        self.meta
    }

    /// Whether one redaction took all of the text.
    pub(crate) fn is_wholly_redacted(&self) -> bool {
        let all = Some((0, self.text.len()));
        self.hidden.is_empty() && matches!(&*self.meta.remarks, [one] if one.range == all)
    }

    /// Whether there are letters or digits outside of what was redacted.
    pub(crate) fn has_letters(&self) -> bool {
        let mut place = 0;
        let has = |from: usize, to: usize| {
            let part = self.text.get(from..to).unwrap_or_default();
            part.bytes().any(|byte| byte.is_ascii_alphanumeric())
        };
        for (start, end) in self.meta.remarks.iter().filter_map(|remark| remark.range) {
            if has(place, start) {
                return true;
            }
            place = end;
        }
        has(place, self.text.len())
    }

    /// Redacts what `search` finds in the text and notes each. What earlier redactions left is not
    /// searched (reference/SCRUBBING.md section 3.5). Returns whether the text changed.
    pub(crate) fn redact(&mut self, rule: &Rule, search: &Match) -> bool {
        let Some(searched) = self.searched() else {
            return false;
        };
        let mut output = Output::new(rule, &searched);
        let found = match &search.groups {
            Groups::WholeText => {
                let text = &searched.text;
                let found = search.regex().is_match(text) && !search.spares_text(text);
                if found {
                    output.redact(0, text.len());
                }
                found
            }
            Groups::Of(numbers) => output.redact_groups(search, numbers),
        };
        let parts = found.then(|| join(output.keeper.pieces));
        parts.is_some_and(|parts| self.replace(parts))
    }

    /// Redacts all of the text, unless nothing of it is left to redact. Returns whether it changed.
    pub(crate) fn redact_whole(&mut self, rule: &Rule) -> bool {
        if !self.text.is_empty() && self.is_untouched() {
            return self.replace_whole(rule);
        }
        let Some(searched) = self.searched() else {
            return false;
        };
        let mut output = Output::new(rule, &searched);
        output.redact(0, searched.text.len());
        let parts = join(output.keeper.pieces);
        self.replace(parts)
    }

    /// Replaces the parts that `find` names, in the text with a NUL for each earlier redaction.
    /// Rules that come later still search what stood there: they redact as if it did, but a part
    /// is never shown again. Returns whether there was any.
    pub(crate) fn hide(&mut self, find: impl FnOnce(&str) -> Vec<Replacement>) -> bool {
        let Some(searched) = self.searched() else {
            return false;
        };
        let mut parts = find(&searched.text);
        parts.truncate(PARTS_MAX);
        if let Some(last) = parts.get_mut(PARTS_MAX - 1) {
            last.end = searched.text.len();
        }
        if parts.is_empty() {
            return false;
        }
        let mut keeper = Keeper::new(&searched);
        let mut place = 0;
        for part in parts {
            keeper.keep(place, part.start);
            keeper.drop_before(part.end);
            keeper.pieces.push(Piece::Redaction(Redacted {
                hidden: searched.text.get(part.start..part.end).map(Cow::Borrowed),
                text: Cow::Owned(part.text),
                rule: Cow::Owned(part.rule),
                kind: RemarkKind::Substituted,
            }));
            place = part.end;
        }
        keeper.keep(place, searched.text.len());
        let parts = join(keeper.pieces);
        self.replace(parts)
    }

    /// Whether nothing was redacted before, and no character stands for a redaction.
    fn is_untouched(&self) -> bool {
        self.meta.remarks.is_empty() && memchr::memchr(0, self.text.as_bytes()).is_none()
    }

    /// Redacts all of a text of which nothing was redacted before.
    fn replace_whole(&mut self, rule: &Rule) -> bool {
        let substitute = substitute(rule, self.text);
        let kind = substitute.as_ref().map(|(_, kind)| *kind);
        let changed = substitute.map(|(changed, _)| changed).unwrap_or_default();
        if changed == self.text.as_ref() {
            return false;
        }
        self.meta.remarks.extend(kind.map(|kind| Remark {
            rule: rule.origin.clone(),
            kind,
            range: Some((0, changed.len())),
        }));
        self.set_text(outliving(changed));
        true
    }

    /// The text to search; `None` when all of it was redacted before.
    fn searched(&self) -> Option<Searched<'_>> {
        if self.is_untouched() {
            return (!self.text.is_empty()).then(|| Searched {
                text: Cow::Borrowed(self.text.as_ref()),
                earlier: Vec::new(),
            });
        }
        let (mut text, mut earlier) = (String::new(), Vec::new());
        let mut has_text = false;
        for piece in split(self.text, &self.meta.remarks, &self.hidden) {
            match piece {
                Piece::Redaction(redacted) => {
                    let start = text.len();
                    match &redacted.hidden {
                        Some(hidden) => {
                            has_text = true;
                            text.push_str(hidden);
                        }
                        None => text.push(MARK),
                    }
                    let end = text.len();
                    earlier.push(Earlier {
                        start,
                        end,
                        redacted,
                    });
                }
                Piece::Text(part) => {
                    has_text = true;
                    text.extend(part.split(MARK));
                }
            }
        }
        has_text.then_some(Searched {
            text: Cow::Owned(text),
            earlier,
        })
    }

    fn replace(&mut self, (changed, remarks, hidden): (String, Vec<Remark>, Hidden)) -> bool {
        if changed == *self.text {
            return false;
        }
        self.meta.remarks = remarks;
        self.hidden = hidden;
        self.set_text(Cow::Owned(changed));
        true
    }

    fn set_text(&mut self, changed: Cow<'static, str>) {
        let length = u64::try_from(self.text.chars().count()).unwrap_or(u64::MAX);
        self.meta.original_length.get_or_insert(length);
        *self.text = changed;
    }
}

/// A text that outlives its rule; the usual one needs no memory of its own.
fn outliving(text: Cow<'_, str>) -> Cow<'static, str> {
    if text == FILTERED {
        return Cow::Borrowed(FILTERED);
    }
    Cow::Owned(text.into_owned())
}
