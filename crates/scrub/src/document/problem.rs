use std::fmt;

use serde_json::Value;

/// What is wrong with a part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: a path into the document such as `piiConfig.applications."$foo"`, or
    /// `line 1, column 5` when it is no JSON.
    pub at: String,
    /// Why, and what to write instead.
    pub reason: String,
}

impl Problem {
    /// A problem at a place.
    pub(crate) fn new(at: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            at: at.into(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.at, self.reason)
    }
}

/// Reads JSON, with line and column where it breaks off.
pub(super) fn json(text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let reason = text.split(" at line ").next().unwrap_or(&text);
        Problem::new(
            format!("line {line}, column {column}"),
            format!("is no JSON: {reason}"),
        )
    })
}

/// A key as a path shows it: quoted where it has more than letters, digits and `_`.
pub(super) fn key_of(key: &str) -> String {
    let is_plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain {
        key.to_owned()
    } else {
        format!("{key:?}")
    }
}
