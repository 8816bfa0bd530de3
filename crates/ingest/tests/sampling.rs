use serde_json::json;
use watchfire_event::Timestamp;
use watchfire_store::sampling::client::{self, Client};
use watchfire_store::sampling::{self, Settings};

use crate::attachments::files;
use crate::harness::{event_json, on_both};

const FIRST: &str = "9ec79c33ec9942ab8353589fcb2e04dc";
const SECOND: &str = "0ec79c33ec9942ab8353589fcb2e04dc";
const THIRD: &str = "1ec79c33ec9942ab8353589fcb2e04dc";

/// What the clients of the last hour were and said: rates with transactions, and discards.
async fn told(
    it: &crate::harness::Harness,
) -> (Vec<(Client, i64, i64)>, Vec<(Client, String, i64)>) {
    // What waits is written with the outcomes.
    it.outcomes().await;
    let project = it.project;
    let from = Timestamp::now().plus_micros(-3_600_000_000);
    let read = it.database.read(move |conn| {
        let rates = client::rates(conn, project, from)?;
        let discards = client::discards(conn, project, from)?;
        Ok((rates, discards))
    });
    let (rates, discards) = read.await.expect("reads");
    let rates = rates
        .into_iter()
        .map(|it| (it.client, it.millionths, it.transactions));
    let discards = discards
        .into_iter()
        .map(|it| (it.client, it.reason, it.quantity));
    (rates.collect(), discards.collect())
}

on_both!(clients_tell_their_rates_and_what_they_dropped, |it| {
    let trace = r#""trace":{"trace_id":"4c79f60c11214eb38604f4ae0781bfb2","public_key":"e12d836b15bb49d7bbf99e64295d995b","sample_rate":"0.25","release":"a secret release","environment":"prod"}"#;
    let report = json!({
        "discarded_events": [{"reason": "sample_rate", "category": "error", "quantity": 5}]
    });
    let mut event = event_json(FIRST);
    event["release"] = json!("shop@1");
    event["environment"] = json!("prod");
    let body = format!(
        "{{\"event_id\":\"{FIRST}\",{trace}}}\n{{\"type\":\"client_report\"}}\n{report}\n{{\"type\":\"event\"}}\n{event}\n{{\"type\":\"transaction\"}}\n{{}}\n"
    );
    let path = "/api/PROJECT/envelope/?sentry_key=KEY&sentry_client=sentry.python%2F2.75.0";
    let request = actix_web::test::TestRequest::post().set_payload(body);
    assert_eq!(it.send(request, path).await.status, 200);
    // Without an event the trace tells, as far as its names are known here.
    let body = format!("{{{trace}}}\n{{\"type\":\"client_report\"}}\n{report}\n");
    let request = actix_web::test::TestRequest::post().set_payload(body);
    assert_eq!(it.send(request, path).await.status, 200);

    let named = |release, environment| {
        Client::new(
            Some("sentry.python/2.75.0"),
            Some(release),
            Some(environment),
        )
    };
    let (rates, discards) = told(&it).await;
    assert_eq!(
        rates,
        [
            (named("", "prod"), 250_000, 0),
            (named("shop@1", "prod"), 250_000, 1)
        ]
    );
    let reason = || "sample_rate".to_owned();
    assert_eq!(
        discards,
        [
            (named("", "prod"), reason(), 5),
            (named("shop@1", "prod"), reason(), 5)
        ]
    );
});

on_both!(files_of_an_event_without_a_body_are_not_stored, |it| {
    let settings = Settings {
        issue_budget: 1,
        ..Settings::default()
    };
    let project = it.project;
    let saving = it
        .database
        .write(move |conn| sampling::set(conn, project, &settings));
    saving.await.expect("writes");
    // Earlier ones, so that no later one is the latest of its issue.
    for (id, hour) in [(FIRST, "12"), (SECOND, "11"), (THIRD, "10")] {
        let mut event = event_json(id);
        let now = Timestamp::now().0 / 1_000_000;
        let hour: i64 = hour.parse().expect("a number");
        event["timestamp"] = json!(now - now % 3_600 + hour);
        let header = json!({ "event_id": id });
        let file = r#"{"type":"attachment","length":3,"filename":"a.log"}"#;
        let body = format!("{header}\n{{\"type\":\"event\"}}\n{event}\n{file}\none\n");
        assert_eq!(it.post_envelope(body).await.status, 200);
    }
    assert!(it.has_event(FIRST).await && !it.has_event(THIRD).await);
    assert_eq!(files(&it, FIRST).await.len(), 1);
    assert_eq!(files(&it, THIRD).await, Vec::<String>::new());
    let outcomes = it.outcomes().await;
    let has = |line: &str| outcomes.iter().any(|it| it.starts_with(line));
    assert!(
        has("filtered attachment_item sampled-event"),
        "{outcomes:?}"
    );
    assert!(has("accepted error sampled:issue-budget"), "{outcomes:?}");
});
