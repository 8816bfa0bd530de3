use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A group of settings as they are in force, for reading.
#[derive(Debug, Serialize)]
pub(super) struct Rules {
    heading: &'static str,
    /// Its place on the page.
    anchor: &'static str,
    note: &'static str,
    values: Vec<Rule>,
}

/// One setting.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Rule {
    name: String,
    is_list: bool,
    text: String,
    items: Vec<String>,
}

/// What is scrubbed from and what is filtered out of the events of a project: what its settings
/// (JSON text) say, else the defaults.
pub(super) fn in_force(settings: &str) -> [Rules; 2] {
    let settings: Map<String, Value> = serde_json::from_str(settings).unwrap_or_default();
    [
        Rules {
            heading: "Scrubbing",
            anchor: "scrubbing",
            note: "Removed from every event before it is stored. Pages mark what was removed, and \
                   by which rule.",
            values: rules(&effective(
                &settings,
                "scrub",
                watchfire_scrub::Settings::of_project,
            )),
        },
        Rules {
            heading: "Filters",
            anchor: "filters",
            note: "Events that these match are dropped and counted as filtered.",
            values: rules(&effective(&settings, "filter", |said| {
                watchfire_filter::Settings::deserialize(said)
            })),
        },
    ]
}

/// The settings under `key` as `read` understands them; the defaults where it does not.
fn effective<S: Default + Serialize>(
    settings: &Map<String, Value>,
    key: &str,
    read: impl Fn(&Value) -> serde_json::Result<S>,
) -> Value {
    let known = settings.get(key).and_then(|said| read(said).ok());
    serde_json::to_value(known.unwrap_or_default()).unwrap_or_default()
}

/// A line for each setting; settings inside of settings are named with both words.
fn rules(value: &Value) -> Vec<Rule> {
    let mut rules = Vec::new();
    collect("", value, &mut rules);
    rules
}

fn collect(name: &str, value: &Value, rules: &mut Vec<Rule>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = words(key);
                let name = if name.is_empty() {
                    key
                } else {
                    format!("{name}: {key}")
                };
                collect(&name, value, rules);
            }
        }
        Value::Array(items) => rules.push(Rule {
            name: name.to_owned(),
            is_list: true,
            text: String::new(),
            items: items.iter().map(text).collect(),
        }),
        single => rules.push(Rule {
            name: name.to_owned(),
            is_list: false,
            text: text(single),
            items: Vec::new(),
        }),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::Null => "not set".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `scrubIpAddresses` and `react-hydration-errors` as words: `Scrub IP addresses`.
fn words(key: &str) -> String {
    let mut words = String::with_capacity(key.len() + 4);
    for letter in key.chars() {
        match letter {
            '-' | '_' => words.push(' '),
            letter if words.is_empty() => words.extend(letter.to_uppercase()),
            letter if letter.is_uppercase() => {
                words.push(' ');
                words.extend(letter.to_lowercase());
            }
            letter => words.push(letter),
        }
    }
    words.replace(" ip ", " IP ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_a_project_does_not_set_are_the_defaults() {
        let scrub_data = |rules: &Rules| {
            let mut rules = rules.values.iter();
            rules
                .find(|rule| rule.name == "Scrub data")
                .map(|rule| rule.text.clone())
        };
        let [scrubbing, _] = in_force("{}");
        assert_eq!(scrub_data(&scrubbing).as_deref(), Some("on"));
        let [scrubbing, _] = in_force(r#"{"scrub":{"sensitiveFields":["iban"]}}"#);
        assert_eq!(scrub_data(&scrubbing).as_deref(), Some("on"));
        assert!(scrubbing.values.iter().any(|rule| rule.items == ["iban"]));
    }

    #[test]
    fn names_are_words() {
        assert_eq!(words("scrubIpAddresses"), "Scrub IP addresses");
        assert_eq!(words("chunk-load-error"), "Chunk load error");
    }
}
