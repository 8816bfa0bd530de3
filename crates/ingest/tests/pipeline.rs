use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_store::grouping_rules::Scope;
use watchfire_store::{Conn, project, scrubbing};

use crate::harness::{Harness, event_json, on_both};

const ID: &str = "00000000000000000000000000000001";

async fn set_settings(harness: &Harness, settings: Value) {
    let project = harness.project;
    harness
        .database
        .write(move |conn| project::set_settings(conn, project, &settings.to_string()))
        .await
        .expect("writes");
}

fn with_password() -> String {
    let mut event = event_json(ID);
    event["extra"] = json!({ "password": "hunter2", "colour": "blue" });
    event.to_string()
}

fn chunk_load_error() -> String {
    json!({
        "event_id": ID,
        "exception": [{"type": "ChunkLoadError", "value": "Loading chunk 7 failed."}]
    })
    .to_string()
}

on_both!(what_is_stored_is_what_was_sent, |it| {
    it.post("store", event_json(ID).to_string()).await;
    let stored = it.event(ID).await;
    let frame = |event: &Value| event["exception"]["values"][0]["stacktrace"]["frames"][0].clone();
    assert_eq!(stored["event_id"], ID);
    assert_eq!(stored["exception"]["values"][0]["type"], "KeyError");
    assert_eq!(
        frame(&stored)["function"],
        frame(&event_json(ID))["function"]
    );
    assert_eq!(frame(&stored)["lineno"], frame(&event_json(ID))["lineno"]);
});

on_both!(a_password_never_reaches_the_disk, |it| {
    it.post("store", with_password()).await;
    let stored = it.event(ID).await;
    assert_eq!(stored["extra"]["password"], "[Filtered]");
    assert_eq!(stored["extra"]["colour"], "blue");
    assert!(!stored.to_string().contains("hunter2"));
    assert!(stored["_meta"]["extra"]["password"][""]["rem"].is_array());
});

/// Says what is scrubbed from the project's events, as another process might.
async fn set_scrubbing(harness: &Harness, document: Value) {
    let scope = Scope::Project(harness.project);
    let set = move |conn: &mut Conn<'_>| {
        scrubbing::set(conn, scope, &document.to_string(), None, Timestamp::now())
    };
    harness.database.write(set).await.unwrap().unwrap();
}

on_both!(a_project_decides_what_is_scrubbed, |it| {
    let off = json!({"scrubData": false, "scrubDefaults": false, "secrets": false});
    set_scrubbing(&it, off).await;
    it.post("store", with_password()).await;
    assert_eq!(it.event(ID).await["extra"]["password"], "hunter2");
});

on_both!(settings_that_cannot_be_read_scrub_all_the_same, |it| {
    set_settings(&it, json!({"scrub": 5, "filter": 7})).await;
    it.post("store", with_password()).await;
    assert_eq!(it.event(ID).await["extra"]["password"], "[Filtered]");
});

on_both!(a_filtered_event_is_answered_like_any_other, |it| {
    let answer = it.post("store", chunk_load_error()).await;
    assert_eq!(answer.status, 200);
    let body = format!(
        "{{\"event_id\":\"{ID}\"}}\n{{\"type\":\"event\"}}\n{}",
        chunk_load_error()
    );
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    assert!(!it.has_event(ID).await);
    assert_eq!(it.outcomes().await, ["filtered error chunk-load-error 2"]);
});

on_both!(a_project_decides_what_is_filtered, |it| {
    set_settings(&it, json!({"filter": {"chunkLoadErrors": false}})).await;
    it.post("store", chunk_load_error()).await;
    assert!(it.has_event(ID).await);
    assert_eq!(it.outcomes().await, ["accepted error 1"]);
});
