//! Events with their entries, as clients show them.

use serde_json::{Map, Value, json};
use watchfire_event::json::{self, Object};
use watchfire_store::event::{EventRow, Neighbours};

use super::{entry, time};

/// An event. `body` is the stored JSON text with its `_meta`; `neighbours` are left out in lists.
pub(crate) fn event(row: &EventRow, body: &str, neighbours: Option<&Neighbours>) -> Value {
    let parsed = json::parse(body.as_bytes()).unwrap_or_default();
    let empty = Object::new();
    let stored = parsed.as_object().unwrap_or(&empty);
    let text = |key: &str| stored.get_str(key).map(str::to_owned);
    let whole = |key: &str| serde_json::to_value(stored.get(key)).unwrap_or_default();
    let mut shown = json!({
        "id": row.event_id,
        "eventID": row.event_id,
        "groupID": row.issue_id.to_string(),
        "projectID": row.project_id.to_string(),
        "title": entry::title(stored),
        "message": entry::message(stored),
        "type": text("type").unwrap_or_else(|| "default".to_owned()),
        "platform": text("platform"),
        "culprit": text("culprit").or_else(|| text("transaction")),
        "location": text("location"),
        "dateCreated": time(row.timestamp),
        "dateReceived": time(row.received_at),
        "tags": entry::tags(stored),
        "user": whole("user"),
        "contexts": whole("contexts"),
        "context": whole("extra"),
        "sdk": whole("sdk"),
        "packages": whole("modules"),
        "entries": entry::entries(stored),
        "errors": stored.get("errors").map_or_else(|| json!([]), |_| whole("errors")),
        "fingerprints": whole("fingerprint"),
        "release": text("release"),
        "environment": text("environment"),
        "dist": text("dist"),
        "_meta": whole("_meta"),
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
