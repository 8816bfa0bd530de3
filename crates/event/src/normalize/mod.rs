//! Completes and repairs an event with what the server knows, in the order of
//! reference/PROTOCOL.md section 8.6 as far as it applies to errors. One file per interface.

mod attributes;
mod breadcrumbs;
mod contexts;
mod errors;
mod exceptions;
mod frames;
mod logentry;
mod message_format;
mod request;
mod request_body;
mod tags;
mod time;
mod trim;
mod user;
mod version;

use crate::place::{Allowance, Place};
use crate::{Draft, Event, EventId, Timestamp};

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
    let allowance = Allowance::default();
    let mut root = Place::root(&mut meta, &allowance);
    let id = attributes::event_id(&mut body, context);
    let timestamp = time::repair(&mut body, &mut root, context)?;
    attributes::names(&mut body, &mut root);
    version::release(&mut body, &mut root);
    user::normalize(&mut body, &mut root, context);
    logentry::normalize(&mut body, &mut root);
    breadcrumbs::normalize(&mut body);
    version::dist(&mut body, &mut root);
    tags::normalize(&mut body, &mut root);
    version::environment(&mut body, &mut root);
    exceptions::normalize(&mut body, &mut root);
    frames::normalize(&mut body, &mut root);
    let level = attributes::defaults(&mut body, context);
    request::normalize(&mut body, &mut root);
    contexts::normalize(&mut body, &mut root, id);
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
