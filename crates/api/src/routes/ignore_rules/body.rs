//! Rules in bodies of requests.

use actix_web::web;
use serde::Deserialize;
use serde_json::Value;
use watchfire_event::{IssueId, Timestamp};
use watchfire_filter::ignore::{Rule, parse_json};

use crate::body::Fields;
use crate::error::ApiError;

/// Takes the number of the issue that a rule is made on out of a body.
pub(super) fn issue(body: &mut Fields) -> Result<Option<IssueId>, ApiError> {
    let number = number(body, "issueId")?;
    Ok(number.map(IssueId))
}

/// Takes a number, which may be written as text, out of a body.
pub(super) fn number(body: &mut Fields, field: &'static str) -> Result<Option<i64>, ApiError> {
    let number = match body.remove(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.parse().ok(),
        Some(other) => other.as_i64(),
    };
    let number: Option<i64> = number;
    number
        .map(Some)
        .ok_or_else(|| ApiError::field(field, "Not a valid number."))
}

/// Takes the version that a change was made from out of a body: `version` of the rule as it was
/// read.
pub(super) fn base(body: &mut Fields) -> Result<Option<Timestamp>, ApiError> {
    let number = number(body, "base")?;
    Ok(number.map(Timestamp))
}

/// The same in a query.
#[derive(Deserialize)]
pub(crate) struct BaseQuery {
    base: Option<String>,
}

impl BaseQuery {
    pub(super) fn base(&self) -> Result<Option<Timestamp>, ApiError> {
        let Some(said) = &self.base else {
            return Ok(None);
        };
        match said.parse() {
            Ok(number) => Ok(Some(Timestamp(number))),
            Err(_) => Err(ApiError::field("base", "Not a valid number.")),
        }
    }
}

/// The rule that a body says. Its expressions are compiled on a thread that may block.
pub(super) async fn rule(body: &Fields) -> Result<Rule, ApiError> {
    let text = Value::Object(body.clone()).to_string();
    let read = web::block(move || parse_json(&text)).await?;
    read.map_err(|error| ApiError::field("rule", error.to_string()))
}

/// A rule with what a body names of it changed. Of a rule that cannot be read, all must be named.
pub(super) async fn changed(stored: &str, body: &Fields) -> Result<Rule, ApiError> {
    let before: Fields = serde_json::from_str(stored).unwrap_or_default();
    let mut fields = before;
    for (key, value) in body {
        fields.insert(key.clone(), value.clone());
    }
    rule(&fields).await
}
