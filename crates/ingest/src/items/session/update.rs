//! An update of one session, of which an application sends one or more in its life.

use watchfire_event::EventId;
use watchfire_store::release_health::SessionRow;

use super::super::flaw::Flaw;
use super::super::raw::Raw;
use super::{Attributes, SessionContext, user};

/// Reads an update. It begins a session when it says `init`; a session is not healthy when it had
/// errors or did not end well.
///
/// # Errors
/// A [`Flaw`] when it cannot be counted.
pub(super) fn read(update: Raw<'_>, context: &SessionContext) -> Result<SessionRow, Flaw> {
    let invalid = |words| Flaw::new("invalid_session", words);
    let [sid, did, init, started, time, status, errors, attributes] = update.pick([
        "sid",
        "did",
        "init",
        "started",
        "timestamp",
        "status",
        "errors",
        "attrs",
    ])?;
    let session_id = match sid {
        Some(sid) => {
            let sid = sid.text().and_then(|text| text.parse::<EventId>().ok());
            sid.ok_or(invalid("has a sid that is not a UUID"))?
        }
        None => EventId::random(),
    };
    let attributes = Attributes::read(attributes)?;
    let started = context.started(started)?;
    if let Some(time) = time.and_then(Raw::time) {
        // A time before the start is taken as the start.
        context.check_future(time.plus_micros(context.drift_micros))?;
    }
    let status = match status {
        Some(status) => {
            let status = status.text();
            status.ok_or(invalid("has a status that is not a string"))?
        }
        None => "ok".into(),
    };
    let had_errors = errors.and_then(Raw::number).is_some_and(|it| it > 0.0);
    Ok(SessionRow {
        release: attributes.release,
        environment: attributes.environment,
        started,
        session_id: Some(*session_id.as_bytes()),
        user: user(did),
        total: u32::from(init.and_then(Raw::flag) == Some(true)),
        errored: u32::from(had_errors || !matches!(&*status, "ok" | "exited")),
        abnormal: u32::from(status == "abnormal"),
        unhandled: u32::from(status == "unhandled"),
        crashed: u32::from(status == "crashed"),
    })
}
