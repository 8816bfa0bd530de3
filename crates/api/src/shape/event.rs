//! Events with their entries, as clients show them.

use serde_json::{Map, Value, json};
use watchfire_event::json::Object;
use watchfire_event::{Event, decode};
use watchfire_grouping::Grouper;
use watchfire_store::event::{EventRow, Neighbours};
use watchfire_store::feedback::Feedback;

use super::{entry, feedback, time};

/// What is shown of an event that is looked at alone.
pub(crate) struct EventDetail {
    /// The events around it.
    pub(crate) neighbours: Neighbours,
    /// How many attachments it has.
    pub(crate) attachment_count: usize,
    /// What somebody said about it.
    pub(crate) user_report: Option<Feedback>,
}

/// An event. `body` is the stored JSON text with its `_meta`; lists do without the detail. Title
/// and fingerprint are those of the rules in force now.
pub(crate) fn event(
    row: &EventRow,
    body: &str,
    grouper: &Grouper,
    detail: Option<&EventDetail>,
) -> Value {
    // What is stored was decoded before; a body that cannot be read is shown as an empty event.
    let draft = decode(body.as_bytes()).unwrap_or_default();
    let event = Event::from_draft(draft, row.received_at);
    let stored = &event.body;
    let looks = grouper.describe(&event);
    let text = |key: &str| stored.get_str(key).map(str::to_owned);
    let whole = |key: &str| serde_json::to_value(stored.get(key)).unwrap_or_default();
    let (entries, meta) = entry::entries(&event);
    let mut shown = json!({
        "id": row.event_id,
        "eventID": row.event_id,
        "groupID": row.issue_id.to_string(),
        "projectID": row.project_id.to_string(),
        "size": body.len(),
        "title": looks.title,
        "message": entry::message(stored),
        "type": text("type").unwrap_or_else(|| kind(stored).to_owned()),
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
    if let (Some(detail), Some(shown)) = (detail, shown.as_object_mut()) {
        add_detail(shown, detail);
    }
    shown
}

/// What kind of event it is, where it does not say so itself.
fn kind(event: &Object<'_>) -> &'static str {
    let has = |key| event.get_object(key).is_some();
    if has("csp") {
        "csp"
    } else if has("exception") {
        "error"
    } else {
        "default"
    }
}

fn add_detail(shown: &mut Map<String, Value>, detail: &EventDetail) {
    let mut add = |key: &str, value| shown.insert(key.to_owned(), value);
    add("previousEventID", json!(detail.neighbours.older));
    add("nextEventID", json!(detail.neighbours.newer));
    add("attachmentCount", json!(detail.attachment_count));
    let report = detail.user_report.as_ref();
    add(
        "userReport",
        json!(report.map(|report| feedback(report, None))),
    );
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
