//! The entries of an event: its interfaces with the key names that the API uses.

use serde_json::{Map, Value, json};
use watchfire_event::json::{Object, Value as Stored};
use watchfire_event::{Event, PathItem, Timestamp};

use super::time;

/// Keys of exceptions and threads that answers call otherwise.
const CAMEL_CASE: [(&str, &str); 3] = [
    ("thread_id", "threadId"),
    ("raw_stacktrace", "rawStacktrace"),
    ("held_locks", "heldLocks"),
];

/// The interfaces of an event in the order in which they are shown, and the notes of the event
/// (`_meta`) sorted the same way: those of the first entry under `entries.0.data`.
pub(crate) fn entries(event: &Event<'_>) -> (Vec<Value>, Value) {
    let body = &event.body;
    let present = |key: &str| body.get(key).filter(|value| !value.is_null()).map(plain);
    let found = [
        (
            "message",
            "logentry",
            body.get_object("logentry").map(message_data),
        ),
        (
            "exception",
            "exception",
            values_of(body, "exception").map(chain),
        ),
        (
            "stacktrace",
            "stacktrace",
            present("stacktrace").map(|trace| stacktrace(&trace)),
        ),
        ("threads", "threads", values_of(body, "threads").map(list)),
        (
            "breadcrumbs",
            "breadcrumbs",
            values_of(body, "breadcrumbs")
                .map(|crumbs| list(crumbs.into_iter().map(breadcrumb).collect())),
        ),
        (
            "request",
            "request",
            present("request").map(|request| request_data(&request)),
        ),
        ("debugmeta", "debug_meta", present("debug_meta")),
        ("csp", "csp", present("csp")),
        ("spans", "spans", present("spans")),
    ];
    let (mut entries, mut entry_notes) = (Vec::new(), Map::new());
    for (kind, key, data) in found {
        let Some(data) = data else { continue };
        if let Some(notes) = notes(event, key) {
            entry_notes.insert(entries.len().to_string(), json!({"data": notes}));
        }
        entries.push(json!({"type": kind, "data": data}));
    }
    let mut meta = Map::new();
    meta.insert("entries".to_owned(), Value::Object(entry_notes));
    for (shown, key) in [
        ("user", "user"),
        ("contexts", "contexts"),
        ("context", "extra"),
        ("packages", "modules"),
        ("sdk", "sdk"),
        ("message", "logentry"),
    ] {
        meta.insert(shown.to_owned(), notes(event, key).unwrap_or_default());
    }
    (entries, Value::Object(meta))
}

/// What is noted about a field and everything in it.
fn notes(event: &Event<'_>, key: &str) -> Option<Value> {
    let tree = event.meta.child(PathItem::Key(key))?;
    Some(plain(&tree.to_value()?))
}

fn chain(values: Vec<Value>) -> Value {
    let has_system_frames = has_system_frames(&values);
    json!({"values": values, "hasSystemFrames": has_system_frames, "excOmitted": null})
}

fn list(values: Vec<Value>) -> Value {
    json!({"values": values})
}

/// A breadcrumb with its time as text.
fn breadcrumb(mut crumb: Value) -> Value {
    let at = crumb.get("timestamp").and_then(Value::as_f64);
    if let (Some(at), Some(crumb)) = (at.and_then(Timestamp::from_seconds), crumb.as_object_mut()) {
        crumb.insert("timestamp".to_owned(), json!(time(at)));
    }
    crumb
}

/// The message of an event; empty where it has none.
pub(crate) fn message(event: &Object<'_>) -> String {
    let entry = event.get_object("logentry");
    let text = |key| entry.and_then(|entry| entry.get_str(key));
    text("formatted")
        .or_else(|| text("message"))
        .unwrap_or_default()
        .to_owned()
}

fn plain(value: &Stored<'_>) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// The list of an interface, with stack traces in the API's shape.
fn values_of(event: &Object<'_>, key: &str) -> Option<Vec<Value>> {
    let values = event.get_object(key)?.get_array("values")?;
    let shown = values.iter().map(|value| {
        let mut value = plain(value);
        if let Some(value) = value.as_object_mut() {
            for key in ["stacktrace", "raw_stacktrace"] {
                if let Some(trace) = value.get_mut(key) {
                    *trace = stacktrace(trace);
                }
            }
            for (stored, shown) in CAMEL_CASE {
                if let Some(found) = value.remove(stored) {
                    value.insert(shown.to_owned(), found);
                }
            }
        }
        value
    });
    Some(shown.collect())
}

fn stacktrace(trace: &Value) -> Value {
    let frames = trace.get("frames").and_then(Value::as_array);
    match frames {
        Some(frames) => {
            let frames: Vec<Value> = frames.iter().map(frame).collect();
            let has_system = frames.iter().any(is_system);
            json!({
                "frames": frames,
                "registers": trace.get("registers"),
                "framesOmitted": null,
                "hasSystemFrames": has_system,
            })
        }
        None => Value::Null,
    }
}

fn is_system(frame: &Value) -> bool {
    frame.get("inApp") == Some(&Value::Bool(false))
}

fn has_system_frames(values: &[Value]) -> bool {
    let traces = values.iter().filter_map(|value| value.get("stacktrace"));
    traces
        .filter_map(|trace| trace.get("hasSystemFrames"))
        .any(|flag| flag == &Value::Bool(true))
}

/// A frame with camel-case keys and its source lines numbered.
fn frame(frame: &Value) -> Value {
    let get = |key: &str| frame.get(key).cloned().unwrap_or_default();
    json!({
        "filename": get("filename"),
        "absPath": get("abs_path"),
        "module": get("module"),
        "package": get("package"),
        "platform": get("platform"),
        "function": get("function"),
        "rawFunction": get("raw_function"),
        "symbol": get("symbol"),
        "instructionAddr": get("instruction_addr"),
        "symbolAddr": get("symbol_addr"),
        "lineNo": get("lineno"),
        "colNo": get("colno"),
        "inApp": frame.get("in_app").and_then(Value::as_bool).unwrap_or(false),
        "context": context(frame),
        "vars": get("vars"),
        "trust": get("trust"),
        "errors": null,
    })
}

/// Source lines as `[number, text]`, around the failing line.
fn context(frame: &Value) -> Vec<(i64, String)> {
    let list = |key: &str| {
        frame
            .get(key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (Some(line), Some(number)) = (
        frame.get("context_line").and_then(Value::as_str),
        frame.get("lineno").and_then(Value::as_i64),
    ) else {
        return Vec::new();
    };
    let before = list("pre_context");
    let first = number.saturating_sub(i64::try_from(before.len()).unwrap_or(0));
    let after = list("post_context");
    let lines = before
        .iter()
        .map(text)
        .chain([line.to_owned()])
        .chain(after.iter().map(text));
    (first..).zip(lines).collect()
}

fn message_data(message: &Object<'_>) -> Value {
    let get = |key: &str| message.get(key).map(plain).unwrap_or_default();
    json!({"formatted": get("formatted"), "message": get("message"), "params": get("params")})
}

/// A request with the API's names for its parts.
fn request_data(request: &Value) -> Value {
    let mut shown: Map<String, Value> = request.as_object().cloned().unwrap_or_default();
    for (stored, api) in [
        ("query_string", "query"),
        ("inferred_content_type", "inferredContentType"),
        ("api_target", "apiTarget"),
    ] {
        let value = shown.remove(stored).unwrap_or_default();
        shown.insert(api.to_owned(), value);
    }
    Value::Object(shown)
}
