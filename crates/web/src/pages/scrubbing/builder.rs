//! Makes advanced rules from choices: what to look for, what becomes of it, and where.

use serde::Serialize;
use serde_json::{Map, Value, json};
use watchfire_scrub::{Builtin, Document, Selector, builtins};

use super::draft::{Draft, pretty};
use super::own_rules::{self, OwnRule};
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
pub(super) const METHODS: [(&str, &str); 4] = [
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
            None => {
                let rule = self.rule()?;
                check(&rule)?;
                add_rule(&mut config, rule)?
            }
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

/// Whether a rule can be used as it is.
///
/// # Errors
/// What is wrong with it.
fn check(rule: &Value) -> Result<(), String> {
    let config = json!({"rules": {"new": rule}, "applications": {"$string": ["new"]}});
    let text = json!({"piiConfig": config}).to_string();
    let Err(problems) = Document::parse(&text) else {
        return Ok(());
    };
    let reason = problems.into_iter().next().map(|problem| problem.reason);
    let reason = reason.unwrap_or_else(|| "cannot be used".to_owned());
    Err(format!("The expression {reason}."))
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
            rules: own_rules::listed(draft),
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
        let own = own_rules::listed(&draft)
            .iter()
            .position(|rule| rule.id == "0")
            .unwrap();
        own_rules::remove(&mut draft, own);
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
            (
                Choices {
                    pattern: "ORD-[0-9".to_owned(),
                    ..choices("pattern", "mask", "", "$string")
                },
                "The expression is no valid pattern at character 5",
            ),
        ];
        for (choices, reason) in cases {
            let problem = choices.add_to(&mut draft).unwrap_err();
            assert!(problem.contains(reason), "{problem}");
        }
        assert_eq!(draft.rules, "");
    }
}
