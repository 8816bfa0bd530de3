use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::pattern;
use super::problem::{Problem, key_of};
use super::references;
use crate::config::{PiiConfig, Redaction, RuleKind, RuleSpec};
use crate::selector::Selector;

/// A configuration has at most this many rules, and as many applications.
const RULES_MAX: usize = 1_000;

/// Reads an advanced configuration (reference/SCRUBBING.md section 2.4) that stands at `place` of a
/// document. Rules and applications that cannot be read are left out and noted.
pub(super) fn read(place: &str, value: &Value, problems: &mut Vec<Problem>) -> PiiConfig {
    let Some(object) = value.as_object() else {
        problems.push(Problem::new(
            place,
            "must be an object such as {\"rules\": {}, \"applications\": {}}",
        ));
        return PiiConfig::default();
    };
    let rules = rules(&format!("{place}.rules"), object.get("rules"), problems);
    let applications = applications(
        &format!("{place}.applications"),
        object.get("applications"),
        problems,
    );
    let config = PiiConfig {
        rules,
        applications,
    };
    references::check(place, &config, object, problems);
    config
}

fn rules(
    place: &str,
    value: Option<&Value>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, RuleSpec> {
    let mut rules = BTreeMap::new();
    for (id, value) in members(place, value, problems) {
        let place = format!("{place}.{}", key_of(id));
        match rule(&place, value) {
            Ok(rule) => {
                rules.insert(id.clone(), rule);
            }
            Err(problem) => problems.push(problem),
        }
    }
    rules
}

fn rule(place: &str, value: &Value) -> Result<RuleSpec, Problem> {
    let method = value.pointer("/redaction/method");
    let rule: RuleSpec = serde_json::from_value(value.clone())
        .map_err(|error| Problem::new(place, error.to_string()))?;
    if rule.redaction == Redaction::Other {
        let method = method.map(Value::to_string).unwrap_or_default();
        return Err(Problem::new(
            format!("{place}.redaction.method"),
            format!("unknown method {method}; known are remove, replace, mask and hash"),
        ));
    }
    let (field, text) = match &rule.kind {
        RuleKind::Pattern { pattern, .. } => ("pattern", pattern),
        RuleKind::RedactPair { key_pattern } => ("keyPattern", key_pattern),
        _ => return Ok(rule),
    };
    match pattern::check(text) {
        Ok(()) => Ok(rule),
        Err(reason) => Err(Problem::new(format!("{place}.{field}"), reason)),
    }
}

fn applications(
    place: &str,
    value: Option<&Value>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<Selector, Vec<String>> {
    let mut applications: BTreeMap<Selector, Vec<String>> = BTreeMap::new();
    for (text, value) in members(place, value, problems) {
        let place = format!("{place}.{}", Value::from(text.as_str()));
        let selector = match Selector::parse_application(text) {
            Ok(selector) => selector,
            Err(error) => {
                problems.push(Problem::new(place, error.to_string()));
                continue;
            }
        };
        match serde_json::from_value::<Vec<String>>(value.clone()) {
            Ok(ids) => applications.entry(selector).or_default().extend(ids),
            Err(_) => problems.push(Problem::new(
                place,
                format!("must be a list of ids of rules, not {value}"),
            )),
        }
    }
    applications
}

fn members<'v>(
    place: &str,
    value: Option<&'v Value>,
    problems: &mut Vec<Problem>,
) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
    let value = value.filter(|value| !value.is_null());
    let object = value.and_then(Value::as_object);
    if let Some(value) = value
        && object.is_none()
    {
        problems.push(Problem::new(
            place,
            format!("must be an object, not {value}"),
        ));
    }
    let length = object.map_or(0, Map::len);
    if length > RULES_MAX {
        problems.push(Problem::new(
            place,
            format!("has {length} entries: at most {RULES_MAX} are accepted"),
        ));
    }
    object.into_iter().flatten().take(RULES_MAX)
}
