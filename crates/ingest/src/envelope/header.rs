use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use watchfire_event::{Dsc, EventId, Timestamp, json};

/// Some editors and tools put it before a text.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The fields of an envelope's first line that matter here; others are ignored
/// (reference/PROTOCOL.md section 4).
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct EnvelopeHeader {
    /// The id that overrides the payload's.
    pub(crate) event_id: Option<EventId>,
    /// The DSN, which must agree with the request's key and project.
    pub(crate) dsn: Option<String>,
    /// The client's clock when it sent the envelope; `None` when it cannot be read.
    pub(crate) sent_at: Option<Timestamp>,
    /// How the trace was sampled; `None` when it cannot be read.
    pub(crate) dsc: Option<Dsc>,
    /// What the trace says of its release and environment.
    pub(crate) trace: TraceNames,
    /// The page that the envelope came from, as a tunnel passes it on.
    pub(crate) origin: Option<String>,
}

/// Names in an envelope's `trace` (reference/PROTOCOL.md section 4.2). They are free text that
/// nobody scrubs: only those that the project has on its lists may be kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TraceNames {
    /// The release of the service in which the trace began.
    pub(crate) release: Option<String>,
    /// Its environment.
    pub(crate) environment: Option<String>,
}

/// The fields of an item's header that matter here; others are ignored.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ItemHeader {
    /// `type`, whether known or not.
    pub(crate) item_type: String,
    /// How many bytes the payload has; without it, the payload ends at the next newline.
    pub(crate) length: Option<usize>,
    /// How many entries a container says it holds.
    pub(crate) item_count: Option<u64>,
    /// The platform of a profile.
    pub(crate) platform: Option<String>,
    /// What the payload is, for attachments and containers.
    pub(crate) content_type: Option<String>,
    /// The name of an attachment.
    pub(crate) filename: Option<String>,
    /// What role an attachment plays; absent for an ordinary one.
    pub(crate) attachment_type: Option<String>,
    /// How many spans a transaction says it holds.
    pub(crate) span_count: Option<u64>,
    /// How many bytes at the start of a trace attachment describe it.
    pub(crate) meta_length: Option<u64>,
}

#[derive(Deserialize)]
struct RawEnvelopeHeader<'a> {
    #[serde(default)]
    event_id: Value,
    #[serde(default)]
    dsn: Value,
    #[serde(default)]
    sent_at: Value,
    #[serde(default, borrow)]
    trace: Option<&'a RawValue>,
    #[serde(default)]
    origin: Value,
}

#[derive(Deserialize)]
struct RawItemHeader {
    #[serde(rename = "type")]
    item_type: Value,
    #[serde(default)]
    length: Value,
    #[serde(default)]
    item_count: Value,
    #[serde(default)]
    platform: Value,
    #[serde(default)]
    content_type: Value,
    #[serde(default)]
    filename: Value,
    #[serde(default)]
    attachment_type: Value,
    #[serde(default)]
    span_count: Value,
    #[serde(default)]
    meta_length: Value,
}

impl EnvelopeHeader {
    /// Reads the header off the front of `bytes` and returns it with what follows. `None` when
    /// there is no JSON object, a known key occurs twice, or the id or DSN is of a wrong shape; an
    /// unreadable `sent_at` only counts as absent.
    pub(super) fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let (raw, rest) = split_object::<RawEnvelopeHeader<'_>>(bytes)?;
        let event_id = match &raw.event_id {
            Value::Null => None,
            Value::String(text) => Some(text.parse().ok()?),
            _ => return None,
        };
        let dsn = match &raw.dsn {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            _ => return None,
        };
        let (dsc, trace) = raw.trace.map(|it| read_trace(it.get())).unwrap_or_default();
        let header = Self {
            event_id,
            dsn,
            sent_at: raw.sent_at.as_str().and_then(Timestamp::parse),
            dsc,
            trace,
            origin: text(raw.origin),
        };
        Some((header, rest))
    }
}

impl ItemHeader {
    /// Reads the header off the front of `bytes` and returns it with what follows. `None` when
    /// there is no JSON object, a known key occurs twice, `type` is not a string, or `length` is
    /// not a non-negative integer.
    pub(super) fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (raw, rest) = split_object::<RawItemHeader>(bytes)?;
        let length = match &raw.length {
            Value::Null => None,
            number => Some(usize::try_from(number.as_u64()?).ok()?),
        };
        let header = Self {
            item_type: text(raw.item_type)?,
            length,
            item_count: raw.item_count.as_u64(),
            platform: text(raw.platform),
            content_type: text(raw.content_type),
            filename: text(raw.filename),
            attachment_type: text(raw.attachment_type),
            span_count: raw.span_count.as_u64(),
            meta_length: raw.meta_length.as_u64(),
        };
        Some((header, rest))
    }
}

fn read_trace(trace: &str) -> (Option<Dsc>, TraceNames) {
    let Ok(trace) = json::parse(trace.as_bytes()) else {
        return Default::default();
    };
    let name = |key: &str| trace.get(key)?.as_str().map(str::to_owned);
    let names = TraceNames {
        release: name("release"),
        environment: name("environment"),
    };
    (Dsc::parse(&trace), names)
}

/// The text of a value; `None` for any other.
fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Reads one JSON object off the front of `bytes`; white space may come before it.
fn split_object<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<(T, &'a [u8])> {
    let bytes = bytes.trim_ascii_start();
    // A derived struct would also accept a list of its fields.
    if !bytes.starts_with(b"{") {
        return None;
    }
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<T>();
    let value = values.next()?.ok()?;
    let (_, rest) = bytes.split_at_checked(values.byte_offset())?;
    Some((value, rest))
}
