//! The limit of a key as Sentry writes it: so many errors in so many seconds.

use serde_json::Value;

use crate::error::ApiError;
use crate::routes::quotas::{LIMIT_MAX, is_window};

const FIELD: &str = "rateLimit";

/// So many errors in a window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RateLimit {
    /// The length of the window.
    pub(super) window_seconds: i64,
    /// How many are taken in it.
    pub(super) count: i64,
}

/// The limit that a value stands for; nothing for null and for one of zeros or nulls.
pub(super) fn read(value: &Value) -> Result<Option<RateLimit>, ApiError> {
    let advice = || {
        ApiError::field(
            FIELD,
            "Send null for no limit, or for example {\"window\": 3600, \"count\": 1000}: the \
             window is 1 to 86400 seconds, or 2592000 for a calendar month, the count at least 1.",
        )
    };
    let limit = match value {
        Value::Null => return Ok(None),
        Value::Object(limit) => limit,
        _ => return Err(advice()),
    };
    let number = |name: &str| match limit.get(name) {
        None | Some(Value::Null) => Ok(0),
        Some(Value::String(text)) => text.trim().parse().or(Err(advice())),
        Some(value) => value.as_i64().ok_or_else(advice),
    };
    let (window_seconds, count) = (number("window")?, number("count")?);
    if window_seconds == 0 && count == 0 {
        return Ok(None);
    }
    if !is_window(window_seconds) || !(1..=LIMIT_MAX).contains(&count) {
        return Err(advice());
    }
    Ok(Some(RateLimit {
        window_seconds,
        count,
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_limit_has_a_window_and_a_count_or_is_none() {
        let limit = read(&json!({"window": 60, "count": "5"})).unwrap();
        assert_eq!(
            limit,
            Some(RateLimit {
                window_seconds: 60,
                count: 5
            })
        );
        for none in [json!(null), json!({}), json!({"window": 0, "count": null})] {
            assert_eq!(read(&none).unwrap(), None, "{none}");
        }
        for wrong in [
            json!(5),
            json!([]),
            json!({"window": 60}),
            json!({"count": 60}),
            json!({"window": -1, "count": 1}),
            json!({"window": 90_000, "count": 1}),
            json!({"window": 60, "count": 1.5}),
            json!({"window": "x", "count": 1}),
        ] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }
}
