use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::problem::{Problem, key_of};
use crate::config::{PiiConfig, RuleKind};
use crate::rules::is_builtin;

/// Notes references to rules that there are not, and rules that refer to themselves. `written` is
/// the configuration as it stands in the document: a rule that cannot be read is not missing too.
pub(super) fn check(
    place: &str,
    config: &PiiConfig,
    written: &Map<String, Value>,
    problems: &mut Vec<Problem>,
) {
    let rules = written.get("rules").and_then(Value::as_object);
    let is_known = |id: &str| is_builtin(id) || rules.is_some_and(|rules| rules.contains_key(id));
    let missing = |id: &str| format!("there is no rule {}", key_of(id));
    for (id, rule) in &config.rules {
        let place = format!("{place}.rules.{}", key_of(id));
        for reference in references(&rule.kind) {
            if !is_known(reference) {
                problems.push(Problem::new(&place, missing(reference)));
            }
        }
        if let Some(cycle) = cycle(config, id) {
            let reason = format!("refers to itself: {}", cycle.join(" → "));
            problems.push(Problem::new(place, reason));
        }
    }
    for (selector, ids) in &config.applications {
        let selector = Value::from(selector.to_string());
        for (index, id) in ids.iter().enumerate() {
            if !is_known(id) {
                let place = format!("{place}.applications.{selector}[{index}]");
                problems.push(Problem::new(place, missing(id)));
            }
        }
    }
}

fn references(kind: &RuleKind) -> &[String] {
    match kind {
        RuleKind::Multiple { rules, .. } => rules,
        RuleKind::Alias { rule, .. } => std::slice::from_ref(rule),
        _ => &[],
    }
}

/// The way from a rule back to itself.
fn cycle<'c>(config: &'c PiiConfig, start: &'c str) -> Option<Vec<&'c str>> {
    let mut seen = BTreeSet::new();
    // Each rule with the way to it.
    let mut waiting = vec![vec![start]];
    while let Some(way) = waiting.pop() {
        let rule = way.last().and_then(|id| config.rules.get(*id));
        for next in rule.into_iter().flat_map(|rule| references(&rule.kind)) {
            let mut way = way.clone();
            way.push(next);
            if next == start {
                return Some(way);
            }
            if seen.insert(next) {
                waiting.push(way);
            }
        }
    }
    None
}
