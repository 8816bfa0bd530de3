use rmpv::{Integer, Value as Msgpack};
use serde_json::{Number, Value};

/// How deep lists and maps may nest; the schema of events is shallower.
const DEPTH_MAX: usize = 64;

/// Reads the first `MessagePack` value as JSON: keys that are no strings are written out, byte
/// strings become text, extensions and numbers that JSON cannot hold become null. `None` when the
/// bytes hold no value. One byte costs up to 40 in memory, so callers bound the bytes.
pub(super) fn to_json(mut bytes: &[u8]) -> Option<Value> {
    next(&mut bytes)
}

/// As [`to_json`], and moves `bytes` to what follows the value.
pub(super) fn next(bytes: &mut &[u8]) -> Option<Value> {
    let value = rmpv::decode::read_value_with_max_depth(bytes, DEPTH_MAX).ok()?;
    Some(convert(value))
}

fn convert(value: Msgpack) -> Value {
    match value {
        Msgpack::Nil | Msgpack::Ext(..) => Value::Null,
        Msgpack::Boolean(flag) => Value::Bool(flag),
        Msgpack::Integer(number) => Value::Number(integer(number)),
        Msgpack::F32(number) => float(number.into()),
        Msgpack::F64(number) => float(number),
        Msgpack::String(text) => Value::String(lossy(text.as_bytes())),
        Msgpack::Binary(bytes) => Value::String(lossy(&bytes)),
        Msgpack::Array(values) => Value::Array(values.into_iter().map(convert).collect()),
        Msgpack::Map(entries) => entries
            .into_iter()
            .map(|(name, value)| (key(&name), convert(value)))
            .collect(),
    }
}

fn integer(number: Integer) -> Number {
    match (number.as_i64(), number.as_u64()) {
        (Some(number), _) => number.into(),
        (None, Some(number)) => number.into(),
        // Every integer of the format is one of the two.
        (None, None) => 0.into(),
    }
}

fn float(number: f64) -> Value {
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

fn key(name: &Msgpack) -> String {
    match name {
        Msgpack::String(text) => lossy(text.as_bytes()),
        other => other.to_string(),
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_becomes_json() {
        // {"a": [1, -1, 1.5, true, nil], 2: bin "x", "n": NaN}
        let bytes = [
            0x83, 0xa1, b'a', 0x95, 0x01, 0xff, 0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc3, 0xc0,
            0x02, 0xc4, 0x01, b'x', 0xa1, b'n', 0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0,
        ];
        let expected = json!({"a": [1, -1, 1.5, true, null], "2": "x", "n": null});
        assert_eq!(to_json(&bytes), Some(expected));
    }

    #[test]
    fn what_is_cut_off_or_too_deep_is_no_value() {
        assert_eq!(to_json(&[]), None);
        assert_eq!(to_json(&[0x83, 0xa1, b'a']), None);
        assert_eq!(to_json(&[0xdd, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(to_json(&[0x91; 10_000]), None);
    }
}
