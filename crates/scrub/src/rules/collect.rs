use std::collections::BTreeMap;

use super::builtin::builtin;
use super::compiled::{Rule, matches_of};
use crate::config::{PiiConfig, Redaction, RuleKind, RuleSpec};

/// Rules refer to each other at most this deep; what lies deeper, such as a cycle, is skipped.
const DEPTH_MAX: usize = 16;
/// One application runs at most this many rules, so that references cannot multiply without end.
const RULES_MAX: usize = 1_000;

/// The rules that the `ids` of an application stand for, aliases and multiples resolved, in the
/// order in which they run (reference/SCRUBBING.md sections 0 and 2.4).
pub(crate) fn collect_rules(config: &PiiConfig, ids: &[String]) -> Vec<Rule> {
    let mut collection = Collection {
        config,
        rules: BTreeMap::new(),
        looked_up: 0,
    };
    for id in ids {
        collection.add(id, None, 0);
    }
    collection.rules.into_values().collect()
}

/// What a rule that hides its inner rules passes on to them.
#[derive(Clone)]
struct Outer {
    id: String,
    redaction: Redaction,
}

struct Collection<'c> {
    config: &'c PiiConfig,
    /// By own id, then by the id shown and the redaction: one rule may run in several guises.
    rules: BTreeMap<(String, String, Redaction), Rule>,
    looked_up: usize,
}

impl Collection<'_> {
    fn add(&mut self, id: &str, outer: Option<Outer>, depth: usize) {
        self.looked_up += 1;
        if depth > DEPTH_MAX || self.looked_up > RULES_MAX {
            return;
        }
        let custom = self.config.rules.get(id).cloned();
        let Some(RuleSpec { kind, redaction }) = custom.or_else(|| builtin(id)) else {
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
            _ => return self.insert(id, origin, &kind, redaction),
        };
        let outer = hide_inner.then_some(Outer {
            id: origin,
            redaction,
        });
        for id in inner {
            self.add(id, outer.clone(), depth + 1);
        }
    }

    fn insert(&mut self, id: &str, origin: String, kind: &RuleKind, redaction: Redaction) {
        let matches = matches_of(kind);
        if matches.is_empty() {
            return;
        }
        let rule = Rule {
            origin: origin.clone(),
            anything: matches!(kind, RuleKind::Anything),
            matches,
            redaction: redaction.clone(),
        };
        self.rules.insert((id.to_owned(), origin, redaction), rule);
    }
}
