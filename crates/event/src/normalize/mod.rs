//! Completes and repairs an event with what the server knows, in the order of
//! reference/PROTOCOL.md section 8.6 as far as it applies to errors. One file per interface.

mod attributes;
mod breadcrumbs;
mod contexts;
mod csp;
mod device_class;
mod errors;
mod exceptions;
mod flood;
mod frames;
mod logentry;
mod message_format;
mod request;
mod request_body;
mod tags;
mod time;
mod trim;
mod user;
mod user_agent;
mod version;

pub use time::clock_drift_micros;
pub use version::{is_environment, is_release};

use crate::place::{Place, Scope};
use crate::{Draft, Dsc, Event, EventId, Sensitive, Timestamp};

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
    /// The `trace` of the envelope header.
    pub dsc: Option<&'a Dsc>,
    /// What the item said that it is; events of the type `event` do not choose theirs.
    pub kind: EventKind,
    /// What the event will be scrubbed by: no text is cut within what that takes out. `None` cuts
    /// every text right at its limit, as Relay does.
    pub sensitive: Option<&'a dyn Sensitive>,
}

/// What kind of event an item holds, which decides about its `type`
/// (reference/PROTOCOL.md section 8.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EventKind {
    /// `error`, `csp` or `default`, by what is in it; the payload's own word does not count.
    #[default]
    Event,
    /// `feedback`.
    Feedback,
    /// A report of [`crate::security`]; `csp`.
    Security,
    /// What the payload says where it says `transaction` or `feedback`, else as [`Self::Event`];
    /// for tools that look at events from elsewhere.
    Stated,
}

/// An event that cannot be kept at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// It claims to have happened before 1970.
    #[error("timestamp is too stale")]
    Stale,
}

/// Completes an event with what the server knows, repairs what can be repaired, and cuts what is
/// over its limit (reference/PROTOCOL.md section 8.6). Doing it twice changes nothing more.
///
/// Every change that loses something is noted in [`Event::meta`]; what could not be read is also
/// listed in the body's `errors`, without the values, which may be secrets.
///
/// # Errors
/// [`Rejected`] when the event is past repair.
pub fn normalize<'a>(
    draft: Draft<'a>,
    context: &NormalizeContext<'_>,
) -> Result<Event<'a>, Rejected> {
    let Draft { mut body, mut meta } = draft;
    let scope = Scope::new(context.sensitive);
    let mut root = Place::root(&mut meta, &scope);
    flood::normalize(&mut body, &mut root);
    let id = attributes::event_id(&mut body, context);
    let timestamp = time::repair(&mut body, &mut root, context)?;
    attributes::names(&mut body, &mut root);
    csp::normalize(&mut body, context);
    version::release(&mut body, &mut root);
    user::normalize(&mut body, &mut root, context);
    logentry::normalize(&mut body, &mut root);
    breadcrumbs::normalize(&mut body);
    version::dist(&mut body, &mut root);
    tags::normalize(&mut body, &mut root);
    version::environment(&mut body, &mut root);
    device_class::normalize(&mut body, &mut root);
    exceptions::normalize(&mut body, &mut root);
    frames::normalize(&mut body, &mut root);
    user_agent::normalize(&mut body);
    let level = attributes::defaults(&mut body, &mut root, context);
    request::normalize(&mut body, &mut root);
    contexts::normalize(&mut body, &mut root, id, context.dsc);
    attributes::sampling(&mut body, &mut root, context.dsc);
    trim::trim(&mut body, &mut root);
    errors::list(&mut body, &meta);
    Ok(Event {
        id,
        received_at: context.received_at,
        timestamp,
        level,
        body,
        meta,
    })
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
