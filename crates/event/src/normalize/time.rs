use super::{NormalizeContext, Rejected};
use crate::json::{Object, Value};
use crate::place::Place;
use crate::{MetaError, Timestamp};

const MICROS_PER_SECOND: i64 = 1_000_000;
/// Smaller differences between the clocks are normal (reference/PROTOCOL.md section 4.1).
const CLOCK_DRIFT_MICROS_MIN: i64 = 55 * 60 * MICROS_PER_SECOND;
/// How far in the future an event may lie (section 4.1).
const FUTURE_MICROS_MAX: i64 = 60 * MICROS_PER_SECOND;
const MICROS_PER_DAY: i64 = 24 * 60 * 60 * MICROS_PER_SECOND;

/// Corrects all times of the event for the clock of the client, and returns when it happened
/// (section 4.1).
pub(super) fn repair(
    body: &mut Object<'_>,
    root: &mut Place<'_>,
    context: &NormalizeContext<'_>,
) -> Result<Timestamp, Rejected> {
    let received = context.received_at;
    body.insert("received", received.seconds());
    if let Some(sent_at) = context.sent_at {
        let drift = received.0.saturating_sub(sent_at.0);
        if drift.saturating_abs() >= CLOCK_DRIFT_MICROS_MIN {
            shift(body, drift);
            note(root, "clock_drift", sent_at, received);
        }
    }
    let Some(mut timestamp) = instant(body.get("timestamp")) else {
        body.insert("timestamp", received.seconds());
        stale_breadcrumbs(body, root);
        return Ok(received);
    };
    let oldest = i64::from(context.retention_days).saturating_mul(MICROS_PER_DAY);
    let age = received.0.saturating_sub(timestamp.0);
    if timestamp < Timestamp(0) {
        return Err(Rejected::Stale);
    }
    let repaired = match age {
        _ if age < -FUTURE_MICROS_MAX => Some("future_timestamp"),
        _ if age > oldest => Some("past_timestamp"),
        _ => None,
    };
    if let Some(kind) = repaired {
        shift(body, age);
        note(root, kind, timestamp, received);
        timestamp = received;
        body.insert("timestamp", received.seconds());
    }
    stale_breadcrumbs(body, root);
    Ok(timestamp)
}

fn instant(value: Option<&Value<'_>>) -> Option<Timestamp> {
    value
        .and_then(Value::as_f64)
        .and_then(Timestamp::from_seconds)
}

fn note(root: &mut Place<'_>, kind: &str, sdk_time: Timestamp, server_time: Timestamp) {
    let mut data = Object::new();
    data.insert("sdk_time", sdk_time.to_string());
    data.insert("server_time", server_time.to_string());
    let kind = kind.to_owned();
    root.key("timestamp")
        .note()
        .errors
        .push(MetaError { kind, data });
}

fn shift(body: &mut Object<'_>, micros: i64) {
    let move_one = |value: &mut Value<'_>| {
        if let Some(instant) = instant(Some(value)) {
            *value = Value::from(instant.plus_micros(micros).seconds());
        }
    };
    for key in ["timestamp", "start_timestamp"] {
        if let Some(value) = body.get_mut(key) {
            move_one(value);
        }
    }
    for breadcrumb in super::breadcrumbs::each(body) {
        if let Some(value) = breadcrumb.get_mut("timestamp") {
            move_one(value);
        }
    }
}

/// Breadcrumbs from before 1970 are taken out; null stays in their place.
fn stale_breadcrumbs(body: &mut Object<'_>, root: &mut Place<'_>) {
    let list = body
        .get_mut("breadcrumbs")
        .and_then(Value::as_object_mut)
        .and_then(|breadcrumbs| breadcrumbs.get_mut("values"))
        .and_then(Value::as_array_mut);
    for (index, breadcrumb) in list.into_iter().flatten().enumerate() {
        let time = breadcrumb.get("timestamp").and_then(Value::as_f64);
        if time.is_some_and(|seconds| seconds < 0.0) {
            let mut values = root.key("breadcrumbs");
            values
                .key("values")
                .index(index)
                .invalid(breadcrumb, "timestamp is too stale");
        }
    }
}
