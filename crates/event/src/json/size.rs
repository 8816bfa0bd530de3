use super::{Number, Value};

impl Value<'_> {
    /// The estimated length of the value's JSON text in bytes: escapes in strings are not counted.
    /// Relay measures its size limits so (reference/PROTOCOL.md section 8.0).
    #[must_use]
    pub fn json_size(&self) -> usize {
        match self {
            Value::Array(items) => {
                let inner: usize = items.iter().map(Value::json_size).sum();
                inner + separators(items.len()) + 2
            }
            Value::Object(object) => {
                let entry = |(key, value): (&str, &Value<'_>)| key.len() + 3 + value.json_size();
                let inner: usize = object.iter().map(entry).sum();
                inner + separators(object.len()) + 2
            }
            _ => self.flat_json_size(),
        }
    }

    /// The same, but lists and objects count as empty ones.
    pub(crate) fn flat_json_size(&self) -> usize {
        match self {
            Value::Null | Value::Bool(true) => 4,
            Value::Bool(false) => 5,
            Value::Number(Number::Unsigned(number)) => digits(*number),
            Value::Number(Number::Signed(number)) => digits(number.unsigned_abs()) + 1,
            Value::Number(number) => number.to_string().len(),
            Value::String(text) => text.len() + 2,
            Value::Array(_) | Value::Object(_) => 2,
        }
    }
}

fn separators(count: usize) -> usize {
    count.saturating_sub(1)
}

fn digits(number: u64) -> usize {
    number
        .checked_ilog10()
        .and_then(|log| usize::try_from(log).ok())
        .map_or(1, |log| log + 1)
}

#[cfg(test)]
mod tests {
    use crate::json::parse;

    #[test]
    fn sizes_are_those_of_the_compact_text() {
        let text = r#"{"a":["Hello",-17,1.5,false,{"b":42,"c":true},null,0,10],"d":{}}"#;
        assert_eq!(
            parse(text.as_bytes()).expect("reads").json_size(),
            text.len()
        );
    }
}
