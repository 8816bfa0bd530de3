//! The entries of an event: its interfaces with the key names that the API uses.

use serde_json::{Map, Value, json};
use watchfire_event::json::{Object, Value as Stored};

/// The interfaces of an event in the order in which they are shown.
pub(crate) fn entries(event: &Object<'_>) -> Vec<Value> {
    let mut entries = Vec::new();
    let mut add = |kind: &str, data: Value| entries.push(json!({"type": kind, "data": data}));
    if let Some(message) = event.get_object("logentry") {
        add("message", message_data(message));
    }
    if let Some(values) = values_of(event, "exception") {
        add(
            "exception",
            json!({"values": values, "hasSystemFrames": has_system_frames(&values)}),
        );
    }
    if let Some(trace) = event.get("stacktrace").filter(|trace| !trace.is_null()) {
        add("stacktrace", stacktrace(&plain(trace)));
    }
    if let Some(values) = values_of(event, "threads") {
        add("threads", json!({"values": values}));
    }
    if let Some(values) = values_of(event, "breadcrumbs") {
        add("breadcrumbs", json!({"values": values}));
    }
    if let Some(request) = event.get("request").filter(|request| !request.is_null()) {
        add("request", request_data(&plain(request)));
    }
    entries
}

/// Tags without those that could not be read.
pub(crate) fn tags(event: &Object<'_>) -> Vec<Value> {
    let pairs = event.get_array("tags").unwrap_or_default().iter();
    pairs
        .filter_map(|pair| {
            let pair = pair.as_array()?;
            Some(json!({"key": pair.first()?.as_str()?, "value": pair.get(1)?.as_str()?}))
        })
        .collect()
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

/// One line that names the event: type and first line of the value of the reported exception,
/// else the message's first line.
pub(crate) fn title(event: &Object<'_>) -> String {
    let values = event
        .get_object("exception")
        .and_then(|chain| chain.get_array("values"));
    let reported = values
        .unwrap_or_default()
        .iter()
        .rev()
        .find_map(Stored::as_object);
    let Some(exception) = reported else {
        return first_line(&message(event)).to_owned();
    };
    let kind = exception.get_str("type").unwrap_or("Error");
    match first_line(exception.get_str("value").unwrap_or_default()) {
        "" => kind.to_owned(),
        value => format!("{kind}: {value}"),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn plain(value: &Stored<'_>) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// The list of an interface, with stack traces in the API's shape.
fn values_of(event: &Object<'_>, key: &str) -> Option<Vec<Value>> {
    let values = event.get_object(key)?.get_array("values")?;
    let shown = values.iter().map(|value| {
        let mut value = plain(value);
        if let Some(trace) = value.get_mut("stacktrace") {
            *trace = stacktrace(trace);
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
            json!({"frames": frames, "registers": trace.get("registers"), "framesOmitted": null, "hasSystemFrames": has_system})
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
