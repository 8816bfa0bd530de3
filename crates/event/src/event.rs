use crate::json::Object;
use crate::{EventId, Level, MetaTree, Timestamp};

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
