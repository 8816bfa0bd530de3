use serde_json::{Map, Value, json};
use tracing::subscriber::NoSubscriber;
use watchfire_event::EventId;

use super::dump::{self, Facts};
use super::form::{self, merge};
use super::msgpack::{next, to_json};

/// How many of the SDK's breadcrumbs are kept: the newest.
const BREADCRUMBS_MAX: usize = 100;
/// Bytes of an event or of breadcrumbs in `MessagePack`; larger ones are passed over.
const MSGPACK_BYTES_MAX: usize = 1024 * 1024;

/// A crash, in the parts in which SDKs and crash reporters send it (reference/PROTOCOL.md
/// section 7).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Crash<'a> {
    /// The dump itself, unpacked.
    pub(crate) dump: Option<&'a [u8]>,
    /// The event as JSON: the event item of an envelope.
    pub(crate) event: Option<&'a [u8]>,
    /// The event as `MessagePack`: `__sentry-event`, or an attachment `event.payload`.
    pub(crate) payload: Option<&'a [u8]>,
    /// The two buffers, used in turn, that the SDK writes its breadcrumbs to as `MessagePack`:
    /// `__sentry-breadcrumb1` and `2`, or attachments `event.breadcrumbs`.
    pub(crate) breadcrumbs: [Option<&'a [u8]>; 2],
    /// The text fields of the form.
    pub(crate) fields: &'a [(String, String)],
}

/// The event of a crash, as JSON for the pipeline.
///
/// What the SDK says stands, but for the exception and the threads, which are those of the dump;
/// of the event in JSON, the one in `MessagePack` and the form, the first counts most. A dump that
/// cannot be read gives an exception that says so.
pub(crate) fn to_event(crash: &Crash<'_>) -> Vec<u8> {
    let mut event = base(crash);
    add_breadcrumbs(&mut event, crash.breadcrumbs);
    if let Some(bytes) = crash.dump {
        let facts = read_dump(bytes);
        add_dump(&mut event, facts);
    }
    event.to_string().into_bytes()
}

/// Reads the dump. The reader is written for strangers' files; should it fail all the same, the
/// crash is worth more than the details of its dump. What it logs may quote the dump, so that it
/// logs nothing.
fn read_dump(bytes: &[u8]) -> Option<Facts> {
    let read = || std::panic::catch_unwind(|| dump::read(bytes).ok());
    let facts = tracing::subscriber::with_default(NoSubscriber::default(), read);
    facts.ok().flatten()
}

/// What was said besides the dump, as one event. Its id is the first that can be read.
fn base(crash: &Crash<'_>) -> Value {
    let json = crash
        .event
        .and_then(|bytes| serde_json::from_slice(bytes).ok());
    let payload = crash.payload.and_then(msgpack).filter(Value::is_object);
    let said = [Some(form::to_event(crash.fields)), payload, json];
    let id = said.iter().rev().flatten().find_map(|event| {
        let text = event.get("event_id")?.as_str()?;
        text.parse::<EventId>().ok()
    });
    let mut event = Value::Object(Map::new());
    for value in said.into_iter().flatten() {
        merge(&mut event, value);
    }
    if let (Some(id), Some(fields)) = (id, event.as_object_mut()) {
        fields.insert("event_id".to_owned(), id.to_string().into());
    }
    event
}

fn msgpack(bytes: &[u8]) -> Option<Value> {
    (bytes.len() <= MSGPACK_BYTES_MAX)
        .then(|| to_json(bytes))
        .flatten()
}

/// Puts both buffers into the order of time. The SDK overwrites the older of the two when one is
/// full.
fn add_breadcrumbs(event: &mut Value, buffers: [Option<&[u8]>; 2]) {
    let mut crumbs: Vec<Value> = Vec::new();
    for buffer in buffers.into_iter().flatten() {
        if buffer.len() <= MSGPACK_BYTES_MAX {
            crumbs.extend(breadcrumbs(buffer));
        }
    }
    if crumbs.is_empty() {
        return;
    }
    let time = |crumb: &Value| crumb.get("timestamp").map(ToString::to_string);
    crumbs.sort_by_cached_key(time);
    let newest = crumbs.split_off(crumbs.len().saturating_sub(BREADCRUMBS_MAX));
    if let Some(fields) = event.as_object_mut() {
        fields.insert("breadcrumbs".to_owned(), json!({"values": newest}));
    }
}

/// A buffer holds one list, or one crumb after the other.
fn breadcrumbs(mut buffer: &[u8]) -> Vec<Value> {
    let mut crumbs = Vec::new();
    while let Some(value) = next(&mut buffer) {
        match value {
            Value::Array(values) => crumbs.extend(values),
            value => crumbs.push(value),
        }
    }
    crumbs.retain(Value::is_object);
    crumbs
}

fn add_dump(event: &mut Value, facts: Option<Facts>) {
    let Some(fields) = event.as_object_mut() else {
        return;
    };
    let mut mechanism = json!({"type": "minidump", "handled": false, "synthetic": true});
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("platform", "native".into());
    let Some(facts) = facts else {
        let exception = json!({
            "type": "Minidump",
            "value": "The dump cannot be read",
            "mechanism": mechanism,
        });
        set("exception", json!({"values": [exception]}));
        set_absent(fields, "level", "fatal".into());
        return;
    };
    if let Some(mechanism) = mechanism.as_object_mut() {
        mechanism.insert("handled".to_owned(), (!facts.is_crash).into());
        if let Some(signal) = facts.signal {
            mechanism.insert("meta".to_owned(), json!({"signal": signal}));
        }
    }
    let mut exception = facts.exception;
    exception.insert("mechanism".to_owned(), mechanism);
    set("exception", json!({"values": [exception]}));
    set("threads", json!({"values": facts.threads}));
    set("debug_meta", json!({"images": facts.images}));
    let level = if facts.is_crash { "fatal" } else { "info" };
    set_absent(fields, "level", level.into());
    // Without symbols no frame has a name, and all crashes of one kind would be one issue.
    if let Some(place) = facts.place {
        set_absent(fields, "fingerprint", json!(["{{ default }}", place]));
    }
    if let Some(seconds) = facts.written_at {
        set_absent(fields, "timestamp", seconds.into());
    }
    // The SDK knows more of its system than the dump does.
    let mut contexts = json!({"contexts": facts.contexts});
    if let Some(said) = fields.remove("contexts").filter(Value::is_object) {
        merge(&mut contexts, json!({"contexts": said}));
    }
    merge(event, contexts);
}

fn set_absent(fields: &mut Map<String, Value>, name: &str, value: Value) {
    let place = fields.entry(name).or_insert(Value::Null);
    if place.is_null() {
        *place = value;
    }
}
