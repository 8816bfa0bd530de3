//! What a project says of scrubbing, under the names that Sentry's API has for it.

use serde_json::{Map, Value, json};
use watchfire_scrub::{Document, Problem};
use watchfire_store::scrubbing::Version;
use watchfire_store::user::User;

use super::settings::LIST_MAX;
use super::{author, time};
use crate::body::{self, Fields};
use crate::error::ApiError;

/// Switches by the name that the API has for them, and how they stand in a new project.
const FLAGS: [(&str, &str, bool); 3] = [
    ("dataScrubber", "scrubData", true),
    ("dataScrubberDefaults", "scrubDefaults", true),
    ("scrubIPAddresses", "scrubIpAddresses", false),
];
/// Lists by the name that the API has for them.
const LISTS: [(&str, &str); 2] = [
    ("sensitiveFields", "sensitiveFields"),
    ("safeFields", "excludeFields"),
];
/// The advanced rules: in the API a text that holds JSON.
const CONFIG: (&str, &str) = ("relayPiiConfig", "piiConfig");

/// A document with fields that can be changed one by one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scrubbing(Map<String, Value>);

impl Scrubbing {
    /// What a stored document says; nothing, where it cannot be read.
    pub(crate) fn of(document: &str) -> Self {
        Self(serde_json::from_str(document).unwrap_or_default())
    }

    /// What the API shows of it.
    pub(crate) fn shape(&self) -> Map<String, Value> {
        let mut shown = Map::new();
        for (name, kept, default) in FLAGS {
            let flag = self.0.get(kept).and_then(Value::as_bool);
            shown.insert(name.to_owned(), json!(flag.unwrap_or(default)));
        }
        for (name, kept) in LISTS {
            let list = self.0.get(kept).filter(|list| list.is_array());
            shown.insert(name.to_owned(), list.cloned().unwrap_or(json!([])));
        }
        let config = self.0.get(CONFIG.1).filter(|config| !config.is_null());
        shown.insert(CONFIG.0.to_owned(), json!(config.map(Value::to_string)));
        shown
    }

    /// Takes over what a body names, and tells whether anything changed.
    pub(crate) fn change(&mut self, body: &Fields) -> Result<bool, ApiError> {
        let before = self.clone();
        for (name, kept, _) in FLAGS {
            if let Some(flag) = body::flag(body, name)? {
                self.0.insert(kept.to_owned(), json!(flag));
            }
        }
        for (name, kept) in LISTS {
            if let Some(list) = body::list(body, name, LIST_MAX)? {
                self.0.insert(kept.to_owned(), json!(list));
            }
        }
        match body.get(CONFIG.0) {
            None => {}
            Some(Value::Null) => {
                self.0.remove(CONFIG.1);
            }
            Some(Value::String(text)) if text.trim().is_empty() => {
                self.0.remove(CONFIG.1);
            }
            Some(Value::String(text)) => {
                let config: Value = serde_json::from_str(text)
                    .map_err(|error| ApiError::field(CONFIG.0, format!("Is no JSON: {error}")))?;
                self.0.insert(CONFIG.1.to_owned(), config);
            }
            Some(_) => {
                return Err(ApiError::field(
                    CONFIG.0,
                    "Must be a text that holds the configuration as JSON.",
                ));
            }
        }
        Ok(*self != before)
    }

    /// Refuses values that no document may have.
    ///
    /// # Errors
    /// Every problem with its place.
    pub(crate) fn check(&self) -> Result<(), ApiError> {
        Document::parse(&self.document())
            .map(drop)
            .map_err(|problems| ApiError::Field {
                field: CONFIG.0,
                messages: problems.iter().map(Problem::to_string).collect(),
            })
    }

    /// The document.
    pub(crate) fn document(&self) -> String {
        format!("{:#}", Value::Object(self.0.clone()))
    }
}

/// A document that is or was in force.
pub(crate) fn scrubbing_version(version: &Version, user: Option<&User>) -> Value {
    json!({
        "id": version.id.to_string(),
        "document": version.document,
        "user": author(user),
        "dateCreated": time(version.created_at),
    })
}

/// What is wrong with a document, and where.
pub(crate) fn scrubbing_problem(problem: &Problem) -> Value {
    json!({ "at": problem.at, "reason": problem.reason })
}
