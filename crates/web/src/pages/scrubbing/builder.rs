//! Makes advanced rules from choices: what to look for, what becomes of it, and where.

use serde::Serialize;
use serde_json::{Map, Value, json};
use watchfire_scrub::{Builtin, Selector, builtins};

use super::draft::{Draft, pretty};
use super::words;
use crate::csrf::Posted;
use crate::frame::Choice;

/// Rules of your own: a text that matches, and values whose key matches.
const OWN: [(&str, &str); 2] = [
    ("pattern", "text that matches a regular expression"),
    (
        "redact_pair",
        "values whose key or text matches an expression",
    ),
];
/// What can become of a match.
const METHODS: [(&str, &str); 4] = [
    ("replace", "replace it with a text"),
    ("remove", "remove it"),
    ("mask", "cover it with *"),
    ("hash", "replace it with its hash"),
];
/// Suggested places that are offered.
const SUGGESTIONS_MAX: usize = 400;

/// The form that makes a rule.
#[derive(Debug, Default, Serialize)]
pub(super) struct BuilderView {
    kinds: Vec<Choice>,
    methods: Vec<Choice>,
    pattern: String,
    text: String,
    place: String,
    /// What is wrong with the choices.
    problem: Option<String>,
    suggestions: Vec<SuggestionView>,
    /// The rules that there are.
    rules: Vec<OwnRule>,
}

/// A place that recent events offer.
#[derive(Debug, Serialize)]
pub(super) struct SuggestionView {
    pub(super) path: String,
    /// An example of what stands there.
    pub(super) value: String,
}

/// A rule among the advanced ones, with the place that it applies to.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct OwnRule {
    /// Its place among them.
    number: usize,
    words: String,
    selector: String,
    id: String,
}

/// What was chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct Choices {
    kind: String,
    pattern: String,
    method: String,
    text: String,
    place: String,
}

impl Choices {
    /// Reads the fields `kind`, `pattern`, `method`, `text` and `place`.
    pub(super) fn read(form: &Posted) -> Self {
        let field = |name| form.one(name).trim().to_owned();
        Self {
            kind: field("kind"),
            pattern: form.one("pattern").to_owned(),
            method: field("method"),
            text: form.one("text").to_owned(),
            place: field("place"),
        }
    }

    /// Adds the chosen rule to the advanced rules of a draft.
    ///
    /// # Errors
    /// What is wrong with the choices, and what to do; the draft stays as it was.
    pub(super) fn add_to(&self, draft: &mut Draft) -> Result<(), String> {
        if self.place.is_empty() {
            return Err(
                "Say where: a selector such as $string, or one that recent events \
                        suggest."
                    .to_owned(),
            );
        }
        Selector::parse_application(&self.place)
            .map_err(|error| format!("The place cannot be used: {error}."))?;
        let rules = draft
            .rules_value()
            .map_err(|problem| format!("Correct the rules below first: {problem}."))?;
        let mut config = match rules {
            None => Map::new(),
            Some(Value::Object(object)) => object,
            Some(_) => return Err("Correct the rules below first: they are no object.".to_owned()),
        };
        let id = match self.builtin_id()? {
            Some(id) => id,
            None => add_rule(&mut config, self.rule()?)?,
        };
        apply(&mut config, &self.place, id)?;
        draft.rules = pretty(&Value::Object(config));
        Ok(())
    }

    /// The id of the built-in rule that does what was chosen; nothing when only an own rule does.
    fn builtin_id(&self) -> Result<Option<String>, String> {
        let Some(builtin) = self.builtin() else {
            return Ok(None);
        };
        if self.method == "replace" && !self.text.is_empty() && self.text != builtin.replacement {
            return Ok(None);
        }
        if !builtin.methods.contains(&self.method.as_str()) {
            return Err(format!(
                "This kind cannot be treated so. It knows {}.",
                builtin.methods.join(", ")
            ));
        }
        Ok(Some(format!("{}:{}", builtin.id, self.method)))
    }

    fn builtin(&self) -> Option<&'static Builtin> {
        builtins().iter().find(|builtin| builtin.id == self.kind)
    }

    /// The rule as the configuration has it.
    fn rule(&self) -> Result<Value, String> {
        let redaction = match self.method.as_str() {
            "replace" if self.text.is_empty() => json!({"method": "replace", "text": "[Filtered]"}),
            "replace" => json!({"method": "replace", "text": self.text}),
            "remove" | "mask" | "hash" => json!({"method": self.method}),
            _ => return Err("Choose what becomes of it.".to_owned()),
        };
        let has_pattern = !self.pattern.trim().is_empty();
        let missing = || "Write the regular expression.".to_owned();
        match self.kind.as_str() {
            "pattern" if has_pattern => {
                Ok(json!({"type": "pattern", "pattern": self.pattern, "redaction": redaction}))
            }
            "redact_pair" if has_pattern => Ok(
                json!({"type": "redact_pair", "keyPattern": self.pattern, "redaction": redaction}),
            ),
            "pattern" | "redact_pair" => Err(missing()),
            builtin => {
                let name = match builtin.trim_start_matches('@') {
                    "urlauth" => "url_auth",
                    "usssn" => "us_ssn",
                    other => other,
                };
                Ok(json!({"type": name, "redaction": redaction}))
            }
        }
    }
}

impl BuilderView {
    /// The form with these choices over the rules of a draft.
    pub(super) fn of(
        choices: &Choices,
        draft: &Draft,
        problem: Option<String>,
        mut suggestions: Vec<SuggestionView>,
    ) -> Self {
        suggestions.truncate(SUGGESTIONS_MAX);
        let choice = |value: &str, label: &str, chosen: &str| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
            selected: value == chosen,
        };
        let families = builtins()
            .iter()
            .filter(|builtin| !builtin.methods.is_empty());
        let families = families.map(|builtin| choice(builtin.id, builtin.label, &choices.kind));
        let own = OWN.map(|(value, label)| choice(value, label, &choices.kind));
        let methods = METHODS.map(|(value, label)| choice(value, label, &choices.method));
        Self {
            kinds: families.chain(own).collect(),
            methods: methods.into(),
            pattern: choices.pattern.clone(),
            text: choices.text.clone(),
            place: choices.place.clone(),
            problem,
            suggestions,
            rules: rules(draft),
        }
    }
}

/// Takes the rule at this place among the advanced rules away, and its definition where nothing
/// else uses it.
pub(super) fn remove(draft: &mut Draft, number: usize) {
    let Ok(Some(Value::Object(mut config))) = draft.rules_value() else {
        return;
    };
    let Some(rule) = rules(draft).into_iter().nth(number) else {
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
fn rules(draft: &Draft) -> Vec<OwnRule> {
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
    let method = METHODS.iter().find(|(name, _)| Some(*name) == method);
    let method = method.map_or("as built in", |(_, label)| label);
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

/// Adds a rule under a number that is free; answers its id.
fn add_rule(config: &mut Map<String, Value>, rule: Value) -> Result<String, String> {
    let rules = member(config, "rules")?;
    // The same rule is not made twice.
    if let Some((id, _)) = rules.iter().find(|(_, known)| **known == rule) {
        return Ok(id.clone());
    }
    let taken = |number: &usize| rules.contains_key(&number.to_string());
    let number = (0..).find(|number| !taken(number)).unwrap_or(rules.len());
    rules.insert(number.to_string(), rule);
    Ok(number.to_string())
}

fn apply(config: &mut Map<String, Value>, selector: &str, id: String) -> Result<(), String> {
    let applications = member(config, "applications")?;
    let ids = applications.entry(selector).or_insert_with(|| json!([]));
    let Some(ids) = ids.as_array_mut() else {
        return Err(format!(
            "Correct the rules below first: {selector} has no list of rules."
        ));
    };
    if !ids.iter().any(|known| known.as_str() == Some(&id)) {
        ids.push(Value::String(id));
    }
    Ok(())
}

fn member<'c>(
    config: &'c mut Map<String, Value>,
    key: &str,
) -> Result<&'c mut Map<String, Value>, String> {
    let member = config.entry(key).or_insert_with(|| json!({}));
    if member.is_null() {
        *member = json!({});
    }
    let found = member.as_object_mut();
    found.ok_or_else(|| format!("Correct the rules below first: {key} is no object."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(kind: &str, method: &str, text: &str, place: &str) -> Choices {
        Choices {
            kind: kind.to_owned(),
            pattern: "ORD-[0-9]+".to_owned(),
            method: method.to_owned(),
            text: text.to_owned(),
            place: place.to_owned(),
        }
    }

    #[test]
    fn choices_become_rules_that_can_be_taken_away_again() {
        let mut draft = Draft::default();
        choices("@email", "replace", "", "$string")
            .add_to(&mut draft)
            .unwrap();
        choices("pattern", "mask", "", "extra.order")
            .add_to(&mut draft)
            .unwrap();
        choices("@ip", "replace", "[somewhere]", "$string")
            .add_to(&mut draft)
            .unwrap();
        let value: Value = serde_json::from_str(&draft.rules).unwrap();
        assert_eq!(
            value,
            json!({
                "rules": {
                    "0": {"type": "pattern", "pattern": "ORD-[0-9]+", "redaction": {"method": "mask"}},
                    "1": {"type": "ip", "redaction": {"method": "replace", "text": "[somewhere]"}},
                },
                "applications": {"$string": ["@email:replace", "1"], "extra.order": ["0"]},
            })
        );
        let own = rules(&draft)
            .iter()
            .position(|rule| rule.id == "0")
            .unwrap();
        remove(&mut draft, own);
        let value: Value = serde_json::from_str(&draft.rules).unwrap();
        assert_eq!(value.pointer("/applications/extra.order"), None);
        assert_eq!(value.pointer("/rules/0"), None);
    }

    #[test]
    fn choices_that_make_no_rule_say_why_and_change_nothing() {
        let mut draft = Draft::default();
        let cases = [
            (choices("@email", "replace", "", ""), "Say where"),
            (
                choices("@email", "replace", "", "$nothing"),
                "cannot be used",
            ),
            (choices("pattern", "burn", "", "$string"), "Choose what"),
        ];
        for (choices, reason) in cases {
            let problem = choices.add_to(&mut draft).unwrap_err();
            assert!(problem.contains(reason), "{problem}");
        }
        assert_eq!(draft.rules, "");
    }
}
