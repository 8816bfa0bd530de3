//! The coercions that every field goes through (reference/PROTOCOL.md section 8.0). Null is left
//! alone by all of them; a value that cannot be coerced becomes null with a note.

use std::net::IpAddr;

use crate::json::{Number, Object, Value};
use crate::place::Place;
use crate::{Level, MetaError, Timestamp};

/// What SDKs send for the address that the server should fill in.
pub(crate) const IP_AUTO: &str = "{{auto}}";

/// Shapes the fields of an object. `shape` says whether it knows the key; a known field that is
/// null with nothing noted about it is dropped, as absent fields and null ones mean the same.
pub(super) fn fields<'a>(
    object: &mut Object<'a>,
    place: &mut Place<'_>,
    mut shape: impl FnMut(&str, &mut Value<'a>, &mut Place<'_>) -> bool,
) {
    object.retain(|key, value| {
        let mut here = place.key(key);
        let known = shape(key, value, &mut here);
        !(known && value.is_null()) || here.is_noted()
    });
}

/// The object here, or `None` after noting that it is something else.
pub(super) fn object<'v, 'a>(
    value: &'v mut Value<'a>,
    place: &mut Place<'_>,
) -> Option<&'v mut Object<'a>> {
    object_or(value, place, "expected an object")
}

/// The object here, or `None` after noting that it is something else, as Relay says it.
pub(super) fn object_or<'v, 'a>(
    value: &'v mut Value<'a>,
    place: &mut Place<'_>,
    reason: &str,
) -> Option<&'v mut Object<'a>> {
    if !matches!(value, Value::Object(_) | Value::Null) {
        place.invalid(value, reason);
    }
    value.as_object_mut()
}

/// Takes an empty list or object for an absent one, where Relay does.
pub(super) fn skip_empty(value: &mut Value<'_>) {
    let is_empty = match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    };
    if is_empty {
        *value = Value::Null;
    }
}

/// Any object with at least one key; without keys it counts as absent.
pub(super) fn filled_object(value: &mut Value<'_>, place: &mut Place<'_>) {
    object(value, place);
    skip_empty(value);
}

/// Any object, whatever is in it.
pub(super) fn any_object(value: &mut Value<'_>, place: &mut Place<'_>) {
    object(value, place);
}

/// A list; `item` shapes each element.
pub(super) fn list<'a>(
    value: &mut Value<'a>,
    place: &mut Place<'_>,
    item: impl Fn(&mut Value<'a>, &mut Place<'_>),
) {
    match value {
        Value::Array(items) => {
            for (index, element) in items.iter_mut().enumerate() {
                item(element, &mut place.index(index));
            }
        }
        Value::Null => {}
        _ => place.invalid(value, "expected an array"),
    }
}

/// An object; `item` shapes each value, and null values stay.
pub(super) fn map<'a>(
    value: &mut Value<'a>,
    place: &mut Place<'_>,
    item: impl Fn(&mut Value<'a>, &mut Place<'_>),
) {
    if let Some(object) = object(value, place) {
        for (key, value) in object.iter_mut() {
            item(value, &mut place.key(key));
        }
    }
}

/// `Values`: a list, an object with the key `values`, or one bare element. An object without keys
/// counts as absent.
pub(super) fn values<'a>(
    value: &mut Value<'a>,
    place: &mut Place<'_>,
    item: impl Fn(&mut Value<'a>, &mut Place<'_>),
) {
    match value {
        Value::Null => return,
        Value::Object(object) if object.is_empty() => {
            *value = Value::Null;
            return;
        }
        Value::Object(object) if object.contains_key("values") => {}
        Value::Array(_) => {
            place.wrap("values");
            wrap(value);
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return place.invalid(value, "expected a list or values object");
        }
        Value::Object(_) => {
            place.wrap("0");
            place.wrap("values");
            *value = Value::Array(vec![std::mem::take(value)]);
            wrap(value);
        }
    }
    let Value::Object(object) = value else {
        return;
    };
    let alone = object.len() == 1;
    if let Some(items) = object.get_mut("values") {
        list(items, &mut place.key("values"), item);
        if alone && items.is_null() && !place.is_noted() {
            *value = Value::Null;
        }
    }
}

fn wrap(value: &mut Value<'_>) {
    let mut object = Object::new();
    object.insert("values", std::mem::take(value));
    *value = Value::Object(object);
}

/// A string and nothing else.
pub(super) fn string(value: &mut Value<'_>, place: &mut Place<'_>) {
    if !matches!(value, Value::String(_) | Value::Null) {
        place.invalid(value, "expected a string");
    }
}

/// A list of strings; an empty one counts as absent.
pub(super) fn strings(value: &mut Value<'_>, place: &mut Place<'_>) {
    list(value, place, string);
    skip_empty(value);
}

/// Floats below this are exact to the unit; Relay refuses others.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// A string; numbers lose their fraction and booleans are written as Python does.
pub(super) fn lenient_string(value: &mut Value<'_>, place: &mut Place<'_>) {
    let text = match value {
        Value::String(_) | Value::Null => return,
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(Number::Float(number))
            if place.is_as_relay() && number.abs() >= EXACT_MAX =>
        {
            return place.invalid(value, "expected a number with JSON precision");
        }
        Value::Number(Number::Float(number)) => number.trunc().to_string(),
        Value::Number(number) => number.to_string(),
        Value::Array(_) | Value::Object(_) => {
            return place.invalid(value, "expected a primitive value");
        }
    };
    *value = Value::from(text);
}

/// A string; anything else is written as JSON, the keys of objects in their order.
pub(super) fn json_string(value: &mut Value<'_>, _: &mut Place<'_>) {
    if !matches!(value, Value::String(_) | Value::Null) {
        sort_keys(value);
        *value = Value::from(value.to_json());
    }
}

fn sort_keys(value: &mut Value<'_>) {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<_> = std::mem::take(object).into_iter().collect();
            entries.sort_by(|left, right| left.0.cmp(&right.0));
            entries.iter_mut().for_each(|(_, value)| sort_keys(value));
            *object = entries.into_iter().collect();
        }
        Value::Array(items) => items.iter_mut().for_each(sort_keys),
        _ => {}
    }
}

/// `true` or `false`.
pub(super) fn boolean(value: &mut Value<'_>, place: &mut Place<'_>) {
    if !matches!(value, Value::Bool(_) | Value::Null) {
        place.invalid(value, "expected a boolean");
    }
}

/// A whole number that is not negative; floats lose their fraction, numeric strings do not count.
pub(super) fn unsigned(value: &mut Value<'_>, place: &mut Place<'_>) {
    let number = match value {
        Value::Null | Value::Number(Number::Unsigned(_)) => return,
        Value::Number(Number::Float(number)) => whole(*number),
        _ => value.as_u64(),
    };
    match number {
        Some(number) => *value = Value::from(number),
        None => place.invalid(value, "expected an unsigned integer"),
    }
}

/// A float without its fraction, where that is a whole number that is not negative.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked before"
)]
fn whole(number: f64) -> Option<u64> {
    const MAX: f64 = 18_446_744_073_709_551_616.0;
    (number > -1.0 && number < MAX).then_some(number as u64)
}

/// A number of any kind.
pub(super) fn number(value: &mut Value<'_>, place: &mut Place<'_>) {
    if !matches!(value, Value::Number(_) | Value::Null) {
        place.invalid(value, "expected a floating point number");
    }
}

/// An id that may be a number or a string, as threads have.
pub(super) fn number_or_string(value: &mut Value<'_>, place: &mut Place<'_>) {
    if !matches!(value, Value::Number(_) | Value::String(_) | Value::Null) {
        place.invalid(value, "expected a thread id");
    }
}

/// A memory address: a number, or digits in a string with `0x` for hexadecimal ones; written as
/// `0x…`. Negative numbers are those of the upper half.
pub(super) fn address(value: &mut Value<'_>, place: &mut Place<'_>) {
    address_or(value, place, "expected address");
}

/// The value of a register, as [`address`].
pub(super) fn register(value: &mut Value<'_>, place: &mut Place<'_>) {
    address_or(value, place, "expected register value");
}

fn address_or(value: &mut Value<'_>, place: &mut Place<'_>, reason: &str) {
    let address = match value {
        Value::Null => return,
        Value::Number(Number::Unsigned(number)) => Ok(*number),
        Value::Number(Number::Signed(number)) => Ok(number.cast_unsigned()),
        Value::Number(number) if !place.is_as_relay() => {
            number.as_u64().ok_or_else(|| reason.to_owned())
        }
        Value::String(text) => match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => text.parse(),
        }
        .map_err(|error| error.to_string()),
        _ => Err(reason.to_owned()),
    };
    match address {
        Ok(address) => *value = Value::from(format!("{address:#x}")),
        Err(reason) => place.invalid(value, &reason),
    }
}

/// An instant, as seconds since 1970 or as a date; becomes float seconds.
pub(super) fn timestamp(value: &mut Value<'_>, place: &mut Place<'_>) {
    let instant = match value {
        Value::Null => return,
        Value::Number(number) => Timestamp::from_seconds(number.as_f64()),
        Value::String(text) => Timestamp::parse(text),
        _ => None,
    };
    match instant {
        Some(instant) => *value = Value::from(instant.seconds()),
        None => {
            let reason = match value {
                Value::Number(_) => "timestamp out of range",
                Value::String(text) => wrong_in_date(text),
                _ => "expected a timestamp",
            };
            place.invalid(value, reason);
        }
    }
}

/// What is wrong with a text that is no date, as Relay says it.
fn wrong_in_date(text: &str) -> &'static str {
    const FORM: &str = "0000-00-00 00:00:00";
    let fits = |(found, wanted): (char, char)| match wanted {
        '0' => found.is_ascii_digit(),
        ' ' => matches!(found, ' ' | 't' | 'T'),
        _ => found == wanted,
    };
    match text.len() {
        length if !text.chars().zip(FORM.chars()).all(fits) && length > 0 => {
            "input contains invalid characters"
        }
        length if length <= FORM.len() && !text.contains(['t', 'T']) => "premature end of input",
        length if length < FORM.len() => "premature end of input",
        _ => "input is out of range",
    }
}

/// A level by name or by Python's number; becomes its name.
pub(super) fn level(value: &mut Value<'_>, place: &mut Place<'_>) {
    let level = match value {
        Value::Null => return,
        Value::String(name) => Level::parse(name),
        Value::Number(_) => value
            .as_u64()
            .and_then(|number| i64::try_from(number).ok())
            .and_then(Level::from_number),
        _ => None,
    };
    match level {
        Some(level) => *value = Value::from(level.as_str()),
        None => match value {
            Value::String(_) => place.invalid(value, "invalid level"),
            Value::Number(Number::Unsigned(_) | Number::Signed(_)) => {
                let error = MetaError {
                    kind: "invalid_data".to_owned(),
                    data: Object::new(),
                };
                place.error(error, value);
            }
            _ => place.invalid(value, "expected a level"),
        },
    }
}

/// An address of the internet, or the text that asks the server to fill it in.
pub(super) fn ip(value: &mut Value<'_>, place: &mut Place<'_>) {
    let valid = match value {
        Value::Null => true,
        Value::String(text) => text == IP_AUTO || text.parse::<IpAddr>().is_ok(),
        _ => false,
    };
    if !valid {
        place.invalid(value, "expected an ip address");
    }
}

/// An id of `digits` hexadecimal digits that are not all zero; becomes lower case. Dashes are
/// taken out, as SDKs write UUIDs with and without them. `name` is what Relay calls it.
pub(super) fn hex_id(value: &mut Value<'_>, place: &mut Place<'_>, digits: usize, name: &str) {
    let Value::String(text) = value else {
        if !value.is_null() {
            place.invalid(value, &format!("expected {name}"));
        }
        return;
    };
    let parsed = uuid::Uuid::parse_str(text);
    let mut id = match &parsed {
        Ok(id) if digits == UUID_DIGITS => id.simple().to_string(),
        _ => text.replace('-', ""),
    };
    id.make_ascii_lowercase();
    // Relay takes no dashes at other places than those of a UUID.
    let wrong = parsed.err().filter(|_| name == EVENT_ID);
    let is_valid = id.len() == digits
        && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        && id.bytes().any(|byte| byte != b'0')
        && !(wrong.is_some() && place.is_as_relay());
    if !is_valid {
        let not_valid = || format!("not a valid {name}");
        let reason = wrong.map_or_else(not_valid, |error| error.to_string());
        place.invalid(value, &reason);
    } else if id != *text {
        *text = id.into();
    }
}

const UUID_DIGITS: usize = 32;

/// What Relay calls the id of an event.
pub(super) const EVENT_ID: &str = "event id";
