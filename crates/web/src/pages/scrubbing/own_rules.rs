//! The advanced rules that there are, one by one.

use serde::Serialize;
use serde_json::Value;

use super::builder::METHODS;
use super::draft::{Draft, pretty};
use super::words;

/// A rule among the advanced ones, with the place that it applies to.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct OwnRule {
    /// Its place among them.
    number: usize,
    words: String,
    selector: String,
    pub(super) id: String,
}

/// Takes the rule at this place among the advanced rules away, and its definition where nothing
/// else uses it.
pub(super) fn remove(draft: &mut Draft, number: usize) {
    let Ok(Some(Value::Object(mut config))) = draft.rules_value() else {
        return;
    };
    let Some(rule) = listed(draft).into_iter().nth(number) else {
        return;
    };
    let mut is_used = false;
    if let Some(Value::Object(applications)) = config.get_mut("applications") {
        if let Some(Value::Array(ids)) = applications.get_mut(&rule.selector) {
            let place = ids.iter().position(|id| id.as_str() == Some(&rule.id));
            place.map(|place| ids.remove(place));
        }
        applications.retain(|_, ids| ids.as_array().is_none_or(|ids| !ids.is_empty()));
        is_used = applications.values().any(|ids| names(ids, &rule.id));
    }
    if let Some(Value::Object(rules)) = config.get_mut("rules") {
        is_used |= rules.values().any(|other| {
            names(other.get("rules").unwrap_or(&Value::Null), &rule.id)
                || other.get("rule").and_then(Value::as_str) == Some(&rule.id)
        });
        if !is_used {
            rules.remove(&rule.id);
        }
    }
    draft.rules = pretty(&Value::Object(config));
}

fn names(ids: &Value, id: &str) -> bool {
    let ids = ids.as_array().map(Vec::as_slice).unwrap_or_default();
    ids.iter().any(|one| one.as_str() == Some(id))
}

/// The advanced rules with their places, in the order in which they stand.
pub(super) fn listed(draft: &Draft) -> Vec<OwnRule> {
    let config = draft.rules_value().ok().flatten().unwrap_or_default();
    let applications = config.get("applications").and_then(Value::as_object);
    let mut rules = Vec::new();
    for (selector, ids) in applications.into_iter().flatten() {
        for id in ids
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            rules.push(OwnRule {
                number: rules.len(),
                words: rule_words(&config, id),
                selector: selector.clone(),
                id: id.to_owned(),
            });
        }
    }
    rules
}

/// What a rule does: `e-mail addresses: replace it with a text`.
fn rule_words(config: &Value, id: &str) -> String {
    let own = config.get("rules").and_then(|rules| rules.get(id));
    let method = match own {
        Some(rule) => rule.pointer("/redaction/method").and_then(Value::as_str),
        None => id.split_once(':').map(|(_, method)| method),
    };
    let known = METHODS.iter().find(|(name, _)| Some(*name) == method);
    let method = match (method, known) {
        (_, Some((_, label))) => label,
        (Some("filter"), None) => "replace it with [Filtered]",
        (_, None) => "as built in",
    };
    format!("{}: {method}", what(own, id))
}

fn what(own: Option<&Value>, id: &str) -> String {
    let Some(rule) = own else {
        return words::what(id);
    };
    let text = |key: &str| rule.get(key).and_then(Value::as_str).unwrap_or_default();
    match text("type") {
        "pattern" => format!("text that matches {}", text("pattern")),
        "redact_pair" | "redactPair" => format!("keys and texts that match {}", text("keyPattern")),
        "multiple" | "alias" => "several other rules".to_owned(),
        kind => {
            let family = format!("@{}", kind.replace('_', ""));
            words::what(&family)
        }
    }
}
