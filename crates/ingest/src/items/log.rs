//! Containers of structured logs (reference/PROTOCOL.md section 9.4).

use watchfire_event::Timestamp;

use super::Findings;
use super::container::{Container, attribute_bytes, bytes_of};
use super::field::{check_age, is_trace_id};
use super::flaw::Flaw;
use super::raw::Raw;
use crate::envelope::ItemHeader;
use crate::limits::Limits;
use crate::outcome::DataCategory;

const LOGS: Container = Container {
    entry: "log",
    content_type: "application/vnd.sentry.items.log+json",
    category: DataCategory::LogItem,
    byte_category: Some(DataCategory::LogByte),
    too_large: "too_large:log",
};

/// What of a container of logs is good; `now` is the time on the sender's clock. Logs count in
/// pieces and in bytes, which are those of the body and the attributes.
pub(crate) fn look(
    payload: &[u8],
    header: &ItemHeader,
    now: Timestamp,
    limits: &Limits,
) -> Findings {
    LOGS.look(payload, header, limits.log_bytes_max, |entry| {
        check(entry, now)
    })
}

fn check(entry: Raw<'_>, now: Timestamp) -> Result<u64, Flaw> {
    let invalid = |words| Flaw::new("invalid_log", words);
    let [time, trace_id, body, attributes] =
        entry.pick(["timestamp", "trace_id", "body", "attributes"])?;
    let time = time.and_then(Raw::time);
    check_age(time.ok_or(invalid("lacks timestamp"))?, now)?;
    let trace_id = trace_id.and_then(Raw::text);
    if !is_trace_id(&trace_id.ok_or(invalid("lacks trace_id"))?) {
        return Err(invalid("has a trace_id that is none"));
    }
    let body = body.and_then(Raw::text).ok_or(invalid("lacks body"))?;
    Ok(bytes_of(body.len()).saturating_add(attributes.map_or(0, attribute_bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::raw::tests::check_hostile;

    const NOW: Timestamp = Timestamp(1_795_249_275_000_000);
    /// As `@sentry/node` 11.12.0 wrote it.
    const REAL: &str = r#"{"timestamp":1795249272.8860593,"level":"info","body":"hi %s","trace_id":"9f07c335e9984e8f80194500833c5aae","severity_number":9,"attributes":{"0":{"value":"x","type":"string"},"sentry.timestamp.sequence":{"value":0,"type":"integer"}}}"#;

    fn container(entries: &[&str]) -> Findings {
        let payload = format!(r#"{{"version":2,"items":[{}]}}"#, entries.join(","));
        let header = ItemHeader {
            item_count: u64::try_from(entries.len()).ok(),
            content_type: Some(LOGS.content_type.to_owned()),
            ..ItemHeader::default()
        };
        look(payload.as_bytes(), &header, NOW, &Limits::default())
    }

    #[track_caller]
    fn check_bad(entry: &str, reason: &str, message: &str) {
        let findings = container(&[entry]);
        assert_eq!(findings.good, []);
        assert_eq!(findings.bad[0].reason, reason);
        assert_eq!(findings.bad[0].message, message);
        let categories: Vec<_> = findings.bad.iter().map(|it| it.category).collect();
        assert_eq!(categories, [DataCategory::LogItem, DataCategory::LogByte]);
    }

    #[test]
    fn a_log_of_a_real_sdk_counts_in_pieces_and_bytes() {
        let findings = container(&[REAL]);
        assert_eq!(findings.bad, []);
        let bytes = "hi %s".len() + "0x".len() + "sentry.timestamp.sequence0".len();
        let expected = [
            (DataCategory::LogItem, 1),
            (DataCategory::LogByte, bytes_of(bytes)),
        ];
        assert_eq!(findings.good, expected);
    }

    #[test]
    fn an_unknown_level_is_kept_and_so_is_none() {
        let strange = REAL.replace("\"info\"", "\"loud\"");
        let without = REAL.replace("\"level\":\"info\",", "");
        assert_eq!(container(&[&strange, &without]).bad, []);
    }

    #[test]
    fn a_log_needs_its_required_fields() {
        let without_trace = REAL.replace("trace_id", "trace");
        check_bad(&without_trace, "invalid_log", "log 1 of 1 lacks trace_id");
        let bad_trace = REAL.replace("9f07c335", "nonsense");
        check_bad(
            &bad_trace,
            "invalid_log",
            "log 1 of 1 has a trace_id that is none",
        );
        let without_body = REAL.replace("\"hi %s\"", "null");
        check_bad(&without_body, "invalid_log", "log 1 of 1 lacks body");
        let without_time = REAL.replace("timestamp\":17", "time\":17");
        check_bad(&without_time, "invalid_log", "log 1 of 1 lacks timestamp");
        let old = REAL.replace("1795249272.88", "1695249272.88");
        check_bad(&old, "timestamp", "log 1 of 1 is older than 90 days");
    }

    #[test]
    fn the_limit_of_one_log_is_a_setting() {
        let limits = Limits {
            log_bytes_max: REAL.len() - 1,
            ..Limits::default()
        };
        let payload = format!("{{\"items\":[{REAL}]}}");
        let findings = look(payload.as_bytes(), &ItemHeader::default(), NOW, &limits);
        assert_eq!(findings.bad[0].reason, "too_large:log");
    }

    #[test]
    fn hostile_payloads_never_panic() {
        check_hostile(REAL, |payload| {
            let limits = Limits::default();
            drop(look(payload, &ItemHeader::default(), NOW, &limits));
        });
    }
}
