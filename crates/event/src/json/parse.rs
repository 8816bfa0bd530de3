use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Number, Object, Value, quick, repair};

/// Why a text is not JSON, even after repair.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// Objects and lists nest deeper than 127 levels, the depth Relay reads.
    #[error("recursion limit exceeded")]
    TooDeep,
    /// Anything else, with the place.
    #[error("{0}")]
    Syntax(String),
}

/// Reads one JSON value.
///
/// Lone surrogate escapes become U+FFFD, NUL becomes U+FFFD, bare `NaN` and `Infinity` become 0,
/// numbers beyond the range of a float become the largest float, bytes that are not UTF-8 become
/// U+FFFD, raw control characters in strings are kept, and a byte order mark is skipped
/// (reference/PROTOCOL.md section 8.0b). Of duplicate keys the last wins.
///
/// # Errors
/// [`JsonError`] when the text is not JSON even so.
pub fn parse(bytes: &[u8]) -> Result<Value<'_>, JsonError> {
    // PostgreSQL text refuses NUL.
    read(bytes, '\u{fffd}')
}

/// As [`parse()`], but keeps NUL where the text needs no repair: for what is not stored.
pub(crate) fn parse_with_nul(bytes: &[u8]) -> Result<Value<'_>, JsonError> {
    read(bytes, '\0')
}

fn read(bytes: &[u8], nul: char) -> Result<Value<'_>, JsonError> {
    if let Some(value) = quick::read(bytes, nul) {
        return Ok(value);
    }
    match serde_json::from_slice(bytes) {
        Ok(value) => Ok(value),
        Err(_) => match repair::repair(bytes) {
            Some(repaired) => serde_json::from_slice::<Value<'_>>(&repaired)
                .map(Value::into_owned)
                .map_err(|error| classify(&error)),
            None => match serde_json::from_slice::<Value<'_>>(bytes) {
                Ok(value) => Ok(value),
                Err(error) => Err(classify(&error)),
            },
        },
    }
}

fn classify(error: &serde_json::Error) -> JsonError {
    let text = error.to_string();
    if text.starts_with("recursion limit exceeded") {
        JsonError::TooDeep
    } else {
        JsonError::Syntax(text)
    }
}

/// Replaces NUL, which PostgreSQL text refuses. Only escaped strings can hold it.
fn without_nul(text: &str) -> String {
    if memchr::memchr(0, text.as_bytes()).is_some() {
        text.replace('\0', "\u{fffd}")
    } else {
        text.to_owned()
    }
}

struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(without_nul(text))))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(Number::Unsigned(number)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Value::Number(Number::Signed(number)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Value::Number(Number::Float(number)))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Owned(without_nul(text))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((Key(key), value)) = map.next_entry::<Key<'de>, Value<'de>>()? {
            entries.push((key, value));
        }
        Ok(Value::Object(Object::from_entries(entries)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &[u8], expected: &str) {
        assert_eq!(parse(input).expect("reads").to_json(), expected);
    }

    #[test]
    fn plain_json_is_read_as_it_is() {
        check(
            br#"{"a":[1,-2,1.5,true,null,"x"]}"#,
            r#"{"a":[1,-2,1.5,true,null,"x"]}"#,
        );
    }

    #[test]
    fn strings_without_escapes_borrow_from_the_input() {
        let value = parse(br#"["plain","esc\n"]"#).expect("reads");
        let items = value.as_array().expect("a list");
        assert!(matches!(items[0], Value::String(Cow::Borrowed("plain"))));
    }

    #[test]
    fn the_last_of_duplicate_keys_wins() {
        check(br#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#);
        let many: String = (0..40).map(|index| format!(r#""k{index}":0,"#)).collect();
        let value = parse(format!(r#"{{{many}"k7":1}}"#).as_bytes())
            .expect("reads")
            .into_owned();
        assert_eq!(value.get("k7").and_then(Value::as_u64), Some(1));
        assert_eq!(value.as_object().map(Object::len), Some(40));
    }

    #[test]
    fn what_real_sdks_get_wrong_is_repaired() {
        check(br#"{"a":"x\ud83dy"}"#, "{\"a\":\"x\u{fffd}y\"}");
        check(br#"{"a":"\udc00"}"#, "{\"a\":\"\u{fffd}\"}");
        check(
            br#"{"a":"\ud83d\ude00 \ud83d"}"#,
            "{\"a\":\"\u{1f600} \u{fffd}\"}",
        );
        check(br#"{"a":"x\u0000y"}"#, "{\"a\":\"x\u{fffd}y\"}");
        check(
            br#"{"a":NaN,"b":[-Infinity,Infinity]}"#,
            r#"{"a":0,"b":[0,0]}"#,
        );
        check(
            br#"{"a":1e400,"b":-1e400}"#,
            r#"{"a":1.7976931348623157e+308,"b":-1.7976931348623157e+308}"#,
        );
        check(b"\xef\xbb\xbf{\"a\":1}", r#"{"a":1}"#);
        check(b"{\"a\":\"\xff\"}", "{\"a\":\"\u{fffd}\"}");
        check(b"{\"a\":\"x\ny\"}", r#"{"a":"x\ny"}"#);
        check(
            br#"{"text":"NaN \"Infinity\" 1e400","a":NaN}"#,
            r#"{"text":"NaN \"Infinity\" 1e400","a":0}"#,
        );
    }

    #[test]
    fn integers_beyond_64_bits_become_floats() {
        check(
            b"[123456789012345678901234567890]",
            "[1.2345678901234568e+29]",
        );
    }

    #[test]
    fn what_is_not_json_is_refused_with_the_place() {
        assert!(
            matches!(parse(b"{\"a\":"), Err(JsonError::Syntax(text)) if text.contains("line 1"))
        );
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(matches!(parse(deep.as_bytes()), Err(JsonError::TooDeep)));
    }
}
