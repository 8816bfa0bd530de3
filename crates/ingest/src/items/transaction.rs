//! Transactions with their spans (reference/PROTOCOL.md section 9.1).

use std::borrow::Cow;

use watchfire_event::Timestamp;
use watchfire_event::json::{JsonError, Object, Value, parse};

use super::field::{self, is_span_id, is_trace_id};
use super::flaw::Flaw;
use super::raw::Broken;
use super::{Bad, Findings};
use crate::envelope::ItemHeader;
use crate::outcome::DataCategory;

/// How many spans a transaction may have; SDKs send a thousand at most.
const SPANS_MAX: usize = 10_000;
/// How many spans of a bad transaction are counted.
const SPANS_COUNTED_MAX: u64 = 1_000_000;

/// Whether a transaction is valid. It counts as one, and as a span more than it has. One bad span
/// costs the whole, because it is part of one tree.
pub(crate) fn look(payload: &[u8], header: &ItemHeader, _now: Timestamp) -> Findings {
    let transaction = match parse(payload) {
        Ok(Value::Object(transaction)) => transaction,
        Ok(_) => {
            let flaw = Flaw::new("invalid_json", "is not an object");
            return bad(header.span_count, &flaw);
        }
        Err(JsonError::TooDeep) => return bad(header.span_count, &Broken::TooDeep.into()),
        Err(JsonError::Syntax(_)) => return bad(header.span_count, &Broken::Syntax.into()),
    };
    let spans = transaction.get_array("spans").unwrap_or_default();
    let count = u64::try_from(spans.len()).unwrap_or(u64::MAX);
    match check(&transaction, spans) {
        Ok(()) => Findings {
            good: quantities(count).to_vec(),
            bad: Vec::new(),
        },
        Err(words) => {
            let reason = "invalid_transaction";
            bad(Some(count), &Flaw { reason, words })
        }
    }
}

fn bad(spans: Option<u64>, flaw: &Flaw) -> Findings {
    // What the header of an unreadable transaction says counts as far as it is credible.
    let spans = spans.unwrap_or(0).min(SPANS_COUNTED_MAX);
    let bad = quantities(spans).map(|(category, quantity)| Bad {
        category,
        quantity,
        reason: flaw.reason,
        message: format!("the transaction {}", flaw.words).into(),
    });
    Findings {
        good: Vec::new(),
        bad: bad.to_vec(),
    }
}

fn quantities(spans: u64) -> [(DataCategory, u64); 2] {
    [
        (DataCategory::Transaction, 1),
        (DataCategory::Span, spans.saturating_add(1)),
    ]
}

/// # Errors
/// What is wrong with the transaction, in words that follow its name.
fn check(transaction: &Object<'_>, spans: &[Value<'_>]) -> Result<(), Cow<'static, str>> {
    let time = |key| transaction.get(key).and_then(field::time);
    let end = time("timestamp").ok_or("lacks timestamp")?;
    let start = time("start_timestamp").ok_or("lacks start_timestamp")?;
    if start < Timestamp(0) {
        return Err("is from before 1970".into());
    }
    if end < start {
        return Err("ends before it starts".into());
    }
    let contexts = transaction.get_object("contexts");
    let trace = contexts.and_then(|contexts| contexts.get_object("trace"));
    check_ids(trace.ok_or("lacks contexts.trace")?)
        .map_err(|problem| format!("{problem} in contexts.trace"))?;
    if spans.len() > SPANS_MAX {
        return Err(format!("has more than {SPANS_MAX} spans").into());
    }
    for (span, number) in spans.iter().zip(1..) {
        check_span(span, end).map_err(|problem| {
            let total = spans.len();
            format!("has a bad span: span {number} of {total} {problem}")
        })?;
    }
    Ok(())
}

/// A span without end ends with its transaction, and one from before 1970 is dropped from it.
fn check_span(span: &Value<'_>, transaction_end: Timestamp) -> Result<(), &'static str> {
    let span = span.as_object().ok_or("is not an object")?;
    check_ids(span)?;
    let time = |key| span.get(key).and_then(field::time);
    let start = time("start_timestamp").ok_or("lacks start_timestamp")?;
    let end = time("timestamp").unwrap_or(transaction_end.max(start));
    if end < start {
        return Err("ends before it starts");
    }
    Ok(())
}

fn check_ids(object: &Object<'_>) -> Result<(), &'static str> {
    let trace_id = object.get_str("trace_id").ok_or("lacks trace_id")?;
    if !is_trace_id(trace_id) {
        return Err("has a trace_id that is none");
    }
    let span_id = object.get_str("span_id").ok_or("lacks span_id")?;
    if !is_span_id(span_id) {
        return Err("has a span_id that is none");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::raw::tests::check_hostile;

    const NOW: Timestamp = Timestamp(1_795_249_275_000_000);
    /// As sentry-sdk 2.75.0 for Python wrote it, without what does not matter here.
    const REAL: &str = r#"{"type":"transaction","transaction":"nightly","transaction_info":{"source":"custom"},"contexts":{"trace":{"trace_id":"97273d2034714854b2e0a5b7efefc838","span_id":"8b9ad0f8dcf1a84e","parent_span_id":null,"op":"task","origin":"manual"}},"tags":{},"timestamp":"2026-11-21T08:21:14.897951Z","start_timestamp":"2026-11-21T08:21:14.596620Z","spans":[{"trace_id":"97273d2034714854b2e0a5b7efefc838","span_id":"9121fceab264ac84","parent_span_id":"8b9ad0f8dcf1a84e","same_process_as_parent":true,"op":"db","description":"SELECT 1","start_timestamp":"2026-11-21T08:21:14.597543Z","timestamp":"2026-11-21T08:21:14.747592Z","origin":"manual"},{"trace_id":"97273d2034714854b2e0a5b7efefc838","span_id":"bba4b549a8308100","start_timestamp":1795249274.747743,"timestamp":1795249274.897814}],"measurements":{},"event_id":"62dc3c3c53384975838f92803eaae6a1"}"#;

    fn findings(payload: &str) -> Findings {
        look(payload.as_bytes(), &ItemHeader::default(), NOW)
    }

    #[track_caller]
    fn check_bad(payload: &str, reason: &str, message: &str) {
        let findings = findings(payload);
        assert_eq!(findings.good, []);
        assert_eq!(
            (findings.bad[0].reason, &*findings.bad[0].message),
            (reason, message)
        );
    }

    #[test]
    fn a_transaction_of_a_real_sdk_counts_its_spans_and_itself() {
        let findings = findings(REAL);
        assert_eq!(findings.bad, []);
        let expected = [(DataCategory::Transaction, 1), (DataCategory::Span, 3)];
        assert_eq!(findings.good, expected);
    }

    #[test]
    fn a_transaction_may_have_no_spans() {
        let without = REAL.replace("\"spans\"", "\"other\"");
        let expected = [(DataCategory::Transaction, 1), (DataCategory::Span, 1)];
        assert_eq!(findings(&without).good, expected);
    }

    #[test]
    fn a_span_without_end_ends_with_its_transaction() {
        let open = REAL.replace("\"timestamp\":1795249274.897814", "\"timestamp\":null");
        assert_eq!(findings(&open).bad, []);
    }

    #[test]
    fn a_transaction_needs_its_times_in_order() {
        let reason = "invalid_transaction";
        let without = REAL.replace("\"timestamp\":\"2026-11-21T08:21:14.897951Z\",", "");
        check_bad(&without, reason, "the transaction lacks timestamp");
        let without = REAL.replacen("\"start_timestamp\"", "\"start\"", 1);
        check_bad(&without, reason, "the transaction lacks start_timestamp");
        let reversed = REAL.replacen("14.596620", "15.596620", 1);
        check_bad(&reversed, reason, "the transaction ends before it starts");
        let stale = REAL.replacen("2026-11-21T08:21:14.596620Z", "1969-11-21T08:21:14Z", 1);
        check_bad(&stale, reason, "the transaction is from before 1970");
    }

    #[test]
    fn a_transaction_needs_its_trace() {
        let reason = "invalid_transaction";
        let without = REAL.replacen("\"trace\"", "\"other\"", 1);
        check_bad(&without, reason, "the transaction lacks contexts.trace");
        let without = REAL.replacen("\"trace_id\"", "\"other\"", 1);
        check_bad(
            &without,
            reason,
            "the transaction lacks trace_id in contexts.trace",
        );
        let without = REAL.replacen("\"span_id\"", "\"other\"", 1);
        check_bad(
            &without,
            reason,
            "the transaction lacks span_id in contexts.trace",
        );
        let message = "the transaction has a span_id that is none in contexts.trace";
        check_bad(&REAL.replace("8b9ad0f8dcf1a84e", "7"), reason, message);
    }

    #[test]
    fn a_bad_span_costs_the_transaction() {
        for (from, to, problem) in [
            (
                "\"span_id\":\"bba4b549a8308100\"",
                "\"a\":1",
                "lacks span_id",
            ),
            ("bba4b549a8308100", "x", "has a span_id that is none"),
            (
                "\"start_timestamp\":1795249274.747743",
                "\"a\":1",
                "lacks start_timestamp",
            ),
            ("1795249274.747743", "1795249275", "ends before it starts"),
        ] {
            let payload = REAL.replace(from, to);
            let message = format!("the transaction has a bad span: span 2 of 2 {problem}");
            check_bad(&payload, "invalid_transaction", &message);
            assert_eq!(findings(&payload).bad[1].quantity, 3);
        }
        let null = REAL.replace("\"spans\":[", "\"spans\":[null,");
        let message = "the transaction has a bad span: span 1 of 3 is not an object";
        check_bad(&null, "invalid_transaction", message);
    }

    #[test]
    fn too_many_spans_are_refused() {
        let payload = REAL.replace(
            "\"spans\":[",
            &format!("\"spans\":[{}", "0,".repeat(SPANS_MAX)),
        );
        check_bad(
            &payload,
            "invalid_transaction",
            "the transaction has more than 10000 spans",
        );
    }

    #[test]
    fn an_unreadable_transaction_counts_what_its_header_says() {
        check_bad("{", "invalid_json", "the transaction is not valid JSON");
        check_bad("[]", "invalid_json", "the transaction is not an object");
        let header = ItemHeader {
            span_count: Some(4),
            ..ItemHeader::default()
        };
        let findings = look(b"{", &header, NOW);
        let quantities: Vec<_> = findings
            .bad
            .iter()
            .map(|it| (it.category, it.quantity))
            .collect();
        let expected = [(DataCategory::Transaction, 1), (DataCategory::Span, 5)];
        assert_eq!(quantities, expected);
        let deep = "[".repeat(200) + &"]".repeat(200);
        check_bad(
            &deep,
            "nesting_too_deep",
            "the transaction nests deeper than 127 levels",
        );
    }

    #[test]
    fn hostile_payloads_never_panic() {
        check_hostile(REAL, |payload| {
            drop(look(payload, &ItemHeader::default(), NOW))
        });
    }
}
