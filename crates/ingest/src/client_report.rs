//! What SDKs dropped before sending (reference/PROTOCOL.md section 9.6).

use watchfire_event::Timestamp;
use watchfire_event::json::{Value, parse};
use watchfire_store::sampling::client::Client;

use crate::outcome::{Ledger, Outcome};

/// How many entries of one report are counted; SDKs send a handful.
const ENTRIES_MAX: usize = 100;
/// How many lost items one entry may count; a larger number is taken as this one, so that no client
/// can make the sums of the database overflow.
const QUANTITY_MAX: u64 = 1_000_000;
/// The same of the [`BYTE_CATEGORIES`]: about as much as one request may bring.
const BYTES_MAX: u64 = 100_000_000;
/// How far ahead a report's clock may be.
const FUTURE_MICROS_MAX: i64 = 60 * 1_000_000;
const MICROS_PER_DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The data categories that a report may name (reference/PROTOCOL.md section 6); others are
/// ignored, as they would make endless rows.
const CATEGORIES: [&str; 22] = [
    "default",
    "error",
    "transaction",
    "security",
    "attachment",
    "attachment_item",
    "session",
    "profile",
    "profile_chunk",
    "profile_chunk_ui",
    "replay",
    "monitor",
    "span",
    "feedback",
    "metric_bucket",
    "replay_video",
    "log_item",
    "log_byte",
    "trace_metric",
    "trace_metric_byte",
    "transaction_indexed",
    "internal",
];

/// Those of the [`CATEGORIES`] that count bytes (reference/PROTOCOL.md section 6).
const BYTE_CATEGORIES: [&str; 3] = ["attachment", "log_byte", "trace_metric_byte"];

/// Why SDKs drop. Any other reason is counted as [`OTHER_REASON`]: free text would make endless
/// rows.
const REASONS: [&str; 15] = [
    "queue_overflow",
    "cache_overflow",
    "buffer_overflow",
    "ratelimit_backoff",
    "network_error",
    "sample_rate",
    "before_send",
    "event_processor",
    "send_error",
    "internal_sdk_error",
    "insufficient_data",
    "backpressure",
    "ignored",
    "invalid",
    "no_parent_span",
];
const OTHER_REASON: &str = "other";
/// The reason of what a Relay between the SDK and us dropped; its own reasons are free text.
const RELAY_REASON: &str = "relay";

/// Counts what a report tells of what `client` dropped. What cannot be read of it is passed over.
pub(crate) fn count(
    payload: &[u8],
    client: &Client,
    ledger: &Ledger,
    (now, retention_days): (Timestamp, u32),
) {
    let Ok(report) = parse(payload) else {
        return;
    };
    if !is_timely(&report, now, retention_days) {
        return;
    }
    for entry in entries(&report, "discarded_events") {
        if let Some((category, quantity)) = read_entry(entry) {
            ledger.count_discard(category, reason(entry), quantity, client);
        }
    }
    let rate_limited = entries(&report, "rate_limited_events");
    for (category, quantity) in rate_limited.filter_map(read_entry) {
        ledger.count(category, Outcome::RateLimited(RELAY_REASON), quantity);
    }
    let filtered = entries(&report, "filtered_events");
    let sampled = entries(&report, "filtered_sampling_events");
    for (category, quantity) in filtered.chain(sampled).filter_map(read_entry) {
        ledger.count(category, Outcome::Filtered(RELAY_REASON.into()), quantity);
    }
}

fn entries<'a>(report: &'a Value<'a>, list: &str) -> impl Iterator<Item = &'a Value<'a>> {
    let entries = report.get(list).and_then(Value::as_array);
    entries.unwrap_or_default().iter().take(ENTRIES_MAX)
}

/// Whether the report is neither too old to matter nor from the future. One without a time is of
/// now.
fn is_timely(report: &Value<'_>, now: Timestamp, retention_days: u32) -> bool {
    let written_at = match report.get("timestamp") {
        Some(Value::Number(seconds)) => Timestamp::from_seconds(seconds.as_f64()),
        Some(Value::String(text)) => Timestamp::parse(text),
        _ => None,
    };
    let oldest = now.plus_micros(-i64::from(retention_days) * MICROS_PER_DAY);
    let newest = now.plus_micros(FUTURE_MICROS_MAX);
    written_at.is_none_or(|time| (oldest..=newest).contains(&time))
}

fn read_entry(entry: &Value<'_>) -> Option<(&'static str, u64)> {
    let category = one_of(&CATEGORIES, entry.get("category")?)?;
    let is_bytes = BYTE_CATEGORIES.contains(&category);
    let max = if is_bytes { BYTES_MAX } else { QUANTITY_MAX };
    let quantity = entry.get("quantity")?.as_u64()?.min(max);
    (quantity > 0).then_some((category, quantity))
}

fn reason(entry: &Value<'_>) -> &'static str {
    let known = entry.get("reason").and_then(|it| one_of(&REASONS, it));
    known.unwrap_or(OTHER_REASON)
}

fn one_of(names: &[&'static str], value: &Value<'_>) -> Option<&'static str> {
    let text = value.as_str()?;
    names.iter().copied().find(|name| *name == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_789_900_000_000_000);

    fn timely(report: &str) -> bool {
        is_timely(&parse(report.as_bytes()).expect("JSON"), NOW, 90)
    }

    fn entry(text: &str) -> Option<(&'static str, u64)> {
        read_entry(&parse(text.as_bytes()).expect("JSON"))
    }

    #[test]
    fn a_report_counts_unless_it_is_old_or_of_the_future() {
        assert!(timely("{}"));
        assert!(timely(r#"{"timestamp":1789900000.5}"#));
        assert!(timely(r#"{"timestamp":"2026-09-20T00:00:00Z"}"#));
        assert!(!timely(r#"{"timestamp":1789900061}"#));
        assert!(!timely(r#"{"timestamp":1589900000}"#));
    }

    #[test]
    fn an_entry_tells_category_and_quantity() {
        let small = entry(r#"{"reason":"sample_rate","category":"error","quantity":7}"#);
        assert_eq!(small, Some(("error", 7)));
    }

    #[test]
    fn absurd_quantities_are_bounded() {
        let huge = entry(r#"{"category":"span","quantity":4294967295}"#);
        assert_eq!(huge, Some(("span", 1_000_000)));
        let bytes = entry(r#"{"category":"attachment","quantity":99999999999}"#);
        assert_eq!(bytes, Some(("attachment", 100_000_000)));
    }

    #[test]
    fn a_reason_is_one_of_few() {
        let of = |text: &str| reason(&parse(text.as_bytes()).expect("JSON"));
        assert_eq!(of(r#"{"reason":"before_send"}"#), "before_send");
        assert_eq!(of(r#"{"reason":"whatever I like"}"#), "other");
        assert_eq!(of("{}"), "other");
    }

    #[test]
    fn an_entry_without_meaning_is_passed_over() {
        for text in [
            "5",
            "{}",
            r#"{"reason":"x","category":"error"}"#,
            r#"{"reason":"x","category":"error","quantity":0}"#,
            r#"{"reason":"x","category":"error","quantity":-1}"#,
            r#"{"reason":"x","category":"made up","quantity":1}"#,
        ] {
            assert_eq!(entry(text), None, "{text}");
        }
    }
}
