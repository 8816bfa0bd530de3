//! Contexts: reference/PROTOCOL.md section 8.3.

use crate::json::{Object, Value};
use crate::place::Place;
use crate::{EventId, PathItem, decode};

/// A context that only the server may set.
const RESERVED: &str = "reprocessing";
/// Contexts that get a summary of name and version under a key of their own type.
const SUMMARIZED: [&str; 3] = ["os", "browser", "runtime"];
const TRACE_STATUS_DEFAULT: &str = "unknown";
/// A span id is as long as the first half of an event id.
const SPAN_ID_DIGITS: usize = 16;

/// Gives every event a trace, and summaries to the contexts that have a name and a version.
pub(super) fn normalize(body: &mut Object<'_>, root: &mut Place<'_>, id: EventId) {
    if body.get_object("contexts").is_none() {
        body.insert("contexts", Object::new());
    }
    let Some(Value::Object(contexts)) = body.get_mut("contexts") else {
        return;
    };
    if contexts.remove(RESERVED).is_some() {
        root.key("contexts").forget(PathItem::Key(RESERVED));
    }
    for (alias, value) in contexts.iter_mut() {
        if let Value::Object(context) = value {
            summarize(alias, context);
        }
    }
    if let Some(trace) = decode::context_mut(contexts, "trace") {
        complete_trace(trace, id);
    }
}

fn complete_trace(trace: &mut Object<'_>, id: EventId) {
    let is_missing = |trace: &Object<'_>, key| trace.get(key).is_none_or(Value::is_null);
    let id = id.to_string();
    if is_missing(trace, "trace_id") {
        trace.insert(
            "span_id",
            id.get(..SPAN_ID_DIGITS).unwrap_or_default().to_owned(),
        );
        trace.insert("trace_id", id);
    } else if is_missing(trace, "span_id") {
        trace.insert(
            "span_id",
            id.get(..SPAN_ID_DIGITS).unwrap_or_default().to_owned(),
        );
    }
    if is_missing(trace, "status") {
        trace.insert("status", TRACE_STATUS_DEFAULT);
    }
}

fn summarize(alias: &str, context: &mut Object<'_>) {
    let kind = context.get_str("type").unwrap_or(alias);
    let kind = match kind {
        "client_os" => "os",
        _ => kind,
    };
    let Some(key) = SUMMARIZED.into_iter().find(|key| *key == kind) else {
        return;
    };
    let summary = match (context.get_str("name"), context.get_str("version")) {
        (Some(name), Some(version)) if !context.contains_key(key) => {
            format!("{name} {version}")
        }
        _ => return,
    };
    context.insert(key, summary);
}
