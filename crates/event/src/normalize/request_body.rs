use std::borrow::Cow;

use super::request::header;
use crate::decode::parse_form;
use crate::json::{Object, Value, parse};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// Reads a body that came as text, and says of what type it is: what reading it showed, else what
/// the header claims (reference/PROTOCOL.md section 8.3).
pub(super) fn normalize(request: &mut Object<'_>) {
    let parsed = request.get_str("data").and_then(read);
    let kind = match parsed {
        Some((kind, value)) => {
            request.insert("data", value);
            Some(kind.to_owned())
        }
        // A body that is an object was read before, here or in the SDK.
        None if request
            .get("inferred_content_type")
            .is_some_and(|kind| !kind.is_null()) =>
        {
            None
        }
        None => header(request, "content-type")
            .and_then(|value| value.split(';').next())
            .map(|kind| kind.trim().to_owned()),
    };
    if let Some(kind) = kind {
        request.insert("inferred_content_type", kind);
    }
}

fn read(text: &str) -> Option<(&'static str, Value<'static>)> {
    match text.trim_start().as_bytes().first()? {
        b'{' | b'[' => {
            let value = parse(text.as_bytes()).ok()?;
            Some((JSON, value.into_owned()))
        }
        _ => Some((FORM, read_form(text)?)),
    }
}

/// A form, unless the text only looks like one: XML, or base64 with its `=` at the end.
fn read_form(text: &str) -> Option<Value<'static>> {
    let blank = |byte: u8| byte.is_ascii_whitespace() || byte.is_ascii_control();
    if !text.is_ascii() || text.starts_with('<') || text.bytes().any(blank) {
        return None;
    }
    let mut fields: Vec<(Cow<'static, str>, Value<'static>)> = Vec::new();
    for (name, value) in parse_form(text) {
        fields.push((name.into(), value.into()));
    }
    let plausible = match fields.as_slice() {
        [] => false,
        [(_, value)] => !matches!(value.as_str(), Some("" | "=")),
        _ => true,
    };
    plausible.then(|| Value::Object(fields.into_iter().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str)>) {
        let found = read(text).map(|(kind, value)| (kind, value.to_json()));
        let expected = expected.map(|(kind, json)| (kind, json.to_owned()));
        assert_eq!(found, expected);
    }

    #[test]
    fn json_and_forms_are_recognised() {
        check(r#"{"a":1}"#, Some((JSON, r#"{"a":1}"#)));
        check("a=1&b=2+3", Some((FORM, r#"{"a":"1","b":"2 3"}"#)));
    }

    #[test]
    fn text_that_only_looks_like_a_form_stays_text() {
        for text in [
            "",
            "foo",
            "dGU=",
            "dA==",
            "<?xml a=\"b\"?>",
            r#"{"a":"#,
            "x = 1\ny",
        ] {
            check(text, None);
        }
    }
}
