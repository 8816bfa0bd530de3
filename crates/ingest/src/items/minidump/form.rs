use serde_json::{Map, Value};

/// How deep `sentry[a][b]…` may go.
const DEPTH_MAX: usize = 16;

/// What the fields of a crash reporter's form say of the event: `sentry` as JSON, the same cut
/// into `sentry__1`, `sentry__2`…, and single values as `sentry[a][b]`. Other fields become
/// `extra`, as annotations of the crash reporter. Of two values for one place the later wins; JSON
/// that cannot be read is passed over.
pub(super) fn to_event(fields: &[(String, String)]) -> Value {
    let mut event = Value::Object(Map::new());
    let mut chunks: Vec<(u32, &str)> = Vec::new();
    let mut others = Map::new();
    for (name, text) in fields {
        if name == "sentry" {
            merge_json(&mut event, text);
        } else if let Some(index) = name.strip_prefix("sentry__").and_then(|it| it.parse().ok()) {
            chunks.push((index, text));
        } else if name.starts_with("sentry[") {
            if let Some(value) = nested_value(name, text) {
                merge(&mut event, value);
            }
        } else {
            others.insert(name.clone(), Value::String(text.clone()));
        }
    }
    chunks.sort_by_key(|(index, _)| *index);
    let joined: String = chunks.iter().map(|(_, text)| *text).collect();
    merge_json(&mut event, &joined);
    if !others.is_empty() {
        let mut extra = Value::Object(Map::from_iter([("extra".to_owned(), others.into())]));
        // What the event itself says of its extra counts more.
        merge(&mut extra, event);
        return extra;
    }
    event
}

/// The object that `sentry[a][b]` with this text stands for: `{"a": {"b": text}}`. `None` when the
/// name has another form or goes too deep.
fn nested_value(name: &str, text: &str) -> Option<Value> {
    let path = name.strip_prefix("sentry[")?.strip_suffix(']')?;
    let keys: Vec<&str> = path.split("][").collect();
    if keys.len() > DEPTH_MAX || keys.iter().any(|key| key.contains(['[', ']'])) {
        return None;
    }
    let leaf = Value::String(text.to_owned());
    Some(keys.iter().rev().fold(leaf, |value, key| {
        Value::Object(Map::from_iter([((*key).to_owned(), value)]))
    }))
}

/// Puts `from` over `into`: objects are merged, everything else is replaced.
pub(super) fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                match into.get_mut(&name) {
                    Some(place) => merge(place, value),
                    None => {
                        into.insert(name, value);
                    }
                }
            }
        }
        (into, from) => *into = from,
    }
}

fn merge_json(into: &mut Value, text: &str) {
    if let Ok(value @ Value::Object(_)) = serde_json::from_str(text) {
        merge(into, value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(fields: &[(&str, &str)], expected: &Value) {
        let fields: Vec<(String, String)> = fields
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        assert_eq!(to_event(&fields), *expected);
    }

    #[test]
    fn every_form_of_the_sentry_field_is_merged() {
        check(
            &[
                ("sentry", r#"{"release":"a@1","tags":{"x":"1"}}"#),
                ("sentry[tags][y]", "2"),
                ("sentry[user][id]", "7"),
                ("sentry__2", r#"":"prod"}"#),
                ("sentry__1", r#"{"environment"#),
            ],
            &json!({
                "release": "a@1", "environment": "prod",
                "tags": {"x": "1", "y": "2"}, "user": {"id": "7"},
            }),
        );
    }

    #[test]
    fn other_fields_are_extra() {
        check(
            &[("ptype", "renderer"), ("sentry[extra][ptype]", "browser")],
            &json!({"extra": {"ptype": "browser"}}),
        );
    }

    #[test]
    fn what_cannot_be_read_is_passed_over() {
        check(
            &[
                ("sentry", "{"),
                ("sentry__1", "5"),
                ("sentry[", "x"),
                ("sentry[a", "x"),
            ],
            &json!({}),
        );
        let deep = format!("sentry{}", "[a]".repeat(DEPTH_MAX + 1));
        assert_eq!(nested_value(&deep, "x"), None);
    }
}
