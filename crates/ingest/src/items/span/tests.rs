use super::*;
use crate::items::Bad;
use crate::items::container::ENTRIES_MAX;
use crate::items::raw::tests::check_hostile;

const NOW: Timestamp = Timestamp(1_795_249_475_000_000);
/// As `@sentry/node` 11.12.0 wrote it.
const REAL: &str = r#"{"name":"SELECT 1","span_id":"86619025d59d8498","trace_id":"9f07c335e9984e8f80194500833c5aae","parent_span_id":"8e2ca0d52d3568d8","start_timestamp":1795249472.881864,"end_timestamp":1795249472.8820848,"is_segment":false,"status":"ok","attributes":{"sentry.op":{"value":"db","type":"string"},"sentry.is_localhost":{"value":false,"type":"boolean"}}}"#;
/// A web vital as the browser SDK 10 sends it.
const STANDALONE: &str = r#"{"data":{"sentry.origin":"auto.http.browser.inp","sentry.op":"ui.interaction.click"},"description":"body > button","op":"ui.interaction.click","parent_span_id":"b3aa2f1b4c5d6e7f","span_id":"b0e6f15b45c36b12","start_timestamp":1795249470.1,"timestamp":1795249470.188,"trace_id":"ff62a8b040f340bda5d830223def1d81","origin":"auto.http.browser.inp","exclusive_time":88,"measurements":{"inp":{"value":88,"unit":"millisecond"}},"segment_id":"b3aa2f1b4c5d6e7f"}"#;

fn header(item_count: usize) -> ItemHeader {
    ItemHeader {
        item_count: u64::try_from(item_count).ok(),
        content_type: Some(SPANS.content_type.to_owned()),
        ..ItemHeader::default()
    }
}

fn look(payload: &[u8], header: &ItemHeader, now: Timestamp) -> Findings {
    super::look(payload, header, now, &Limits::default())
}

fn container(entries: &[&str]) -> Findings {
    let payload = format!(r#"{{"version":2,"items":[{}]}}"#, entries.join(","));
    look(payload.as_bytes(), &header(entries.len()), NOW)
}

fn bad(quantity: u64, reason: &'static str, message: &'static str) -> Bad {
    Bad {
        category: DataCategory::Span,
        quantity,
        reason,
        message: message.into(),
    }
}

#[track_caller]
fn check_bad(entry: &str, reason: &'static str, message: &'static str) {
    let findings = container(&[entry]);
    assert_eq!(findings.good, []);
    assert_eq!(findings.bad, [bad(1, reason, message)]);
}

#[test]
fn spans_of_a_real_sdk_are_good() {
    let segment = REAL.replace("\"is_segment\":false", "\"is_segment\":true");
    let findings = container(&[REAL, &segment]);
    assert_eq!(findings.bad, []);
    assert_eq!(findings.good, [(DataCategory::Span, 2)]);
}

#[test]
fn one_bad_span_costs_only_itself() {
    let without = REAL.replace("\"trace_id\"", "\"id\"");
    let findings = container(&[REAL, REAL, &without, &without, "7", REAL]);
    assert_eq!(findings.good, [(DataCategory::Span, 3)]);
    let expected = [
        bad(2, "invalid_span", "span 3 of 6 lacks trace_id"),
        bad(1, "invalid_json", "span 5 of 6 is not an object"),
    ];
    assert_eq!(findings.bad, expected);
}

#[test]
fn a_span_needs_its_required_fields() {
    let without = |key: &str| REAL.replacen(&format!("\"{key}\""), "\"other\"", 1);
    check_bad(&without("name"), "invalid_span", "span 1 of 1 lacks name");
    check_bad(
        &without("span_id"),
        "invalid_span",
        "span 1 of 1 lacks span_id",
    );
    let message = "span 1 of 1 lacks start_timestamp";
    check_bad(&without("start_timestamp"), "invalid_span", message);
    let message = "span 1 of 1 lacks end_timestamp";
    check_bad(&without("end_timestamp"), "invalid_span", message);
    let zero = REAL.replace("86619025d59d8498", "0000000000000000");
    check_bad(
        &zero,
        "invalid_span",
        "span 1 of 1 has a span_id that is none",
    );
    let short = REAL.replace("9f07c335", "");
    check_bad(
        &short,
        "invalid_span",
        "span 1 of 1 has a trace_id that is none",
    );
    let reversed = REAL.replace("1795249472.8820848", "1795249472.8");
    check_bad(
        &reversed,
        "invalid_span",
        "span 1 of 1 ends before it starts",
    );
    let stale = REAL.replace("1795249472.881864", "-5");
    check_bad(&stale, "timestamp", "span 1 of 1 is from before 1970");
}

#[test]
fn a_container_holds_as_many_as_it_says() {
    let payload = format!(r#"{{"items":[{REAL},{REAL}]}}"#);
    let message = "the container of spans holds 2 entries where its item_count says 3";
    let findings = look(payload.as_bytes(), &header(3), NOW);
    assert_eq!(findings.good, []);
    assert_eq!(findings.bad, [bad(2, "invalid_json", message)]);
    assert_eq!(look(payload.as_bytes(), &header(2), NOW).bad, []);
    let mut without = header(2);
    without.item_count = None;
    assert_eq!(look(payload.as_bytes(), &without, NOW).bad, []);
}

#[test]
fn a_container_is_what_its_header_says() {
    let payload = format!(r#"{{"items":[{REAL}]}}"#);
    let mut header = header(1);
    header.content_type = Some("Application/vnd.sentry.items.span.v2+JSON; charset=utf-8".into());
    assert_eq!(look(payload.as_bytes(), &header, NOW).bad, []);
    header.content_type = Some("application/vnd.sentry.items.log+json".into());
    let message = "the container of spans has another content_type than its type says";
    let findings = look(payload.as_bytes(), &header, NOW);
    assert_eq!(findings.bad, [bad(1, "invalid_json", message)]);
}

#[test]
fn a_container_that_cannot_be_read_is_lost_as_a_whole() {
    for (payload, message) in [
        ("", "is not valid JSON"),
        ("{\"items\":[", "is not valid JSON"),
        ("{\"items\":[1 2]}", "is not valid JSON"),
        ("{}", "lacks items"),
        ("[]", "lacks items"),
        ("{\"items\":null}", "lacks items"),
        ("{\"items\":{}}", "has items that are not a list"),
        (
            "{\"version\":\"x\",\"items\":[]}",
            "has a version that is not a number",
        ),
        (
            "{\"ingest_settings\":1,\"items\":[]}",
            "has ingest_settings that are not an object",
        ),
    ] {
        let findings = look(payload.as_bytes(), &header(1), NOW);
        let message = format!("the container of spans {message}");
        let expected = Bad {
            message: message.into(),
            ..bad(1, "invalid_json", "")
        };
        assert_eq!(findings.bad, [expected], "{payload}");
    }
    let deep = format!("{{\"items\":[{}]}}", "[".repeat(200));
    assert_eq!(
        look(deep.as_bytes(), &header(1), NOW).bad[0].reason,
        "nesting_too_deep"
    );
}

#[test]
fn an_unreadable_container_counts_no_more_than_would_fit() {
    let mut header = header(1);
    header.item_count = Some(u64::MAX);
    assert_eq!(look(b"{oops}", &header, NOW).bad[0].quantity, 6);
    header.item_count = Some(0);
    assert_eq!(look(b"{oops}", &header, NOW).bad[0].quantity, 1);
}

#[test]
fn an_empty_container_is_good_and_counts_nothing() {
    assert_eq!(container(&[]), Findings::default());
}

#[test]
fn a_standalone_span_of_the_older_form_is_good() {
    let json = ItemHeader {
        content_type: Some("application/json".to_owned()),
        ..ItemHeader::default()
    };
    assert_eq!(look(STANDALONE.as_bytes(), &json, NOW).bad, []);
    let findings = look(STANDALONE.as_bytes(), &ItemHeader::default(), NOW);
    assert_eq!(findings.bad, []);
    assert_eq!(findings.good, [(DataCategory::Span, 1)]);
}

#[test]
fn a_bad_standalone_span_is_told_apart() {
    let look = |payload: &str| look(payload.as_bytes(), &ItemHeader::default(), NOW);
    let without = STANDALONE.replace("\"timestamp\"", "\"time\"");
    let message = "the span lacks timestamp";
    assert_eq!(look(&without).bad, [bad(1, "invalid_span", message)]);
    assert_eq!(
        look("[]").bad,
        [bad(1, "invalid_json", "the span is not an object")]
    );
    assert_eq!(
        look("{").bad,
        [bad(1, "invalid_json", "the span is not valid JSON")]
    );
}

#[test]
fn a_million_tiny_entries_are_counted() {
    let payload = format!("{{\"items\":[{}{{}}]}}", "{\"a\":12345},".repeat(999_999));
    let findings = look(payload.as_bytes(), &header(1_000_000), NOW);
    let expected = [
        bad(ENTRIES_MAX, "invalid_span", "span 1 of 1000000 lacks name"),
        bad(
            1_000_000 - ENTRIES_MAX,
            "too_large:span",
            "span 100001 of 1000000 comes after the first 100000",
        ),
    ];
    assert_eq!(findings.bad, expected);
}

#[test]
fn a_span_of_more_than_ten_mebibytes_is_too_large() {
    let huge = REAL.replace("SELECT 1", &"x".repeat(10 * 1024 * 1024));
    let message = "span 1 of 1 has more than 10485760 bytes";
    check_bad(&huge, "too_large:span", message);
}

#[test]
fn the_limit_of_one_span_is_a_setting() {
    let limits = Limits {
        span_bytes_max: REAL.len(),
        ..Limits::default()
    };
    let larger = REAL.replace("SELECT 1", "SELECT 10");
    let payload = format!("{{\"items\":[{REAL},{larger}]}}");
    let findings = super::look(payload.as_bytes(), &header(2), NOW, &limits);
    assert_eq!(findings.good, [(DataCategory::Span, 1)]);
    assert_eq!(findings.bad[0].reason, "too_large:span");
}

#[test]
fn hostile_payloads_never_panic() {
    check_hostile(REAL, |payload| {
        drop(look(payload, &header(1), NOW));
        drop(look(payload, &ItemHeader::default(), NOW));
    });
}
