use serde_json::{Map, Value};
use watchfire_event::{Level, Timestamp};

use super::check::Check;
use super::{
    Action, Condition, DEPTH_MAX, EXPRESSIONS_MAX, Field, KEEP_ONE_IN_MAX, NAME_CHARS_MAX,
    NOTE_CHARS_MAX, Operator, Rule, RuleError, TESTS_MAX, Test, VALUE_CHARS_MAX, VALUES_MAX,
};

/// What a rule may say.
const RULE_KEYS: [&str; 6] = ["name", "enabled", "action", "when", "expires", "note"];
/// What a test may say.
const TEST_KEYS: [&str; 3] = ["field", "op", "value"];

/// Reads one rule from JSON.
///
/// # Errors
/// The first mistake, with its place.
pub fn parse_json(text: &str) -> Result<Rule, RuleError> {
    let value = serde_json::from_str(text).map_err(|error| RuleError {
        at: format!("line {}, column {}", error.line(), error.column()),
        reason: "this is no JSON".to_owned(),
    })?;
    rule(&value, &Place::root(), &mut Budget::default())
}

/// Reads one test from what a form says: the names of field and operator, and the values, one per
/// line where the operator takes several.
///
/// # Errors
/// What is wrong, at `field`, `op` or `value`.
pub fn read_test(field: &str, op: &str, value: &str) -> Result<Test, RuleError> {
    let place = Place::root();
    let op = operator(op, &place.key("op"))?;
    let lines = || value.lines().map(str::trim).filter(|it| !it.is_empty());
    let values = match op {
        Operator::OneOf => lines().map(ToOwned::to_owned).collect(),
        Operator::Exists if value.trim().is_empty() => vec!["true".to_owned()],
        _ => vec![value.to_owned()],
    };
    test_of(field, op, values, &place)
}

/// Where something stands, for errors.
#[derive(Clone)]
pub(super) struct Place(String);

impl Place {
    pub(super) fn root() -> Self {
        Self(String::new())
    }

    /// The start of a rule of a file: `rule 2 "Bots", `.
    pub(super) fn of_rule(number: usize, rule: &Value) -> Self {
        let name = rule.get("name").and_then(Value::as_str);
        Self(match name.filter(|name| name.len() <= NAME_CHARS_MAX) {
            Some(name) => format!("rule {number} {name:?}, "),
            None => format!("rule {number}, "),
        })
    }

    pub(super) fn key(&self, key: &str) -> Self {
        let dot = if self.0.is_empty() || self.0.ends_with(' ') {
            ""
        } else {
            "."
        };
        Self(format!("{}{dot}{key}", self.0))
    }

    fn index(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }

    /// The path of an error within this place: `when.all[1].value`; empty where it is about all of
    /// it.
    pub(super) fn path_of<'e>(&self, error: &'e RuleError) -> &'e str {
        error.at.strip_prefix(&self.0).unwrap_or_default()
    }

    pub(super) fn error(&self, reason: impl Into<String>) -> RuleError {
        RuleError {
            at: self.0.trim_end_matches([',', ' ']).to_owned(),
            reason: reason.into(),
        }
    }
}

/// What may still be read: each expression is compiled to see whether it can be.
pub(super) struct Budget {
    /// How many tests of a rule.
    tests: usize,
    /// How many wildcards and regular expressions of a file.
    expressions: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            tests: TESTS_MAX,
            expressions: EXPRESSIONS_MAX,
        }
    }
}

impl Budget {
    /// Takes a test.
    fn take(&mut self, test: &Map<String, Value>, place: &Place) -> Result<(), RuleError> {
        let left = self.tests.checked_sub(1);
        self.tests =
            left.ok_or_else(|| place.error(format!("a rule has at most {TESTS_MAX} conditions")))?;
        let op = test.get("op").and_then(Value::as_str);
        let op = op.and_then(Operator::parse);
        if let Some(Operator::Wildcard | Operator::Regex) = op {
            let left = self.expressions.checked_sub(1);
            self.expressions = left.ok_or_else(|| {
                place.error(format!(
                    "a file has at most {EXPRESSIONS_MAX} wildcards and regular expressions; use \
                     contains or starts_with where that will do"
                ))
            })?;
        }
        Ok(())
    }
}

/// Reads a rule.
pub(super) fn rule(value: &Value, place: &Place, budget: &mut Budget) -> Result<Rule, RuleError> {
    budget.tests = TESTS_MAX;
    let entries = object(value, &RULE_KEYS, "a rule", place)?;
    let missing = |key: &str, what: &str| place.error(format!("{key:?} is missing: {what}"));
    let name = entries
        .get("name")
        .ok_or_else(|| missing("name", "call the rule something"))?;
    let action_value = entries
        .get("action")
        .ok_or_else(|| missing("action", ACTIONS))?;
    let when = entries
        .get("when")
        .ok_or_else(|| missing("when", CONDITIONS))?;
    Ok(Rule {
        name: rule_name(name, &place.key("name"))?,
        enabled: match entries.get("enabled") {
            None => true,
            Some(Value::Bool(enabled)) => *enabled,
            Some(_) => return Err(place.key("enabled").error("expected true or false")),
        },
        action: action(action_value, &place.key("action"))?,
        when: condition(when, &place.key("when"), 1, budget)?,
        expires: match entries.get("expires") {
            None | Some(Value::Null) => None,
            Some(value) => Some(expiry(value, &place.key("expires"))?),
        },
        note: match entries.get("note") {
            None => String::new(),
            Some(value) => text(value, NOTE_CHARS_MAX, &place.key("note"))?,
        },
    })
}

const ACTIONS: &str = r#"one of "drop", {keep_one_in = 10}, "archive", {level = "info"}"#;
const CONDITIONS: &str =
    r#"{all = [...]}, {any = [...]}, {not = {...}} or {field = "...", op = "...", value = "..."}"#;

fn rule_name(value: &Value, place: &Place) -> Result<String, RuleError> {
    let name = text(value, NAME_CHARS_MAX, place)?.trim().to_owned();
    if name.is_empty() || name.contains(char::is_control) {
        return Err(place.error("a name is one line that is not empty"));
    }
    Ok(name)
}

fn expiry(value: &Value, place: &Place) -> Result<Timestamp, RuleError> {
    let said = value.as_str().and_then(Timestamp::parse);
    said.ok_or_else(|| place.error("expected a time such as 2026-12-31T00:00:00Z"))
}

fn text(value: &Value, chars_max: usize, place: &Place) -> Result<String, RuleError> {
    let text = value.as_str().ok_or_else(|| place.error("expected text"))?;
    if text.chars().count() > chars_max {
        return Err(place.error(format!("has more than {chars_max} letters")));
    }
    Ok(text.to_owned())
}

/// The entries of an object that has no others than these.
fn object<'v>(
    value: &'v Value,
    keys: &[&str],
    what: &str,
    place: &Place,
) -> Result<&'v Map<String, Value>, RuleError> {
    let Some(entries) = value.as_object() else {
        return Err(place.error(format!("expected {what} with {}", keys.join(", "))));
    };
    match entries.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(place
            .key(key)
            .error(format!("{what} has no {key:?}; it has {}", keys.join(", ")))),
        None => Ok(entries),
    }
}

fn action(value: &Value, place: &Place) -> Result<Action, RuleError> {
    let unknown = || place.error(format!("expected {ACTIONS}"));
    match value {
        Value::String(name) if name == "drop" => Ok(Action::Drop),
        Value::String(name) if name == "archive" => Ok(Action::Archive),
        Value::Object(entries) => {
            let (key, value) = single(entries).ok_or_else(unknown)?;
            match key {
                "keep_one_in" => one_in(value, &place.key(key)),
                "level" => {
                    let level = value.as_str().and_then(Level::parse).ok_or_else(|| {
                        let place = place.key(key);
                        place.error("expected debug, info, warning, error or fatal")
                    })?;
                    Ok(Action::Level(level))
                }
                _ => Err(unknown()),
            }
        }
        _ => Err(unknown()),
    }
}

fn single(entries: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut entries = entries.iter();
    let (key, value) = entries.next()?;
    entries.next().is_none().then_some((key, value))
}

fn one_in(value: &Value, place: &Place) -> Result<Action, RuleError> {
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    match number.filter(|number| (2..=KEEP_ONE_IN_MAX).contains(number)) {
        Some(number) => Ok(Action::KeepOneIn(number)),
        None => Err(place.error(format!(
            "expected a whole number from 2 to {KEEP_ONE_IN_MAX}"
        ))),
    }
}

fn condition(
    value: &Value,
    place: &Place,
    depth: usize,
    budget: &mut Budget,
) -> Result<Condition, RuleError> {
    let Some(entries) = value.as_object() else {
        return Err(place.error(format!("expected {CONDITIONS}")));
    };
    if depth > DEPTH_MAX {
        return Err(place.error(format!("conditions nest at most {DEPTH_MAX} deep")));
    }
    match single(entries) {
        Some(("all", list)) => {
            conditions(list, &place.key("all"), depth, budget).map(Condition::All)
        }
        Some(("any", list)) => {
            conditions(list, &place.key("any"), depth, budget).map(Condition::Any)
        }
        Some(("not", inner)) => {
            let inner = condition(inner, &place.key("not"), depth + 1, budget)?;
            Ok(Condition::Not(Box::new(inner)))
        }
        _ => {
            budget.take(entries, place)?;
            test(value, place).map(Condition::Test)
        }
    }
}

fn conditions(
    value: &Value,
    place: &Place,
    depth: usize,
    budget: &mut Budget,
) -> Result<Vec<Condition>, RuleError> {
    let list = value.as_array().filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| place.error("expected a list of at least one condition"))?;
    let read = |(index, value)| condition(value, &place.index(index), depth + 1, budget);
    list.iter().enumerate().map(read).collect()
}

fn test(value: &Value, place: &Place) -> Result<Test, RuleError> {
    let entries = object(value, &TEST_KEYS, "a condition", place)?;
    let word = |key: &str| {
        let value = entries.get(key).and_then(Value::as_str);
        value.ok_or_else(|| place.error(format!("{key:?} is missing: expected {CONDITIONS}")))
    };
    let op = operator(word("op")?, &place.key("op"))?;
    let field = word("field")?;
    let value_place = place.key("value");
    let values = match entries.get("value") {
        None if op == Operator::Exists => vec!["true".to_owned()],
        None => return Err(place.error("\"value\" is missing")),
        Some(Value::Array(list)) if op == Operator::OneOf => {
            let each = list.iter().enumerate();
            each.map(|(index, value)| scalar(value, &value_place.index(index)))
                .collect::<Result<_, _>>()?
        }
        Some(value) => vec![scalar(value, &value_place)?],
    };
    test_of(field, op, values, place)
}

fn operator(name: &str, place: &Place) -> Result<Operator, RuleError> {
    Operator::parse(name).ok_or_else(|| {
        let names: Vec<&str> = Operator::ALL.iter().map(|op| op.name()).collect();
        place.error(format!(
            "there is no operator {name:?}; operators are {}",
            names.join(", ")
        ))
    })
}

/// The text of a text, number or boolean.
fn scalar(value: &Value, place: &Place) -> Result<String, RuleError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        _ => Err(place.error("expected a text, a number, true or false")),
    }
}

fn test_of(
    field: &str,
    op: Operator,
    values: Vec<String>,
    place: &Place,
) -> Result<Test, RuleError> {
    let field: Field = field
        .parse()
        .map_err(|reason: String| place.key("field").error(reason))?;
    let kind = field.kind();
    if !kind.takes(op) {
        let names: Vec<&str> = kind.operators().iter().map(|op| op.name()).collect();
        return Err(place.key("op").error(format!(
            "{field} cannot be tested with {:?}; its operators are {}",
            op.name(),
            names.join(", ")
        )));
    }
    let place = place.key("value");
    if values.is_empty() || values.len() > VALUES_MAX {
        return Err(place.error(format!("expected 1 to {VALUES_MAX} values")));
    }
    for (index, value) in values.iter().enumerate() {
        let place = match values.len() {
            1 => place.clone(),
            _ => place.index(index),
        };
        if value.is_empty() {
            return Err(place.error("an empty value says nothing; use exists = false"));
        }
        if value.chars().count() > VALUE_CHARS_MAX {
            return Err(place.error(format!("has more than {VALUE_CHARS_MAX} letters")));
        }
        Check::new(&field, op, value).map_err(|reason| place.error(reason))?;
    }
    Ok(Test { field, op, values })
}
