use crate::{Draft, Event, EventId, Level, Timestamp};

/// What the request tells about an event.
#[derive(Clone, Copy, Debug)]
pub struct NormalizeContext<'a> {
    /// When the request began.
    pub received_at: Timestamp,
    /// The envelope header's `sent_at`, for clock drift.
    pub sent_at: Option<Timestamp>,
    /// The envelope header's event id, which overrides the payload's.
    pub event_id: Option<EventId>,
    /// The client's address.
    pub client_ip: Option<&'a str>,
    /// The `User-Agent` of the request.
    pub user_agent: Option<&'a str>,
    /// `sentry_client` of the authentication, `name/version`.
    pub sdk_client: Option<&'a str>,
    /// Events older than this many days are taken as of now.
    pub retention_days: u32,
}

/// An event that cannot be kept at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// It claims to have happened before 1970.
    #[error("timestamp is too stale")]
    Stale,
}

/// Completes an event with what the server knows.
///
/// # Errors
/// [`Rejected`] when the event is past repair.
pub fn normalize<'a>(
    draft: Draft<'a>,
    context: &NormalizeContext<'_>,
) -> Result<Event<'a>, Rejected> {
    Ok(Event {
        id: context.event_id.unwrap_or_else(EventId::random),
        received_at: context.received_at,
        timestamp: context.received_at,
        level: Level::Error,
        body: draft.body,
        meta: draft.meta,
    })
}
