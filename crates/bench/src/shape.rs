//! Real events of real SDKs, made ready to be sent many times with fresh values and about a wished size.

use anyhow::Context;
use serde_json::{Map, Value, json};

use crate::template::Template;

/// Which SDKs the events imitate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Shape {
    /// A Django view that fails with a cause: the benchmark event.
    Django,
    /// A Node error with a cause.
    Node,
    /// Django, Flask, FastAPI, plain Python and Node in turn, messages among them.
    Mixed,
}

macro_rules! fixture {
    ($path:literal) => {
        include_bytes!(concat!("../../../fixtures/envelopes/", $path))
    };
}

const DJANGO: &[u8] = fixture!("python-django-unmasked-2.75.0/checkout.envelope");
const NODE: &[u8] = fixture!("node-11.12.0/error-with-cause.envelope");
const MIXED: [&[u8]; 7] = [
    DJANGO,
    NODE,
    fixture!("python-flask-2.75.0/unhandled.envelope"),
    fixture!("python-fastapi-2.75.0/unhandled.envelope"),
    fixture!("python-plain-2.75.0/excepthook.envelope"),
    fixture!("python-django-unmasked-2.75.0/logger-exception.envelope"),
    fixture!("python-django-unmasked-2.75.0/capture-message.envelope"),
];

impl Shape {
    /// The templates of this shape, each of about `size_bytes` when that is given, else of its natural size.
    pub(crate) fn templates(self, size_bytes: Option<usize>) -> anyhow::Result<Vec<Template>> {
        let fixtures: &[&[u8]] = match self {
            Self::Django => &[DJANGO],
            Self::Node => &[NODE],
            Self::Mixed => &MIXED,
        };
        fixtures
            .iter()
            .map(|envelope| template(envelope, size_bytes))
            .collect()
    }
}

fn template(envelope: &[u8], size_bytes: Option<usize>) -> anyhow::Result<Template> {
    let payload = envelope
        .split(|byte| *byte == b'\n')
        .nth(2)
        .context("fixture without payload")?;
    let mut event: Value = serde_json::from_slice(payload).context("fixture is not JSON")?;
    mark_event(&mut event);
    if let Some(size_bytes) = size_bytes {
        trim(&mut event, size_bytes);
        pad(&mut event, size_bytes);
    }
    let text = event
        .to_string()
        .replace("2026-42-0007", "2026-«customer»-«order»");
    Ok(Template::new(&mark_addresses(
        &text.replace("148.40", "«amount»"),
    )))
}

/// Puts slots where one event differs from the next and where one issue differs from another.
fn mark_event(event: &mut Value) {
    let Some(fields) = event.as_object_mut() else {
        return;
    };
    set(fields, "event_id", "«event_id»");
    mark_time(fields);
    set(fields, "server_name", "«host»");
    set(fields, "release", "shop@2.4.«patch»");
    set(fields, "transaction", "/«issue»/checkout/");
    fields.insert(
        "user".to_owned(),
        json!({"id": "«customer»", "username": "customer-«customer»", "email": "customer-«customer»@example.com"}),
    );
    if let Some(trace) = event
        .pointer_mut("/contexts/trace")
        .and_then(Value::as_object_mut)
    {
        set(trace, "trace_id", "«trace_id»");
    }
    // Python's list stands under `values`, Node's alone.
    for place in ["/breadcrumbs/values", "/breadcrumbs"] {
        for fields in list(event, place).filter_map(Value::as_object_mut) {
            mark_time(fields);
        }
    }
    // A message without an exception is told apart by its text.
    for place in ["/logentry/message", "/logentry/formatted", "/message"] {
        if let Some(Value::String(text)) = event.pointer_mut(place) {
            text.insert_str(0, "«issue»: ");
        }
    }
    for exception in list(event, "/exception/values") {
        if let Some(Value::String(kind)) = exception.get_mut("type") {
            kind.insert_str(0, "«Issue»");
        }
        for frame in list(exception, "/stacktrace/frames") {
            mark_frame(frame);
        }
    }
}

/// Python writes moments as text, Node as seconds.
fn mark_time(fields: &mut Map<String, Value>) {
    let is_text = fields.get("timestamp").is_some_and(Value::is_string);
    set(
        fields,
        "timestamp",
        if is_text {
            "«moment»"
        } else {
            "«timestamp»"
        },
    );
}

/// Names the issue in a frame of the application: trackers group by these.
fn mark_frame(frame: &mut Value) {
    let Some(fields) = frame.as_object_mut() else {
        return;
    };
    if fields.get("in_app") != Some(&Value::Bool(true)) {
        return;
    }
    for (name, mark) in [
        ("function", "_«issue»"),
        ("module", "_«issue»"),
        ("filename", ""),
        ("abs_path", ""),
    ] {
        let Some(Value::String(text)) = fields.get_mut(name) else {
            continue;
        };
        match text.rsplit_once('/') {
            Some((folder, file)) if mark.is_empty() => *text = format!("{folder}/«issue»/{file}"),
            _ => text.push_str(mark),
        }
    }
}

/// Takes away what matters least until the event is small enough: framework frames' source and locals, then
/// those of the application, packages, breadcrumbs, and at last the outermost frames.
fn trim(event: &mut Value, size_bytes: usize) {
    let steps = [false, true]
        .into_iter()
        .flat_map(|in_app| ["vars", "pre_context", "post_context"].map(|field| (in_app, field)));
    for (in_app, field) in steps {
        if event.to_string().len() <= size_bytes {
            return;
        }
        for exception in list(event, "/exception/values") {
            for frame in list(exception, "/stacktrace/frames") {
                if frame.get("in_app").and_then(Value::as_bool) == Some(in_app)
                    && let Some(fields) = frame.as_object_mut()
                {
                    fields.remove(field);
                }
            }
        }
    }
    for field in ["modules", "breadcrumbs"] {
        if event.to_string().len() > size_bytes
            && let Some(fields) = event.as_object_mut()
        {
            fields.remove(field);
        }
    }
    shorten_stacks(event, size_bytes);
}

fn shorten_stacks(event: &mut Value, size_bytes: usize) {
    let mut excess_bytes = event.to_string().len().saturating_sub(size_bytes);
    for exception in list(event, "/exception/values") {
        let Some(Value::Array(frames)) = exception.pointer_mut("/stacktrace/frames") else {
            continue;
        };
        while frames.len() > 2 && excess_bytes > 0 {
            excess_bytes = excess_bytes.saturating_sub(frames.remove(0).to_string().len());
        }
    }
}

/// Adds lines of an order to the locals of the innermost frame until the event is large enough.
fn pad(event: &mut Value, size_bytes: usize) {
    const TITLES: [&str; 6] = [
        "Teapot, cast iron",
        "Darjeeling, first flush",
        "Cup, porcelain",
        "Strainer, steel",
        "Kettle, 1.7 litres",
        "Honey, lime blossom",
    ];
    let mut missing_bytes = size_bytes.saturating_sub(event.to_string().len());
    let mut lines = Vec::new();
    while missing_bytes > 200 {
        let number = lines.len();
        let title = TITLES
            .get(number % TITLES.len())
            .copied()
            .unwrap_or_default();
        let line = json!({
            "sku": format!("'SKU-{:04}'", number * 37 % 9973), "title": format!("'{title}'"),
            "price": format!("Decimal('{}.{:02}')", number * 13 % 97, number * 7 % 100),
            "quantity": (number % 9).to_string(), "reference": "'2026-«customer»-«order»'",
            "item": "<shop.models.Line object at 0x7fc93e0c63d0>",
        });
        missing_bytes = missing_bytes.saturating_sub(line.to_string().len());
        lines.push(line);
    }
    if lines.is_empty() {
        return;
    }
    let (place, name) = match innermost_frame(event) {
        Some(pointer) => (event.pointer_mut(&pointer), "vars"),
        None => (Some(event), "extra"),
    };
    if let Some(fields) = place.and_then(Value::as_object_mut) {
        let holder = fields
            .entry(name)
            .or_insert_with(|| Value::Object(Map::new()));
        if let Some(values) = holder.as_object_mut() {
            values.insert("lines".to_owned(), Value::Array(lines));
        }
    }
}

/// Where the frame that raised the outermost exception stands.
fn innermost_frame(event: &Value) -> Option<String> {
    let exceptions = event.pointer("/exception/values")?.as_array()?;
    let frames = exceptions
        .last()?
        .pointer("/stacktrace/frames")?
        .as_array()?;
    let (exception, frame) = (
        exceptions.len().checked_sub(1)?,
        frames.len().checked_sub(1)?,
    );
    Some(format!(
        "/exception/values/{exception}/stacktrace/frames/{frame}"
    ))
}

fn list<'a>(value: &'a mut Value, pointer: &str) -> impl DoubleEndedIterator<Item = &'a mut Value> {
    value
        .pointer_mut(pointer)
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
}

fn set(fields: &mut Map<String, Value>, name: &str, slot: &str) {
    fields.insert(name.to_owned(), Value::String(slot.to_owned()));
}

/// Python prints objects with their addresses (`0x7f` and ten digits), which no two events share.
fn mark_addresses(text: &str) -> String {
    let mut marked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("0x7f") {
        let digits = after.bytes().take_while(u8::is_ascii_hexdigit).count();
        marked.push_str(before);
        marked.push_str("0x7f«address»");
        rest = after.get(digits..).unwrap_or_default();
    }
    marked.push_str(rest);
    marked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fill::Fill;

    fn events(shape: Shape, size_bytes: Option<usize>) -> Vec<Value> {
        let templates = shape.templates(size_bytes).unwrap();
        let texts = templates
            .iter()
            .map(|template| Fill::new(7, 3).event(template));
        texts
            .map(|text| serde_json::from_str(&text).unwrap())
            .collect()
    }

    #[test]
    fn every_shape_renders_to_json_without_open_slots() {
        for event in events(Shape::Mixed, None) {
            assert!(!event.to_string().contains('«'), "{event}");
            assert!(
                event["timestamp"].is_f64() || event["timestamp"].as_str().unwrap().ends_with('Z')
            );
            assert_eq!(event["event_id"].as_str().unwrap().len(), 32);
        }
    }

    #[test]
    fn events_come_close_to_the_wished_size() {
        for size_bytes in [6_000, 12_000, 50_000, 200_000] {
            let event = &events(Shape::Django, Some(size_bytes))[0];
            let actual = event.to_string().len();
            assert!(
                actual.abs_diff(size_bytes) < size_bytes / 5,
                "{actual} for {size_bytes}"
            );
        }
    }

    #[test]
    fn two_issues_differ_in_exception_and_frames() {
        let templates = Shape::Django.templates(None).unwrap();
        let text = |issue| Fill::new(7, issue).event(&templates[0]);
        let (one, other) = (text(1), text(2));
        let kind = |text: &str| {
            let event: Value = serde_json::from_str(text).unwrap();
            event["exception"]["values"][1]["type"].clone()
        };
        assert_ne!(kind(&one), kind(&other));
    }
}
