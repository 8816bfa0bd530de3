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
    let drift = clock_drift_micros(received, context.sent_at);
    if let (Some(sent_at), true) = (context.sent_at, drift != 0) {
        shift(body, drift);
        note(root, "clock_drift", sent_at, received);
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

/// How many microseconds the client's clock is behind ours, to be added to its times.
///
/// `sent_at` is what that clock said when it sent. 0 when it is right within 55 minutes, or nobody
/// knows (reference/PROTOCOL.md section 4.1).
#[must_use]
pub fn clock_drift_micros(received_at: Timestamp, sent_at: Option<Timestamp>) -> i64 {
    let drift = sent_at.map_or(0, |sent_at| received_at.0.saturating_sub(sent_at.0));
    if drift.saturating_abs() < CLOCK_DRIFT_MICROS_MIN {
        return 0;
    }
    drift
}

fn instant(value: Option<&Value<'_>>) -> Option<Timestamp> {
    match value? {
        Value::String(text) => Timestamp::parse(text),
        value => value.as_f64().and_then(Timestamp::from_seconds),
    }
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
    let move_both = |object: &mut Object<'_>| {
        for key in ["timestamp", "start_timestamp"] {
            if let Some(value) = object.get_mut(key) {
                move_one(value);
            }
        }
    };
    move_both(body);
    super::breadcrumbs::each(body).for_each(move_both);
    if let Some(Value::Array(spans)) = body.get_mut("spans") {
        spans
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(move_both);
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

#[cfg(test)]
mod tests {
    use super::super::tests::{RECEIVED, context, event};
    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn only_a_clock_that_is_wrong_by_most_of_an_hour_is_corrected() {
        let drift = |micros: i64| clock_drift_micros(RECEIVED, Some(RECEIVED.plus_micros(-micros)));
        assert_eq!(clock_drift_micros(RECEIVED, None), 0);
        assert_eq!(drift(CLOCK_DRIFT_MICROS_MIN - 1), 0);
        assert_eq!(drift(CLOCK_DRIFT_MICROS_MIN), CLOCK_DRIFT_MICROS_MIN);
        assert_eq!(drift(-CLOCK_DRIFT_MICROS_MIN), -CLOCK_DRIFT_MICROS_MIN);
    }

    fn before(seconds: i64) -> Timestamp {
        RECEIVED.plus_micros(-seconds * MICROS_PER_SECOND)
    }

    /// An event of `age` seconds ago, sent `sent` seconds ago by its own clock, must end up
    /// `expected` seconds ago everywhere, with an error of this kind.
    #[track_caller]
    fn check(sent: Option<i64>, age: i64, expected: i64, error: Option<&str>) {
        let mut context = context();
        context.sent_at = sent.map(before);
        let (number, text) = (before(age).seconds(), before(age));
        let input = format!(
            r#"{{"timestamp":{number},"start_timestamp":{number},"breadcrumbs":[{{"timestamp":"{text}"}}],"spans":[{{"timestamp":{number},"start_timestamp":"{text}"}}]}}"#
        );
        let event = event(&input, &context);
        assert_eq!(event.timestamp, before(expected));
        let body = &event.body;
        let breadcrumb = body
            .get("breadcrumbs")
            .and_then(|list| list.get("values")?.as_array()?.first());
        let span = body.get_array("spans").and_then(<[_]>::first);
        let of = |holder: Option<&Value<'_>>, key| instant(holder?.get(key));
        for found in [
            instant(body.get("timestamp")),
            instant(body.get("start_timestamp")),
            of(breadcrumb, "timestamp"),
            of(span, "timestamp"),
            of(span, "start_timestamp"),
        ] {
            assert_eq!(found, Some(before(expected)));
        }
        let listed = body.get_array("errors").and_then(<[_]>::first);
        assert_eq!(listed.and_then(|error| error.get("type")?.as_str()), error);
        if let (Some(listed), Some("clock_drift")) = (listed, error) {
            let said = |key| listed.get(key).and_then(Value::as_str);
            assert_eq!(said("name"), Some("timestamp"));
            assert_eq!(
                said("sdk_time"),
                sent.map(|sent| before(sent).to_string()).as_deref()
            );
            assert_eq!(said("server_time"), Some(RECEIVED.to_string().as_str()));
        }
    }

    #[test]
    fn a_wrong_clock_moves_every_time_of_the_event() {
        check(Some(55 * 60), 55 * 60 + 7, 7, Some("clock_drift"));
        check(Some(-55 * 60), -55 * 60 + 7, 7, Some("clock_drift"));
        check(Some(55 * 60 - 1), 55 * 60, 55 * 60, None);
        check(None, 7, 7, None);
    }

    #[test]
    fn times_far_from_now_become_now() {
        check(None, -61, 0, Some("future_timestamp"));
        check(None, -60, -60, None);
        check(None, 90 * DAY, 90 * DAY, None);
        check(None, 90 * DAY + 1, 0, Some("past_timestamp"));
    }

    #[test]
    fn an_event_without_a_time_happened_when_it_was_received() {
        for input in [
            "{}",
            r#"{"timestamp":"soon"}"#,
            r#"{"timestamp":1789900000500}"#,
        ] {
            let event = event(input, &context());
            assert_eq!(event.timestamp, RECEIVED, "{input}");
            assert_eq!(instant(event.body.get("timestamp")), Some(RECEIVED));
            assert_eq!(instant(event.body.get("received")), Some(RECEIVED));
        }
    }

    #[test]
    fn breadcrumbs_from_before_1970_are_taken_out() {
        let event = event(
            r#"{"breadcrumbs":[{"timestamp":-1},{"timestamp":1}]}"#,
            &context(),
        );
        let list = event.body.get("breadcrumbs").map(Value::to_json);
        let expected = r#"{"values":[null,{"timestamp":1.0,"type":"default","level":"info"}]}"#;
        assert_eq!(list.as_deref(), Some(expected));
    }
}
