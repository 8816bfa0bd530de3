use super::shape::{fields, json_string, string};
use crate::json::{Object, Value};
use crate::place::Place;

/// `logentry`, and the legacy `message` that any SDK may send in its stead
/// (reference/PROTOCOL.md section 8.3). `false` counts as absent; what is not an object is the
/// formatted text.
pub(super) fn logentry(value: &mut Value<'_>, place: &mut Place<'_>) {
    match value {
        Value::Null => {}
        Value::Bool(false) => *value = Value::Null,
        Value::Object(entry) => fields(entry, place, |key, value, place| {
            match key {
                "message" | "formatted" => string(value, place),
                "params" => {
                    let is_list = matches!(value, Value::Array(_) | Value::Object(_) | Value::Null);
                    if !is_list && place.is_as_relay() {
                        place.invalid(value, "expected message parameters");
                    }
                }
                _ => return false,
            }
            true
        }),
        _ => {
            json_string(value, place);
            place.wrap("formatted");
            let mut entry = Object::new();
            entry.insert("formatted", std::mem::take(value));
            *value = Value::Object(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::decode;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        let draft = decode(input.as_bytes()).expect("decodes");
        assert_eq!(crate::json::Value::Object(draft.body).to_json(), expected);
    }

    #[test]
    fn messages_of_every_kind_become_a_log_entry() {
        check(r#"{"message":"x"}"#, r#"{"logentry":{"formatted":"x"}}"#);
        check(r#"{"message":[1]}"#, r#"{"logentry":{"formatted":"[1]"}}"#);
        check(r#"{"message":false}"#, "{}");
        check(
            r#"{"sentry.interfaces.Message":{"message":"%s","params":[1]}}"#,
            r#"{"logentry":{"message":"%s","params":[1]}}"#,
        );
        check(
            r#"{"message":"lost","logentry":{"formatted":"kept"}}"#,
            r#"{"logentry":{"formatted":"kept"}}"#,
        );
    }
}
