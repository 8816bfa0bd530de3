//! Masks what differs from event to event in a message: numbers, ids, dates, addresses.
//!
//! The patterns are scanners written by hand, because they look at their neighbours, which the
//! `regex` crate cannot. Each position is tried against each pattern in a fixed order; a pattern
//! whose search is not bounded remembers up to where it has failed, so that the whole is linear.

use std::borrow::Cow;
use std::ops::Range;

use catalogue::Catalogue;
use cursor::Cursor;

use crate::variable_rules::VariableRules;
use crate::{RuleSource, Version};

mod address;
mod catalogue;
mod class;
mod cursor;
mod date;
mod effort;
mod hostname;
mod identifier;
mod ip;
mod number;

/// Masks messages for a version of the algorithm and a project.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameterizer {
    version: Version,
    variables: VariableRules,
}

impl Parameterizer {
    /// Masks as `version` does, after the project's own `variables`.
    pub(crate) fn new(version: Version, variables: VariableRules) -> Self {
        Self { version, variables }
    }

    /// The text with each match replaced by its name, as in `order <int> failed`
    /// (reference/GROUPING.md section 7). Takes time linear in the length of the text.
    pub(crate) fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let catalogue = Catalogue::of(self.version);
        match self.variables.apply(text) {
            Cow::Borrowed(text) => masked(text, catalogue),
            Cow::Owned(named) => Cow::Owned(masked(&named, catalogue).into_owned()),
        }
    }

    /// The first of the project's own rules that changes a text.
    pub(crate) fn rule_of(&self, text: &str) -> Option<&RuleSource> {
        self.variables.rule_of(text)
    }
}

/// Whether the built-in patterns of some version find something in a text.
pub(crate) fn is_masked(text: &str) -> bool {
    let is_changed = |version| masked(text, Catalogue::of(version)) != text;
    Version::ALL.into_iter().any(is_changed)
}

fn masked<'t>(text: &'t str, catalogue: &Catalogue) -> Cow<'t, str> {
    let mut failed = Failed::default();
    let mut masked = String::new();
    let (mut at, mut copied) = (0, 0);
    while at < text.len() {
        let start = Cursor::new(text, at);
        match catalogue.find(start, &mut failed) {
            Some((name, end)) => {
                masked.push_str(text.get(copied..at).unwrap_or_default());
                masked.push_str(name);
                (at, copied) = (end, end);
            }
            None => at += start.character().map_or(1, char::len_utf8),
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(masked)
}

/// Where the unbounded searches need not be repeated, because they have been there already.
#[derive(Default)]
struct Failed {
    email: usize,
    hostname: usize,
    duration: usize,
    /// The digits that were counted last.
    digits: Range<usize>,
    /// Where a call is not closed on its line.
    call: Range<usize>,
    /// From where on there is no closing parenthesis.
    parenthesis: Option<usize>,
}

#[cfg(test)]
mod tests;
