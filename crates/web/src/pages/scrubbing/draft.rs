//! What a form says of scrubbing, and the document that it makes.

use serde_json::{Map, Value, json};
use watchfire_scrub::{Document, Mode, Problem};

use super::form::Inherited;
use super::switch::Switch;
use crate::csrf::Posted;
use crate::pages::grouping::form::lines_of;
use crate::pages::owner::Owner;

/// What an organisation or a project is to say of scrubbing, as it stands in the form.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// The document in force, with everything in it that the form does not show.
    base: Map<String, Value>,
    /// The switches that are on.
    pub(super) on: Vec<Switch>,
    /// The mode; nothing where nothing is said.
    pub(super) mode: Option<Mode>,
    /// *Additional sensitive fields*, one a line.
    pub(super) sensitive_fields: String,
    /// *Safe fields*, one a line.
    pub(super) safe_fields: String,
    /// *Advanced rules*, JSON.
    pub(super) rules: String,
}

/// Where a problem of a document is in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    SensitiveFields,
    SafeFields,
    Rules,
    /// Somewhere that the form does not show.
    Other,
}

impl Draft {
    /// What a stored document says; parts that cannot be read are as if they were not there.
    pub(super) fn of_document(text: &str, owner: Owner) -> Self {
        let base: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
        let (document, _) = Document::parse_leniently(text);
        let is_on = |switch: &Switch| switch.of(&document).unwrap_or(switch.default_of(owner));
        let rules = base.get("piiConfig").filter(|rules| !is_hollow(rules));
        Self {
            on: Switch::ALL.into_iter().filter(is_on).collect(),
            mode: document.mode,
            sensitive_fields: document.sensitive_fields.join("\n"),
            safe_fields: document.exclude_fields.join("\n"),
            rules: rules.map_or_else(String::new, pretty),
            base,
        }
    }

    /// This draft with what was posted: `switch` (several), `mode`, `sensitive`, `safe` and, where
    /// the form shows them, `rules`. A switch that the organisation requires is not the form's to
    /// change.
    pub(super) fn with_posted(mut self, form: &Posted, owner: Owner, from: &Inherited) -> Self {
        let fixed = from.required();
        let ticked: Vec<&str> = form.all("switch").collect();
        let is_on = |switch: &Switch| {
            if fixed.contains(switch) {
                self.on.contains(switch)
            } else {
                ticked.contains(&switch.key())
            }
        };
        self.on = Switch::ALL.into_iter().filter(is_on).collect();
        let mode = Mode::from_name(form.one("mode"));
        // Where nobody else decides, saying nothing is the improved mode.
        let is_unsaid = self.mode.is_none() && mode == Some(Mode::Improved);
        self.mode = mode.filter(|_| from.may_follow(owner) || !is_unsaid);
        self.sensitive_fields = lines_of(form.one("sensitive"));
        self.safe_fields = lines_of(form.one("safe"));
        if form.pairs().any(|(name, _)| name == "rules") {
            self.rules = lines_of(form.one("rules"));
        }
        self
    }

    /// The document as JSON. A switch that nobody moved is left unsaid, so that it follows its
    /// default.
    ///
    /// # Errors
    /// When the advanced rules are no JSON.
    pub(super) fn document(&self, owner: Owner) -> Result<String, Problem> {
        Ok(self.with_rules(self.rules_value()?, owner))
    }

    fn with_rules(&self, rules: Option<Value>, owner: Owner) -> String {
        let mut document = self.base.clone();
        for switch in Switch::ALL {
            let is_on = self.on.contains(&switch);
            if document.contains_key(switch.key()) || is_on != switch.default_of(owner) {
                document.insert(switch.key().to_owned(), json!(is_on));
            }
        }
        put(
            &mut document,
            "mode",
            self.mode.map(|mode| json!(mode.name())),
        );
        let fields = |text: &str| Some(json!(entries(text))).filter(|_| !entries(text).is_empty());
        put(
            &mut document,
            "sensitiveFields",
            fields(&self.sensitive_fields),
        );
        put(&mut document, "excludeFields", fields(&self.safe_fields));
        put(&mut document, "piiConfig", rules);
        pretty(&Value::Object(document))
    }

    /// The advanced rules; `None` where there are none.
    ///
    /// # Errors
    /// When they are no JSON.
    pub(super) fn rules_value(&self) -> Result<Option<Value>, Problem> {
        if self.rules.trim().is_empty() {
            return Ok(None);
        }
        let value: Value = serde_json::from_str(&self.rules).map_err(|error| unreadable(&error))?;
        Ok(Some(value).filter(|value| !is_hollow(value)))
    }

    /// What is wrong with the document that this makes, each problem with its field; a list's
    /// problem names the line instead of the place in the list.
    pub(super) fn problems(&self, owner: Owner) -> Vec<(Field, Problem)> {
        let text = match self.document(owner) {
            Ok(text) => text,
            Err(problem) => return vec![(Field::Rules, problem)],
        };
        match Document::parse(&text) {
            Ok(_) => Vec::new(),
            Err(problems) => problems
                .into_iter()
                .map(|problem| self.placed(problem))
                .collect(),
        }
    }

    /// The parsed document, without what cannot be used.
    pub(super) fn usable(&self, owner: Owner) -> Document {
        let rules = self.rules_value().unwrap_or_default();
        Document::parse_leniently(&self.with_rules(rules, owner)).0
    }

    /// Adds a safe field, unless it is one already.
    pub(super) fn add_safe_field(&mut self, field: &str) {
        if entries(&self.safe_fields).contains(&field) {
            return;
        }
        if !self.safe_fields.is_empty() {
            self.safe_fields.push('\n');
        }
        self.safe_fields.push_str(field);
    }

    fn placed(&self, problem: Problem) -> (Field, Problem) {
        let lists = [
            (
                "sensitiveFields",
                Field::SensitiveFields,
                &self.sensitive_fields,
            ),
            ("excludeFields", Field::SafeFields, &self.safe_fields),
        ];
        for (key, field, text) in lists {
            let Some(rest) = problem.at.strip_prefix(key) else {
                continue;
            };
            let index = rest.trim_matches(['[', ']']).parse().ok();
            let line = index.and_then(|index: usize| line_of(text, index));
            let at = line.map_or_else(|| "the list".to_owned(), |line| format!("line {line}"));
            return (field, Problem { at, ..problem });
        }
        match problem.at.strip_prefix("piiConfig") {
            Some(rest) => {
                let at = rest.trim_start_matches('.').to_owned();
                (Field::Rules, Problem { at, ..problem })
            }
            None => (Field::Other, problem),
        }
    }
}

/// Why advanced rules are no JSON, and where.
fn unreadable(error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let reason = if error.is_eof() {
        "is no JSON yet: it ends before a closing \", ] or }"
    } else {
        &format!(
            "is no JSON: {}",
            text.split(" at line ").next().unwrap_or(&text)
        )
    };
    Problem {
        at: format!("line {}, column {}", error.line(), error.column()),
        reason: reason.to_owned(),
    }
}

/// The fields of a list, one a line; blank lines say nothing.
pub(super) fn entries(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).collect()
}

/// The line, from 1 on, of the field at this place among those that are not blank.
fn line_of(text: &str, index: usize) -> Option<usize> {
    let mut lines = text.lines().enumerate();
    let mut filled = lines.by_ref().filter(|(_, line)| !line.trim().is_empty());
    filled.nth(index).map(|(place, _)| place + 1)
}

/// JSON as people read it.
pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn put(document: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    match value {
        Some(value) => document.insert(key.to_owned(), value),
        None => document.remove(key),
    };
}

/// Whether advanced rules say nothing: null, or objects without a member.
fn is_hollow(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(object) => object
            .values()
            .all(|member| member.is_null() || member.as_object().is_some_and(Map::is_empty)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_form_does_not_change_stays_as_it_was() {
        let text = r#"{"scrubIpAddresses":true,"piiConfig":{"rules":{},"applications":{"$string":["@email"]},"vars":{"hashKey":null}}}"#;
        let draft = Draft::of_document(text, Owner::Project);
        assert!(draft.on.contains(&Switch::Data) && draft.on.contains(&Switch::IpAddresses));
        let again: Value = serde_json::from_str(&draft.document(Owner::Project).unwrap()).unwrap();
        assert_eq!(again, serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn an_organisation_requires_nothing_unless_it_says_so() {
        let draft = Draft::of_document("", Owner::Organization);
        assert!(draft.on.is_empty());
        assert_eq!(draft.document(Owner::Organization).unwrap(), "{}");
    }

    #[test]
    fn problems_are_found_where_they_were_typed() {
        let draft = Draft {
            rules: "{\n  \"applications\": [}".to_owned(),
            ..Draft::default()
        };
        let (field, problem) = draft.problems(Owner::Project).remove(0);
        assert_eq!(
            (field, problem.at.as_str()),
            (Field::Rules, "line 2, column 20")
        );
        let draft = Draft {
            rules: r#"{"applications":{"$foo":["@email"]}}"#.to_owned(),
            ..Draft::default()
        };
        let (field, problem) = draft.problems(Owner::Project).remove(0);
        assert_eq!(
            (field, problem.at.as_str()),
            (Field::Rules, "applications.\"$foo\"")
        );
    }

    #[test]
    fn rules_that_are_no_json_yet_do_not_undo_the_rest_of_the_draft() {
        let draft = Draft {
            on: vec![Switch::IpAddresses],
            sensitive_fields: "iban".to_owned(),
            rules: r#"{"applications": {"$string": ["@email"]}"#.to_owned(),
            ..Draft::default()
        };
        let (_, problem) = draft.problems(Owner::Project).remove(0);
        assert_eq!(
            problem.reason,
            "is no JSON yet: it ends before a closing \", ] or }"
        );
        let usable = draft.usable(Owner::Project);
        assert_eq!(usable.sensitive_fields, ["iban"]);
        assert_eq!(Switch::IpAddresses.of(&usable), Some(true));
    }

    #[test]
    fn lines_count_blank_ones() {
        assert_eq!(line_of("a\n\n b\n", 1), Some(3));
        assert_eq!(entries("a\n\n b\n"), ["a", "b"]);
    }

    #[test]
    fn a_safe_field_is_added_once() {
        let mut draft = Draft::default();
        draft.add_safe_field("extra.a");
        draft.add_safe_field("extra.a");
        draft.add_safe_field("extra.b");
        assert_eq!(draft.safe_fields, "extra.a\nextra.b");
    }
}
