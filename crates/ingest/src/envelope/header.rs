use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use watchfire_event::{EventId, Timestamp};

/// The fields of an envelope's first line that matter here; others are ignored, a bad `trace`
/// too (reference/PROTOCOL.md section 4).
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct EnvelopeHeader {
    /// The id that overrides the payload's.
    pub(crate) event_id: Option<EventId>,
    /// The DSN, which must agree with the request's key and project.
    pub(crate) dsn: Option<String>,
    /// The client's clock when it sent the envelope; `None` when it cannot be read.
    pub(crate) sent_at: Option<Timestamp>,
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
}

#[derive(Deserialize)]
struct RawEnvelopeHeader {
    #[serde(default)]
    event_id: Value,
    #[serde(default)]
    dsn: Value,
    #[serde(default)]
    sent_at: Value,
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
}

impl EnvelopeHeader {
    /// Reads the header off the front of `bytes` and returns it with what follows. `None` when
    /// there is no JSON object, a known key occurs twice, or the id or DSN is of a wrong shape; an
    /// unreadable `sent_at` only counts as absent.
    pub(super) fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (raw, rest) = split_object::<RawEnvelopeHeader>(bytes)?;
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
        let header = Self {
            event_id,
            dsn,
            sent_at: raw.sent_at.as_str().and_then(Timestamp::parse),
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
            item_type: raw.item_type.as_str()?.to_owned(),
            length,
            item_count: raw.item_count.as_u64(),
            platform: raw.platform.as_str().map(str::to_owned),
        };
        Some((header, rest))
    }
}

/// Reads one JSON object off the front of `bytes`; white space may come before it.
fn split_object<T: DeserializeOwned>(bytes: &[u8]) -> Option<(T, &[u8])> {
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
