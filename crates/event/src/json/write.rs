//! Writes the compact JSON text of a tree.

use std::fmt::Write;

use super::scan::plain_length;
use super::{Number, Object, Value};

/// Appends a value.
pub(crate) fn write_value(value: &Value<'_>, output: &mut String) {
    match value {
        Value::Null => output.push_str("null"),
        Value::Bool(true) => output.push_str("true"),
        Value::Bool(false) => output.push_str("false"),
        Value::Number(number) => write_number(*number, output),
        Value::String(text) => write_string(text, output),
        Value::Array(items) => {
            output.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    output.push(',');
                }
                write_value(item, output);
            }
            output.push(']');
        }
        Value::Object(object) => {
            output.push('{');
            write_entries(object, output);
            output.push('}');
        }
    }
}

/// Appends the keys and values of an object without its braces.
pub(crate) fn write_entries(object: &Object<'_>, output: &mut String) {
    for (index, (key, value)) in object.iter().enumerate() {
        if index > 0 {
            output.push(',');
        }
        write_string(key, output);
        output.push(':');
        write_value(value, output);
    }
}

fn write_number(number: Number, output: &mut String) {
    match number {
        Number::Float(number) => {
            let text = serde_json::to_string(&number);
            output.push_str(text.as_deref().unwrap_or("null"));
        }
        // A `String` takes whatever is written.
        _ => drop(write!(output, "{number}")),
    }
}

/// Appends a string in quotes.
pub(crate) fn write_string(text: &str, output: &mut String) {
    output.push('"');
    let mut rest = text;
    loop {
        let (plain, special) = rest
            .split_at_checked(plain_length(rest.as_bytes()))
            .unwrap_or((rest, ""));
        output.push_str(plain);
        let mut characters = special.chars();
        match characters.next() {
            None => break,
            Some('"') => output.push_str("\\\""),
            Some('\\') => output.push_str("\\\\"),
            Some('\n') => output.push_str("\\n"),
            Some('\t') => output.push_str("\\t"),
            Some('\r') => output.push_str("\\r"),
            Some('\u{8}') => output.push_str("\\b"),
            Some('\u{c}') => output.push_str("\\f"),
            Some(control) => drop(write!(output, "\\u{:04x}", u32::from(control))),
        }
        rest = characters.as_str();
    }
    output.push('"');
}

#[cfg(test)]
mod tests {
    use crate::json::{Value, parse};

    #[test]
    fn the_text_is_the_one_that_serde_writes() {
        let text = r#"{"a":["\"\\\n\t\r\b\f\u001f ü",-17,0,1.5,1e300,-0.0,true,false],"":{},"\"":null,"x":[]}"#;
        let value = parse(text.as_bytes()).expect("reads");
        assert_eq!(
            value.to_json(),
            serde_json::to_string(&value).expect("writes")
        );
        assert_eq!(Value::Null.to_json(), "null");
    }
}
