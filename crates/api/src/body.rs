//! Reading bodies field by field: what is unknown is ignored, what is wrong is named with what to
//! send instead.

use serde_json::{Map, Value};

use crate::error::ApiError;

/// The fields of a body.
pub(crate) type Fields = Map<String, Value>;

/// A text with something in it, of at most so many characters; nothing where it is missing or null.
pub(crate) fn text(
    body: &Fields,
    field: &'static str,
    chars_max: usize,
) -> Result<Option<String>, ApiError> {
    let text = match body.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim(),
        Some(_) => return Err(ApiError::field(field, "Not a valid string.")),
    };
    if text.is_empty() {
        return Err(ApiError::field(field, "This field may not be blank."));
    }
    if text.chars().count() > chars_max {
        return Err(ApiError::field(
            field,
            format!("Ensure this field has no more than {chars_max} characters."),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(ApiError::field(
            field,
            "Control characters and line breaks are not allowed.",
        ));
    }
    Ok(Some(text.to_owned()))
}

/// Yes or no; nothing where it is missing or null.
pub(crate) fn flag(body: &Fields, field: &'static str) -> Result<Option<bool>, ApiError> {
    match body.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => truth(value)
            .map(Some)
            .ok_or_else(|| ApiError::field(field, "Must be a valid boolean.")),
    }
}

/// Yes or no as clients write it: `true`, 1, `"1"` and `"true"`, and their opposites.
pub(crate) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A list of texts, each of at most so many characters, blank ones left out; nothing where it is
/// missing or null. A text with one entry a line will do as well.
pub(crate) fn list(
    body: &Fields,
    field: &'static str,
    (entries_max, chars_max): (usize, usize),
) -> Result<Option<Vec<String>>, ApiError> {
    let found: Vec<&str> = match body.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.lines().collect(),
        Some(Value::Array(values)) => {
            let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            texts.ok_or_else(|| ApiError::field(field, "Expected a list of strings."))?
        }
        Some(_) => return Err(ApiError::field(field, "Expected a list of strings.")),
    };
    let entries: Vec<String> = found
        .into_iter()
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(str::to_owned)
        .collect();
    let is_long = |entry: &String| entry.chars().count() > chars_max;
    if entries.len() > entries_max || entries.iter().any(is_long) {
        return Err(ApiError::field(
            field,
            format!("At most {entries_max} entries of at most {chars_max} characters are taken."),
        ));
    }
    Ok(Some(entries))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Fields {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn fields_are_read_leniently_and_refused_by_name() {
        let body = fields(json!({
            "name": " web ", "none": null, "blank": "", "wrong": 5, "on": "1", "many": ["a", " "],
            "lines": "a\nb\n", "two": "a\nb",
        }));
        assert_eq!(text(&body, "name", 5).unwrap().as_deref(), Some("web"));
        assert_eq!(text(&body, "none", 5).unwrap(), None);
        assert_eq!(text(&body, "missing", 5).unwrap(), None);
        for field in ["blank", "wrong", "two"] {
            assert!(text(&body, field, 5).is_err(), "{field}");
        }
        assert!(text(&body, "name", 2).is_err());
        assert_eq!(flag(&body, "on").unwrap(), Some(true));
        assert!(flag(&body, "name").is_err());
        assert_eq!(list(&body, "many", (1, 1)).unwrap().unwrap(), ["a"]);
        assert_eq!(list(&body, "lines", (2, 1)).unwrap().unwrap(), ["a", "b"]);
        assert!(list(&body, "lines", (1, 1)).is_err());
        assert!(list(&body, "wrong", (1, 1)).is_err());
    }
}
