use std::collections::HashSet;
use std::fmt::Write;

use serde_json::{Map, Value};

use super::read::{self, Budget, Place};
use super::toml_position::{Positions, position};
use super::{Action, Condition, FILE_BYTES_MAX, RULES_MAX, Rule, RuleError, Test};

/// Reads a file of rules: `[[rule]]` tables in the order of the rules.
///
/// # Errors
/// Every mistake with its place, by line and column too, the first of each rule; then nothing of the file is used. No two
/// rules of a file have one name, so that people can say which they mean.
pub fn parse_toml(text: &str) -> Result<Vec<Rule>, Vec<RuleError>> {
    let whole = |at: &str, reason: String| {
        vec![RuleError {
            at: at.to_owned(),
            reason,
        }]
    };
    if text.len() > FILE_BYTES_MAX {
        return Err(whole(
            "",
            format!("the file has more than {FILE_BYTES_MAX} bytes"),
        ));
    }
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let at = error.span().map(|span| position(text, span.start));
        whole(&at.unwrap_or_default(), error.message().to_owned())
    })?;
    if let Some(key) = table.keys().find(|key| *key != "rule") {
        return Err(whole(
            key,
            "a file of rules has only [[rule]] tables".to_owned(),
        ));
    }
    let list = match table.get("rule") {
        None => return Ok(Vec::new()),
        Some(toml::Value::Array(list)) => list,
        Some(_) => {
            return Err(whole(
                "rule",
                "write [[rule]] in double brackets".to_owned(),
            ));
        }
    };
    if list.len() > RULES_MAX {
        return Err(whole(
            "",
            format!("the file has more than {RULES_MAX} rules"),
        ));
    }
    let (mut rules, mut errors, mut names) = (Vec::new(), Vec::new(), HashSet::new());
    let mut budget = Budget::default();
    for (rule, number) in list.iter().zip(1..) {
        let value = json_of(rule);
        let place = Place::of_rule(number, &value);
        match read::rule(&value, &place, &mut budget) {
            Ok(rule) if names.insert(rule.name.to_lowercase()) => rules.push(rule),
            Ok(_) => {
                let error = place
                    .key("name")
                    .error("a rule before it has the same name");
                errors.push((number, place, error));
            }
            Err(error) => errors.push((number, place, error)),
        }
    }
    if errors.is_empty() {
        return Ok(rules);
    }
    let positions = Positions::of(text);
    let placed = errors.into_iter().map(|(number, place, mut error)| {
        let position = positions.of_rule(number, place.path_of(&error));
        error.at += &position.map_or_else(String::new, |at| format!(" ({at})"));
        error
    });
    Err(placed.collect())
}

/// The same as JSON, times as text.
fn json_of(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(flag) => Value::Bool(*flag),
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        toml::Value::Array(list) => list.iter().map(json_of).collect(),
        toml::Value::Table(table) => {
            let entries = table.iter().map(|(key, it)| (key.clone(), json_of(it)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

/// Writes a file of rules that [`parse_toml`] reads; the same rules give the same text, with one
/// condition on each line, so that changes are easy to see.
#[must_use]
pub fn to_toml(rules: &[Rule]) -> String {
    let mut text = String::new();
    for rule in rules {
        if !text.is_empty() {
            text.push('\n');
        }
        // Writing to a string cannot fail.
        write_rule(rule, &mut text).ok();
    }
    text
}

fn write_rule(rule: &Rule, text: &mut String) -> std::fmt::Result {
    writeln!(text, "[[rule]]\nname = {}", quoted(&rule.name))?;
    if !rule.note.is_empty() {
        writeln!(text, "note = {}", quoted(&rule.note))?;
    }
    if !rule.enabled {
        writeln!(text, "enabled = false")?;
    }
    match rule.action {
        Action::Drop => writeln!(text, "action = \"drop\"")?,
        Action::KeepOneIn(number) => writeln!(text, "action.keep_one_in = {number}")?,
        Action::Archive => writeln!(text, "action = \"archive\"")?,
        Action::Level(level) => writeln!(text, "action.level = \"{level}\"")?,
    }
    if let Some(expires) = rule.expires {
        let time = expires.to_string();
        writeln!(text, "expires = {}", time.replace(".000000Z", "Z"))?;
    }
    match &rule.when {
        Condition::All(list) => write_list("when.all", list, 0, text)?,
        Condition::Any(list) => write_list("when.any", list, 0, text)?,
        Condition::Not(inner) => {
            text.push_str("when.not = ");
            write_condition(inner, 0, text)?;
        }
        Condition::Test(test) => {
            text.push_str("when = ");
            write_test(test, text)?;
        }
    }
    text.push('\n');
    Ok(())
}

fn write_list(
    name: &str,
    list: &[Condition],
    indent: usize,
    text: &mut String,
) -> std::fmt::Result {
    writeln!(text, "{name} = [")?;
    for condition in list {
        write!(text, "{:1$}", "", indent + 2)?;
        write_condition(condition, indent + 2, text)?;
        text.push_str(",\n");
    }
    write!(text, "{:1$}]", "", indent)
}

fn write_condition(condition: &Condition, indent: usize, text: &mut String) -> std::fmt::Result {
    if let Condition::Test(test) = condition {
        return write_test(test, text);
    }
    text.push_str("{ ");
    match condition {
        Condition::All(list) => write_list("all", list, indent, text)?,
        Condition::Any(list) => write_list("any", list, indent, text)?,
        Condition::Not(inner) => {
            text.push_str("not = ");
            write_condition(inner, indent, text)?;
        }
        Condition::Test(_) => {}
    }
    text.push_str(" }");
    Ok(())
}

fn write_test(test: &Test, text: &mut String) -> std::fmt::Result {
    let field = quoted(&test.field.to_string());
    write!(text, "{{ field = {field}, op = {}", quoted(test.op.name()))?;
    if let Some(value) = test.value() {
        write!(text, ", value = {}", scalar(&value))?;
    }
    text.push_str(" }");
    Ok(())
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(list) => {
            let list: Vec<String> = list.iter().map(scalar).collect();
            format!("[{}]", list.join(", "))
        }
        value => value.to_string(),
    }
}

/// A text on one line; one without escapes where that can be, as patterns are full of backslashes.
fn quoted(text: &str) -> String {
    let is_plain = !text.contains(char::is_control) && !text.contains('\'');
    match text.contains(['\\', '"']) && is_plain {
        true => format!("'{text}'"),
        // JSON's escapes are TOML's, but for the one letter that JSON does not escape.
        false => Value::from(text).to_string().replace('\u{7f}', "\\u007f"),
    }
}
