use serde_json::json;

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

on_both!(items_that_are_not_kept_are_counted, |it| {
    let body = [
        "{}\n",
        "{\"type\":\"transaction\"}\n{}\n",
        "{\"type\":\"sessions\"}\n{}\n",
        "{\"type\":\"check_in\"}\n{}\n",
        "{\"type\":\"check_in\"}\n{}\n",
        "{\"type\":\"feedback\"}\n{}\n",
        "{\"type\":\"attachment\",\"length\":5}\n12345\n",
        "{\"type\":\"profile_chunk\",\"platform\":\"javascript\"}\n{}\n",
        "{\"type\":\"log\",\"item_count\":3}\n{\"items\":[1,2,3]}\n",
        "{\"type\":\"span\",\"item_count\":99999999}\n{}\n",
        "{\"type\":\"hologram\"}\n{}\n",
    ];
    it.post_envelope(body.concat()).await.check(200, "{}");
    let mut expected = vec![
        "invalid transaction feature_disabled 1",
        "invalid session feature_disabled 1",
        "invalid monitor feature_disabled 2",
        "invalid feedback feature_disabled 1",
        "invalid attachment feature_disabled 5",
        "invalid attachment_item feature_disabled 1",
        "invalid profile_chunk_ui feature_disabled 1",
        "invalid log_item feature_disabled 3",
        "invalid log_byte feature_disabled 17",
        "invalid span feature_disabled 2",
    ];
    expected.sort_unstable();
    assert_eq!(it.outcomes().await, expected);
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
