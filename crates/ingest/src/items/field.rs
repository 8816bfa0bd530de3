//! How the fields are read that several kinds of items have in common.

use watchfire_event::json::Value;
use watchfire_event::{EventId, Timestamp};

use super::flaw::Flaw;

/// How far ahead of the server a clock may be (reference/PROTOCOL.md sections 9.3 and 9.4).
pub(crate) const FUTURE_MICROS_MAX: i64 = 60 * 1_000_000;
pub(crate) const MICROS_PER_DAY: i64 = 24 * 60 * 60 * 1_000_000;
/// What is older than this many days is of no use (reference/PROTOCOL.md section 9.4).
const AGE_DAYS_MAX: i64 = 90;

/// Reads a time as SDKs write it: seconds since 1970, or RFC 3339
/// (reference/PROTOCOL.md section 8.0).
pub(crate) fn time(value: &Value<'_>) -> Option<Timestamp> {
    match value {
        Value::Number(seconds) => Timestamp::from_seconds(seconds.as_f64()),
        Value::String(text) => Timestamp::parse(text),
        _ => None,
    }
}

/// Whether this is the id of a trace: 32 hexadecimal digits that are not all zero.
pub(crate) fn is_trace_id(text: &str) -> bool {
    let id: Result<EventId, _> = text.parse();
    id.is_ok_and(|id| !id.0.is_nil())
}

/// Whether this is the id of a span: 16 hexadecimal digits that are not all zero.
pub(crate) fn is_span_id(text: &str) -> bool {
    text.len() == 16
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte != b'0')
}

/// Whether a time is neither before 1970 nor older than what is kept. One from the future is
/// moved to now by whoever keeps it (reference/PROTOCOL.md sections 4.1 and 9.4).
///
/// # Errors
/// A [`Flaw`] with the reason `timestamp`.
pub(crate) fn check_age(time: Timestamp, now: Timestamp) -> Result<(), Flaw> {
    let oldest = now.plus_micros(-AGE_DAYS_MAX * MICROS_PER_DAY);
    if time < Timestamp(0) {
        Err(Flaw::new("timestamp", "is from before 1970"))
    } else if time < oldest {
        Err(Flaw::new("timestamp", "is older than 90 days"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_hexadecimal_and_not_zero() {
        assert!(is_trace_id("9f07c335e9984e8f80194500833c5aae"));
        assert!(is_trace_id("9f07c335-e998-4e8f-8019-4500833c5aae"));
        assert!(!is_trace_id("00000000000000000000000000000000"));
        assert!(!is_trace_id("9f07c335"));
        assert!(is_span_id("8e2ca0d52d3568d8"));
        assert!(!is_span_id("0000000000000000"));
        assert!(!is_span_id("8e2ca0d52d3568dg"));
        assert!(!is_span_id("8e2ca0d52d3568d"));
    }

    #[test]
    fn old_times_are_of_no_use_and_future_ones_are() {
        let now = Timestamp(1_789_900_000_000_000);
        assert_eq!(check_age(now, now), Ok(()));
        assert_eq!(check_age(now.plus_micros(MICROS_PER_DAY), now), Ok(()));
        let words = |time| check_age(time, now).map_err(|flaw| flaw.words);
        let old = now.plus_micros(-91 * MICROS_PER_DAY);
        assert_eq!(words(old), Err("is older than 90 days".into()));
        assert_eq!(words(Timestamp(-1)), Err("is from before 1970".into()));
    }
}
