use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::{FieldKind, Operator, Rule, Test};

impl Serialize for Rule {
    /// The shape that [`super::parse_json`] reads, without what says nothing.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        if !self.note.is_empty() {
            map.serialize_entry("note", &self.note)?;
        }
        if !self.enabled {
            map.serialize_entry("enabled", &false)?;
        }
        map.serialize_entry("action", &self.action)?;
        if let Some(expires) = &self.expires {
            map.serialize_entry("expires", &expires.to_string())?;
        }
        map.serialize_entry("when", &self.when)?;
        map.end()
    }
}

impl Serialize for Test {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("field", &self.field)?;
        map.serialize_entry("op", &self.op)?;
        if let Some(value) = self.value() {
            map.serialize_entry("value", &value)?;
        }
        map.end()
    }
}

impl Test {
    /// The value as JSON: numbers and flags as such, several values as a list; `None` where
    /// nothing need be said.
    pub(super) fn value(&self) -> Option<Value> {
        let kind = self.field.kind();
        if self.op == Operator::OneOf {
            return Some(self.values.iter().map(|it| scalar(kind, it)).collect());
        }
        let value = self.values.first()?;
        match self.op {
            Operator::Exists if value == "true" => None,
            Operator::Exists => Some(json!(false)),
            _ => Some(scalar(kind, value)),
        }
    }
}

fn scalar(kind: FieldKind, value: &str) -> Value {
    match kind {
        FieldKind::Flag => json!(value == "true"),
        FieldKind::Number => serde_json::from_str(value).unwrap_or_else(|_| json!(value)),
        _ => json!(value),
    }
}
