//! Containers of metrics that belong to traces (reference/PROTOCOL.md section 9.4).

use watchfire_event::Timestamp;

use super::Findings;
use super::container::{Container, attribute_bytes, bytes_of};
use super::field::{check_age, is_trace_id};
use super::flaw::Flaw;
use super::raw::Raw;
use crate::envelope::ItemHeader;
use crate::limits::Limits;
use crate::outcome::DataCategory;

const METRICS: Container = Container {
    entry: "metric",
    content_type: "application/vnd.sentry.items.trace-metric+json",
    category: DataCategory::TraceMetric,
    byte_category: Some(DataCategory::TraceMetricByte),
    too_large: "too_large:trace_metric",
};
const KINDS: [&str; 3] = ["counter", "gauge", "distribution"];
/// What a value counts as, whatever its digits.
const VALUE_BYTES: u64 = 8;

/// What of a container of metrics is good; `now` is the time on the sender's clock. Metrics count
/// in pieces and in bytes, which are those of the name, the value and the attributes.
pub(crate) fn look(
    payload: &[u8],
    header: &ItemHeader,
    now: Timestamp,
    limits: &Limits,
) -> Findings {
    METRICS.look(payload, header, limits.trace_metric_bytes_max, |entry| {
        check(entry, now)
    })
}

fn check(entry: Raw<'_>, now: Timestamp) -> Result<u64, Flaw> {
    let invalid = |words| Flaw::new("invalid_trace_metric", words);
    let [time, trace_id, name, kind, value, attributes] = entry.pick([
        "timestamp",
        "trace_id",
        "name",
        "type",
        "value",
        "attributes",
    ])?;
    let time = time.and_then(Raw::time);
    check_age(time.ok_or(invalid("lacks timestamp"))?, now)?;
    let trace_id = trace_id.and_then(Raw::text);
    if !is_trace_id(&trace_id.ok_or(invalid("lacks trace_id"))?) {
        return Err(invalid("has a trace_id that is none"));
    }
    // Any other character of a name is replaced by whoever keeps it.
    let name = name.and_then(Raw::text).filter(|name| !name.is_empty());
    let name = name.ok_or(invalid("lacks name"))?;
    let kind = kind.and_then(Raw::text).ok_or(invalid("lacks type"))?;
    if !KINDS.contains(&kind.as_ref()) {
        return Err(invalid("has an unknown type"));
    }
    if value.and_then(Raw::number).is_none() {
        return Err(invalid("has a value that is not a number"));
    }
    let bytes = bytes_of(name.len()).saturating_add(attributes.map_or(0, attribute_bytes));
    Ok(bytes.saturating_add(VALUE_BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::raw::tests::check_hostile;

    const NOW: Timestamp = Timestamp(1_795_249_275_000_000);
    /// As sentry-sdk 2.75.0 for Python wrote it.
    const REAL: &str = r#"{"timestamp":1795249274.9010587,"name":"latency","type":"distribution","value":12.5,"attributes":{"server.address":{"value":"web-1","type":"string"}},"trace_id":"284891476a4646e7a298f2cb1ac1b1c0","unit":"millisecond"}"#;

    fn container(entry: &str) -> Findings {
        let payload = format!(r#"{{"version":2,"items":[{entry}]}}"#);
        let header = ItemHeader {
            item_count: Some(1),
            content_type: Some(METRICS.content_type.to_owned()),
            ..ItemHeader::default()
        };
        look(payload.as_bytes(), &header, NOW, &Limits::default())
    }

    #[track_caller]
    fn check_bad(entry: &str, reason: &str, message: &str) {
        let findings = container(entry);
        assert_eq!(findings.good, []);
        assert_eq!(
            (findings.bad[0].reason, &*findings.bad[0].message),
            (reason, message)
        );
    }

    #[test]
    fn a_metric_of_a_real_sdk_counts_in_pieces_and_bytes() {
        let findings = container(REAL);
        assert_eq!(findings.bad, []);
        let bytes = "latency".len() + 8 + "server.addressweb-1".len();
        let expected = [
            (DataCategory::TraceMetric, 1),
            (DataCategory::TraceMetricByte, bytes_of(bytes)),
        ];
        assert_eq!(findings.good, expected);
    }

    #[test]
    fn a_name_of_any_characters_is_good() {
        assert_eq!(container(&REAL.replace("latency", "größe/s")).bad, []);
    }

    #[test]
    fn a_metric_needs_its_required_fields() {
        let reason = "invalid_trace_metric";
        let without = |key: &str| REAL.replacen(key, "other", 1);
        check_bad(&without("trace_id"), reason, "metric 1 of 1 lacks trace_id");
        check_bad(
            &without("timestamp"),
            reason,
            "metric 1 of 1 lacks timestamp",
        );
        check_bad(&without("name"), reason, "metric 1 of 1 lacks name");
        check_bad(&without("type"), reason, "metric 1 of 1 lacks type");
        let message = "metric 1 of 1 has a value that is not a number";
        check_bad(&without("value"), reason, message);
        check_bad(&REAL.replace("12.5", "\"12.5\""), reason, message);
        let strange = REAL.replace("distribution", "set");
        check_bad(&strange, reason, "metric 1 of 1 has an unknown type");
        let empty = REAL.replace("latency", "");
        check_bad(&empty, reason, "metric 1 of 1 lacks name");
        let bad_trace = REAL.replace("28489147", "");
        check_bad(
            &bad_trace,
            reason,
            "metric 1 of 1 has a trace_id that is none",
        );
        let old = REAL.replace("1795249274.9", "1.9");
        check_bad(&old, "timestamp", "metric 1 of 1 is older than 90 days");
    }

    #[test]
    fn the_limit_of_one_metric_is_a_setting() {
        let limits = Limits {
            trace_metric_bytes_max: REAL.len() - 1,
            ..Limits::default()
        };
        let payload = format!("{{\"items\":[{REAL}]}}");
        let findings = look(payload.as_bytes(), &ItemHeader::default(), NOW, &limits);
        assert_eq!(findings.bad[0].reason, "too_large:trace_metric");
    }

    #[test]
    fn hostile_payloads_never_panic() {
        check_hostile(REAL, |payload| {
            let limits = Limits::default();
            drop(look(payload, &ItemHeader::default(), NOW, &limits));
        });
    }
}
