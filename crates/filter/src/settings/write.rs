use serde_json::{Map, Value};

use super::Settings;
use crate::RuleError;

impl Settings {
    /// These settings as JSON, to be stored in the place of others without losing what cannot be
    /// read of those: a filter that stays as it is keeps its text, and a list that changes keeps
    /// the entries that cannot be read. Null stands for none.
    ///
    /// # Errors
    /// When the stored ones are Relay's `filterSettings`, where such parts have no place here: all
    /// that cannot be read of them.
    pub fn write_over(&self, stored: &Value) -> Result<Value, Vec<RuleError>> {
        let (former, problems) = match stored {
            Value::Null => (Self::default(), Vec::new()),
            stored => Self::read_leniently(stored),
        };
        let (former, new) = (former.entries(), self.entries());
        let mut written = match stored {
            Value::Object(stored) if !Self::is_of_relay(&Value::Object(stored.clone())) => {
                stored.clone()
            }
            Value::Object(_) if !problems.is_empty() => return Err(problems),
            _ => return Ok(Value::Object(new)),
        };
        for (key, value) in &new {
            if former.get(key) == Some(value) && written.contains_key(key) {
                continue;
            }
            let mut value = value.clone();
            if let Value::Array(list) = &mut value {
                list.extend(unread(key, stored, &problems));
            }
            written.insert(key.clone(), value);
        }
        Ok(Value::Object(written))
    }

    fn entries(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(entries)) => entries,
            _ => Map::new(),
        }
    }
}

/// The entries of a stored list that cannot be read.
fn unread(key: &str, stored: &Value, problems: &[RuleError]) -> Vec<Value> {
    let list = stored.get(key).and_then(Value::as_array);
    let entries = list.into_iter().flatten().enumerate();
    let is_unread = |index: usize| {
        let at = format!("{key}[{index}]");
        problems.iter().any(|problem| problem.at == at)
    };
    entries
        .filter(|(index, _)| is_unread(*index))
        .map(|(_, entry)| entry.clone())
        .collect()
}
