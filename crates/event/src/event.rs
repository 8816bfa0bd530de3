use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::json::{Object, Value, write_entries};
use crate::{EventId, Level, MetaTree, Timestamp};

/// Room for the text of most events.
const TEXT_BYTES_USUAL: usize = 16 * 1024;

/// An event whose fields have their schema's shapes, but which still lacks what normalisation adds.
#[derive(Clone, Debug, Default)]
pub struct Draft<'a> {
    /// The event without `_meta`.
    pub body: Object<'a>,
    /// The remarks and errors of `_meta`, those of the SDK included.
    pub meta: MetaTree,
}

/// A normalised event: what the pipeline works on from here on.
///
/// `body` holds the whole event in Sentry's event schema (reference/PROTOCOL.md section 8) without
/// `_meta`; the other fields repeat what every step needs.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// The event's id, unique in its project.
    pub id: EventId,
    /// When the request that brought it began.
    pub received_at: Timestamp,
    /// When it happened, corrected for clock drift.
    pub timestamp: Timestamp,
    /// How bad it is.
    pub level: Level,
    /// The event itself.
    pub body: Object<'a>,
    /// What was removed, cut or could not be read, and why.
    pub meta: MetaTree,
}

impl<'a> Event<'a> {
    /// An event of a draft as it is: nothing is normalised and the body is not touched. What the
    /// body does not say is made up: a random id, `received_at`, the level `error`.
    #[must_use]
    pub fn from_draft(draft: Draft<'a>, received_at: Timestamp) -> Self {
        let body = &draft.body;
        Self {
            id: body
                .get_str("event_id")
                .and_then(|text| text.parse().ok())
                .unwrap_or_else(EventId::random),
            received_at,
            timestamp: body
                .get("timestamp")
                .and_then(Value::as_f64)
                .and_then(Timestamp::from_seconds)
                .unwrap_or(received_at),
            level: body
                .get_str("level")
                .and_then(Level::parse)
                .unwrap_or(Level::Error),
            body: draft.body,
            meta: draft.meta,
        }
    }

    /// The event as one JSON text, `_meta` included where something is noted.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = String::with_capacity(TEXT_BYTES_USUAL);
        text.push('{');
        write_entries(&self.body, &mut text);
        if self.meta.is_shown() {
            if !self.body.is_empty() {
                text.push(',');
            }
            text.push_str("\"_meta\":");
            self.meta.write(&mut text);
        }
        text.push('}');
        text
    }
}

impl Serialize for Event<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in self.body.iter() {
            map.serialize_entry(key, value)?;
        }
        if let Some(meta) = self.meta.to_value() {
            map.serialize_entry("_meta", &meta)?;
        }
        map.end()
    }
}
