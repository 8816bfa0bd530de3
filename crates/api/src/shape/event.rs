//! Events with their entries, as clients show them.

use serde_json::{Map, Value, json};
use watchfire_event::{Event, decode};
use watchfire_store::event::{EventRow, Neighbours};

use super::{entry, time};

/// An event. `body` is the stored JSON text with its `_meta`; `neighbours` are left out in lists.
pub(crate) fn event(row: &EventRow, body: &str, neighbours: Option<&Neighbours>) -> Value {
    // What is stored was decoded before; a body that cannot be read is shown as an empty event.
    let draft = decode(body.as_bytes()).unwrap_or_default();
    let event = Event::from_draft(draft, row.received_at);
    let stored = &event.body;
    let looks = watchfire_grouping::describe(&event);
    let text = |key: &str| stored.get_str(key).map(str::to_owned);
    let whole = |key: &str| serde_json::to_value(stored.get(key)).unwrap_or_default();
    let has_exception = stored.get_object("exception").is_some();
    let kind = if has_exception { "error" } else { "default" };
    let (entries, meta) = entry::entries(&event);
    let mut shown = json!({
        "id": row.event_id,
        "eventID": row.event_id,
        "groupID": row.issue_id.to_string(),
        "projectID": row.project_id.to_string(),
        "size": body.len(),
        "title": looks.title,
        "message": entry::message(stored),
        "type": text("type").unwrap_or_else(|| kind.to_owned()),
        "platform": text("platform"),
        "culprit": looks.culprit,
        "location": Some(&looks.metadata.filename).filter(|name| !name.is_empty()),
        "metadata": looks.metadata,
        "dateCreated": time(row.timestamp),
        "dateReceived": time(row.received_at),
        "tags": tags(&event),
        "user": whole("user"),
        "contexts": or_empty(whole("contexts")),
        "context": or_empty(whole("extra")),
        "sdk": whole("sdk"),
        "packages": or_empty(whole("modules")),
        "entries": entries,
        "errors": stored.get("errors").map_or_else(|| json!([]), |_| whole("errors")),
        "fingerprints": looks.hashes,
        "occurrence": null,
        "release": text("release").map(|version| json!({"version": version})),
        "environment": text("environment"),
        "dist": text("dist"),
        "_meta": meta,
    });
    if let (Some(neighbours), Some(shown)) = (neighbours, shown.as_object_mut()) {
        add_neighbours(shown, neighbours);
    }
    shown
}

fn add_neighbours(shown: &mut Map<String, Value>, neighbours: &Neighbours) {
    shown.insert("previousEventID".to_owned(), json!(neighbours.older));
    shown.insert("nextEventID".to_owned(), json!(neighbours.newer));
}

/// The tags that the event counts with, by key.
fn tags(event: &Event<'_>) -> Vec<Value> {
    let mut tags = watchfire_store::event_tags(event);
    tags.sort();
    let shown = tags
        .iter()
        .map(|(key, value)| json!({"key": key, "value": value}));
    shown.collect()
}

/// Clients expect an object also where there is nothing.
fn or_empty(value: Value) -> Value {
    if value.is_null() { json!({}) } else { value }
}
