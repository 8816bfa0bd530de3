use serde_json::json;
use watchfire_event::Timestamp;

use crate::harness::{envelope, event_json, on_both};

const ID: &str = "00000000000000000000000000000001";
const OTHER: &str = "00000000000000000000000000000002";

on_both!(an_event_is_answered_after_it_is_stored, |it| {
    it.post_envelope(envelope(ID))
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    assert!(it.has_event(ID).await);
    assert_eq!(it.outcomes().await, ["accepted error 1"]);
});

on_both!(the_same_event_again_is_answered_and_not_stored, |it| {
    for _ in 0..3 {
        it.post_envelope(envelope(ID))
            .await
            .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    }
    assert_eq!(
        it.outcomes().await,
        ["accepted error 1", "invalid error duplicate 2"]
    );
});

on_both!(the_header_id_is_the_events_id, |it| {
    let dashed = "9EC79C33-EC99-42AB-8353-589FCB2E04DC";
    let body = format!(
        "{{\"event_id\":\"{dashed}\"}}\n{{\"type\":\"event\"}}\n{}\n",
        event_json(OTHER)
    );
    it.post_envelope(body)
        .await
        .check(200, r#"{"id":"9ec79c33ec9942ab8353589fcb2e04dc"}"#);
    assert!(it.has_event("9ec79c33ec9942ab8353589fcb2e04dc").await);
    assert!(!it.has_event(OTHER).await);
});

on_both!(an_event_without_any_id_gets_one, |it| {
    let answer = it
        .post_envelope("{}\n{\"type\":\"event\"}\n{\"message\":\"hi\"}")
        .await;
    assert_eq!(answer.status, 200);
    let body: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert!(it.has_event(body["id"].as_str().expect("an id")).await);
});

on_both!(several_events_in_one_envelope_are_all_stored, |it| {
    let body = format!(
        "{{\"event_id\":\"{ID}\"}}\n{{\"type\":\"event\"}}\n{}\n{{\"type\":\"event\"}}\n{}\n",
        event_json(ID),
        event_json(OTHER)
    );
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    assert!(it.has_event(ID).await);
    assert!(it.has_event(OTHER).await);
});

on_both!(
    an_envelope_without_id_is_answered_with_an_empty_object,
    |it| {
        it.post_envelope("{}").await.check(200, "{}");
        it.post_envelope("{}\n{\"type\":\"hologram\"}\n\x01\x02")
            .await
            .check(200, "{}");
        assert_eq!(it.outcomes().await, Vec::<String>::new());
    }
);

const TRACE: &str = r#""trace_id":"4c79f60c11214eb38604f4ae0781bfb2","span_id":"b0e6f15b45c36b12""#;

/// An envelope with one item, of this header and payload, with the envelope's own `length`.
fn one(header: &str, payload: &str) -> String {
    format!("{{}}\n{header}\n{payload}\n")
}

on_both!(items_that_are_not_kept_are_looked_at_and_counted, |it| {
    let now = Timestamp::now().seconds();
    let times = format!(r#""start_timestamp":{now},"timestamp":{now}"#);
    let span = format!(
        r#"{{{TRACE},"name":"a","status":"ok","start_timestamp":{now},"end_timestamp":{now}}}"#
    );
    for (header, payload) in [
        (
            r#"{"type":"transaction"}"#,
            format!(r#"{{{times},"contexts":{{"trace":{{{TRACE}}}}},"spans":[]}}"#),
        ),
        (
            r#"{"type":"check_in"}"#,
            r#"{"check_in_id":"4c79f60c11214eb38604f4ae0781bfb2","monitor_slug":"nightly","status":"ok"}"#.to_owned(),
        ),
        (
            r#"{"type":"span","item_count":2,"content_type":"application/vnd.sentry.items.span.v2+json"}"#,
            format!(r#"{{"version":2,"items":[{span},{span}]}}"#),
        ),
        (
            r#"{"type":"log","item_count":1,"content_type":"application/vnd.sentry.items.log+json"}"#,
            format!(
                r#"{{"items":[{{"timestamp":{now},"trace_id":"4c79f60c11214eb38604f4ae0781bfb2","level":"info","body":"hi"}}]}}"#
            ),
        ),
        (r#"{"type":"metric_buckets"}"#, "[]".to_owned()),
        (r#"{"type":"hologram"}"#, "[]".to_owned()),
    ] {
        let answer = it.post_envelope(one(header, &payload)).await;
        assert_eq!(answer.status, 200, "{header}");
    }
    assert_eq!(
        it.outcomes().await,
        [
            "invalid log_byte feature_disabled 2",
            "invalid log_item feature_disabled 1",
            "invalid metric_bucket feature_disabled 1",
            "invalid monitor feature_disabled 1",
            "invalid span feature_disabled 3",
            "invalid transaction feature_disabled 1",
        ]
    );
});

on_both!(items_are_judged_by_the_clock_of_their_sender, |it| {
    // A year late, and so is what it sends.
    let wrong = Timestamp::now().plus_micros(-365 * 86_400 * 1_000_000);
    let now = wrong.0 / 1_000_000;
    let log = format!(
        r#"{{"items":[{{"timestamp":{now},"trace_id":"4c79f60c11214eb38604f4ae0781bfb2","level":"info","body":"hi"}}]}}"#
    );
    let report = json!({
        "timestamp": now,
        "discarded_events": [{"reason": "before_send", "category": "error", "quantity": 2}]
    });
    let items = format!(
        "{{\"type\":\"log\",\"item_count\":1,\"content_type\":\"application/vnd.sentry.items.log+json\"}}\n{log}\n{{\"type\":\"client_report\"}}\n{report}\n"
    );
    let told = format!("{{\"sent_at\":\"{wrong}\"}}\n{items}");
    it.post_envelope(told).await.check(200, "{}");
    it.post_envelope(format!("{{}}\n{items}"))
        .await
        .check(200, "{}");
    assert_eq!(
        it.outcomes().await,
        [
            "client_discard error before_send 2",
            "invalid log_byte feature_disabled 2",
            "invalid log_byte timestamp 97",
            "invalid log_item feature_disabled 1",
            "invalid log_item timestamp 1",
        ]
    );
});

on_both!(items_that_make_no_sense_say_why, |it| {
    for (header, payload) in [
        (r#"{"type":"transaction"}"#, "{}"),
        (r#"{"type":"check_in"}"#, "{}"),
        (r#"{"type":"check_in"}"#, "rubbish"),
        (r#"{"type":"profile"}"#, "{}"),
        (r#"{"type":"replay_event"}"#, "{}"),
        (r#"{"type":"session"}"#, "{}"),
        (r#"{"type":"user_report"}"#, "{}"),
        (r#"{"type":"feedback"}"#, "{}"),
        (r#"{"type":"raw_security"}"#, "{}"),
    ] {
        let answer = it.post_envelope(one(header, payload)).await;
        assert_eq!(answer.status, 200, "{header}");
    }
    let messages = it.messages().await;
    let reasons = messages
        .iter()
        .map(|it| it.split(':').next().unwrap_or_default());
    assert_eq!(
        reasons.collect::<Vec<_>>(),
        [
            "feedback invalid_json",
            "feedback payload",
            "monitor invalid_check_in",
            "monitor invalid_json",
            "profile profiling_invalid_json",
            "replay invalid_replay_missing_recording",
            "security security_report",
            "session invalid_session",
            "span invalid_transaction",
            "transaction invalid_transaction",
        ]
    );
    assert!(
        messages.iter().all(|it| !it.ends_with(": ")),
        "{messages:?}"
    );
});

on_both!(what_the_sdk_dropped_is_counted_beside, |it| {
    let report = json!({
        "timestamp": "2099-01-01T00:00:00Z",
        "discarded_events": [{"reason": "sample_rate", "category": "error", "quantity": 100}]
    });
    let late = format!("{{}}\n{{\"type\":\"client_report\"}}\n{report}\n");
    it.post_envelope(late).await.check(200, "{}");
    let report = json!({
        "discarded_events": [
            {"reason": "before_send", "category": "error", "quantity": 2},
            {"reason": "queue_overflow", "category": "transaction", "quantity": 3}
        ],
        "rate_limited_events": [{"reason": "key_quota", "category": "error", "quantity": 4}]
    });
    let body = format!("{{}}\n{{\"type\":\"client_report\"}}\n{report}\n");
    it.post_envelope(body).await.check(200, "{}");
    it.post_envelope("{}\n{\"type\":\"client_report\"}\nrubbish\n")
        .await
        .check(200, "{}");
    assert_eq!(
        it.outcomes().await,
        [
            "client_discard error before_send 2",
            "client_discard transaction queue_overflow 3",
            "rate_limited error relay 4"
        ]
    );
});
