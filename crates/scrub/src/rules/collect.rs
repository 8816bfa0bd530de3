use std::collections::BTreeMap;

use super::builtin::builtin;
use super::compiled::Rule;
use crate::config::{Mode, PiiConfig, Redaction, RuleKind, RuleSpec};

/// Rules refer to each other at most this deep; what lies deeper, such as a cycle, is skipped.
const DEPTH_MAX: usize = 16;
/// One application runs at most this many rules, so that references cannot multiply without end.
const RULES_MAX: usize = 1_000;

/// A rule after aliases and multiples were resolved, not compiled yet.
#[derive(Clone, Debug)]
pub(crate) struct Collected {
    /// The id that remarks carry.
    pub(crate) origin: String,
    pub(crate) kind: RuleKind,
    pub(crate) redaction: Redaction,
}

/// The rules that the `ids` of an application stand for, compiled, in the order in which they run.
pub(crate) fn collect_rules(config: &PiiConfig, ids: &[String], mode: Mode) -> Vec<Rule> {
    let compile = |rule: Collected| {
        let rule = Rule::new(rule.origin, &rule.kind, rule.redaction, mode);
        (!rule.matches.is_empty()).then_some(rule)
    };
    let collected = collect(config, ids, mode).into_iter();
    collected.filter_map(compile).collect()
}

/// The rules that the `ids` of an application stand for, aliases and multiples resolved, in the
/// order in which they run (reference/SCRUBBING.md sections 0 and 2.4).
pub(crate) fn collect(config: &PiiConfig, ids: &[String], mode: Mode) -> Vec<Collected> {
    let mut collection = Collection {
        config,
        mode,
        rules: BTreeMap::new(),
        looked_up: 0,
    };
    for id in ids {
        collection.add(id, None, 0);
    }
    let mut rules: Vec<_> = collection.rules.into_values().collect();
    if mode == Mode::Improved {
        // Relay's pattern leaves the colons of an address, by which a later rule may know what
        // stands in front of it; ours takes the address whole, and so it comes last.
        rules.sort_by_key(|rule| matches!(rule.kind, RuleKind::Ip));
    }
    rules
}

/// What a rule that hides its inner rules passes on to them.
#[derive(Clone)]
struct Outer {
    id: String,
    redaction: Redaction,
}

struct Collection<'c> {
    config: &'c PiiConfig,
    mode: Mode,
    /// By own id: of several ways to one rule the first counts.
    rules: BTreeMap<String, Collected>,
    looked_up: usize,
}

impl Collection<'_> {
    fn add(&mut self, id: &str, outer: Option<Outer>, depth: usize) {
        self.looked_up += 1;
        if depth > DEPTH_MAX || self.looked_up > RULES_MAX {
            return;
        }
        let custom = self.config.rules.get(id).cloned();
        let Some(RuleSpec { kind, redaction }) = custom.or_else(|| builtin(id, self.mode)) else {
            return;
        };
        let (origin, redaction) = match outer {
            None => (id.to_owned(), redaction),
            Some(outer) if outer.redaction == Redaction::Default => (outer.id, redaction),
            Some(outer) => (outer.id, outer.redaction),
        };
        let (inner, hide_inner) = match &kind {
            RuleKind::Multiple { rules, hide_inner } => (rules.as_slice(), *hide_inner),
            RuleKind::Alias { rule, hide_inner } => (std::slice::from_ref(rule), *hide_inner),
            _ => return self.insert(id, origin, kind, redaction),
        };
        let outer = hide_inner.then_some(Outer {
            id: origin,
            redaction,
        });
        for id in inner {
            self.add(id, outer.clone(), depth + 1);
        }
    }

    fn insert(&mut self, id: &str, origin: String, kind: RuleKind, redaction: Redaction) {
        let redaction = match (redaction, self.mode) {
            // What nobody knows how to redact goes, and a remark says so.
            (Redaction::Other, Mode::Improved) => Redaction::Remove,
            (redaction, _) => redaction,
        };
        self.rules.entry(id.to_owned()).or_insert(Collected {
            origin,
            kind,
            redaction,
        });
    }
}
