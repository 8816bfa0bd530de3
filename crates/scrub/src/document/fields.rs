use serde_json::{Map, Value};

use super::problem::{Problem, key_of};
use super::{config, pattern};
use crate::config::{Mode, PiiConfig};

const KNOWN: [&str; 8] = [
    "scrubData",
    "scrubDefaults",
    "scrubIpAddresses",
    "sensitiveFields",
    "excludeFields",
    "piiConfig",
    "mode",
    "secrets",
];

/// A list of fields has at most this many entries.
const FIELDS_MAX: usize = 1_000;

/// Reads the fields of a document one by one and notes what cannot be read.
pub(super) struct Reader<'v> {
    object: &'v Map<String, Value>,
    problems: Vec<Problem>,
}

impl<'v> Reader<'v> {
    /// Of a document that is an object.
    pub(super) fn new(value: &'v Value) -> Result<Self, Problem> {
        let Some(object) = value.as_object() else {
            let reason = "must be an object such as {\"scrubData\": true}";
            return Err(Problem::new("document", reason));
        };
        let mut reader = Self {
            object,
            problems: Vec::new(),
        };
        for key in object.keys() {
            if !KNOWN.contains(&key.as_str()) {
                reader.note(
                    key_of(key),
                    format!("unknown setting; known are {}", KNOWN.join(", ")),
                );
            }
        }
        Ok(reader)
    }

    /// The problems found.
    pub(super) fn finish(self) -> Vec<Problem> {
        self.problems
    }

    pub(super) fn boolean(&mut self, name: &str) -> Option<bool> {
        let value = self.value(name)?;
        let said = value.as_bool();
        if said.is_none() {
            self.note(name, format!("must be true or false, not {value}"));
        }
        said
    }

    /// A setting that protects: what cannot be read counts as `true`.
    pub(super) fn boolean_or_true(&mut self, name: &str) -> Option<bool> {
        self.value(name)?;
        Some(self.boolean(name).unwrap_or(true))
    }

    pub(super) fn mode(&mut self, name: &str) -> Option<Mode> {
        let value = self.value(name)?;
        let said = value.as_str().and_then(Mode::from_name);
        if said.is_none() {
            let reason = format!("must be \"improved\" or \"compatible\", not {value}");
            self.note(name, reason);
        }
        said
    }

    /// A list of names; blank ones say nothing.
    pub(super) fn names(&mut self, name: &str) -> Vec<String> {
        let Some(value) = self.value(name) else {
            return Vec::new();
        };
        let Some(list) = value.as_array() else {
            self.note(name, format!("must be a list of names, not {value}"));
            return Vec::new();
        };
        if list.len() > FIELDS_MAX {
            let length = list.len();
            self.note(
                name,
                format!("has {length} entries: at most {FIELDS_MAX} are accepted"),
            );
        }
        let mut names = Vec::new();
        for (index, item) in list.iter().enumerate().take(FIELDS_MAX) {
            match item.as_str() {
                Some(text) if text.trim().is_empty() => {}
                Some(text) => names.push(text.to_owned()),
                None => self.note(
                    format!("{name}[{index}]"),
                    format!("must be a name in quotes, not {item}"),
                ),
            }
        }
        names
    }

    /// *Additional Sensitive Fields*: together they are one pattern, which must not grow too large.
    /// The first of them count that do not.
    pub(super) fn sensitive_fields(&mut self) -> Vec<String> {
        let name = "sensitiveFields";
        let mut names = self.names(name);
        if let Err(reason) = check_together(&names) {
            self.note(name, format!("together they make a pattern that {reason}"));
            let lengths: Vec<usize> = (1..=names.len()).collect();
            let is_small = |length: &usize| {
                let first = names.get(..*length).unwrap_or_default();
                check_together(first).is_ok()
            };
            names.truncate(lengths.partition_point(is_small));
        }
        names
    }

    pub(super) fn config(&mut self, name: &str) -> PiiConfig {
        match self.value(name) {
            Some(value) => config::read(name, value, &mut self.problems),
            None => PiiConfig::default(),
        }
    }

    /// What a document says of a setting; null says nothing.
    fn value(&self, name: &str) -> Option<&'v Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn note(&mut self, at: impl Into<String>, reason: impl Into<String>) {
        self.problems.push(Problem::new(at, reason));
    }
}

fn check_together(names: &[String]) -> Result<(), String> {
    let escaped: Vec<_> = names
        .iter()
        .map(|name| regex::escape(name.trim()))
        .collect();
    pattern::check(&format!("(?i){}", escaped.join("|")))
}
