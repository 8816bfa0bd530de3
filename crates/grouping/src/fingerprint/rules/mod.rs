//! Rules that give events a fingerprint (reference/GROUPING.md section 8 "Server rules").

use std::sync::LazyLock;

use watchfire_event::json::Object;

use crate::platform::Platform;
use crate::rule_lines::{Line, lines};
use crate::{RuleKind, RuleProblem, RuleSource, RuleText};

use facts::Facts;
use matcher::{Item, Matcher};
pub(crate) use scanner::{Scanner, unescaped};

mod facts;
mod matcher;
mod parse;
mod scanner;
mod sdk;
#[cfg(test)]
mod tests;

/// The fingerprint rules of a project. By default there are only those that every project has.
#[derive(Clone, Debug, Default)]
pub(crate) struct FingerprintRules {
    own: Vec<Rule>,
}

/// A rule that was read from a line.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Where it stands.
    pub(crate) source: RuleSource,
    /// Whether every project has it.
    pub(crate) is_built_in: bool,
    /// The entries of the fingerprint that it gives; none leaves the default one.
    pub(crate) values: Vec<String>,
    /// The title that it gives, with variables in it.
    pub(crate) title: Option<String>,
    /// The matchers by what they look at, the cheapest first.
    groups: Vec<(Item, Vec<Matcher>)>,
    caller: Option<Matcher>,
    callee: Option<Matcher>,
}

impl FingerprintRules {
    /// Reads the rules of a text behind those that are there already. Lines that are no rules are
    /// left out and added to `problems`.
    pub(crate) fn add(&mut self, text: &RuleText, problems: &mut Vec<RuleProblem>) {
        for line in lines(text, problems) {
            match Rule::read(line, text) {
                Ok(rule) => self.own.push(rule),
                Err(reason) => problems.push(line.problem(text, reason)),
            }
        }
    }

    /// The first rule that matches an event as the client sent it: of the project's own, or else
    /// of those that every project has.
    pub(crate) fn find<'r>(
        &'r self,
        body: &Object<'_>,
        platform: Platform<'_>,
    ) -> Option<&'r Rule> {
        let facts = Facts::new(body, platform);
        let mut rules = self.own.iter().chain(BUILT_IN.iter());
        rules.find(|rule| rule.matches(&facts))
    }
}

impl Rule {
    fn read(line: Line<'_>, text: &RuleText) -> Result<Self, String> {
        let parsed = parse::parse(line.text)?;
        let mut groups: Vec<(Item, Vec<Matcher>)> = Vec::new();
        for matcher in parsed.matchers {
            let item = matcher.key.item();
            match groups.iter_mut().find(|group| group.0 == item) {
                Some(group) => group.1.push(matcher),
                None => groups.push((item, vec![matcher])),
            }
        }
        groups.sort_by_key(|group| group.0);
        Ok(Self {
            source: line.source(text),
            is_built_in: false,
            values: parsed.values,
            title: parsed.title,
            groups,
            caller: parsed.caller,
            callee: parsed.callee,
        })
    }

    fn matches(&self, facts: &Facts<'_>) -> bool {
        let has_neighbours = self.caller.is_some() || self.callee.is_some();
        let mut groups = self.groups.iter();
        groups.all(|(item, matchers)| {
            (has_neighbours && *item == Item::Frame) || facts.has(*item, matchers)
        }) && (!has_neighbours || self.matches_frames(facts))
    }

    /// Whether there is a frame that all matchers of frames hold for, with the neighbours that
    /// the rule asks for. Here Sentry calls the next frame of the list the caller, although the
    /// calls come first in it.
    fn matches_frames(&self, facts: &Facts<'_>) -> bool {
        let frames = facts.frames();
        let of_frames = self.groups.iter().find(|group| group.0 == Item::Frame);
        let matchers = of_frames.map_or(&[][..], |group| &group.1);
        let is_near = |wanted: Option<&Matcher>, place: Option<usize>| {
            wanted.is_none_or(|wanted| {
                let frame = place.and_then(|place| frames.get(place));
                frame.is_some_and(|frame| frame.holds([wanted]))
            })
        };
        frames.iter().enumerate().any(|(place, frame)| {
            frame.holds(matchers)
                && is_near(self.caller.as_ref(), place.checked_add(1))
                && is_near(self.callee.as_ref(), place.checked_sub(1))
        })
    }
}

/// What Sentry calls the rule set `javascript@2024-02-02`: scripts that a new deployment replaced
/// fail in many places for one reason, and so do pages that the server rendered differently.
const BUILT_IN_TEXT: &str = include_str!("built_in.txt");

static BUILT_IN: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let text = RuleText {
        kind: RuleKind::Fingerprint,
        origin: "default rules".to_owned(),
        text: BUILT_IN_TEXT.to_owned(),
    };
    let lines = lines(&text, &mut Vec::new()).into_iter();
    let rules = lines.filter_map(|line| Rule::read(line, &text).ok());
    let built_in = rules.map(|rule| Rule {
        is_built_in: true,
        ..rule
    });
    built_in.collect()
});
