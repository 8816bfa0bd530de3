//! Numbers of sessions, which servers send once a minute.

use watchfire_store::release_health::SessionRow;

use super::super::flaw::Flaw;
use super::super::raw::{Broken, Raw};
use super::{Attributes, SessionContext, Sessions, bad, user};

/// How many aggregates of one item are read; SDKs send a hundred at most.
pub(super) const AGGREGATES_MAX: u64 = 1000;
/// How many sessions one aggregate may count; a larger number is taken as this one, so that no
/// client can make the sums of the database overflow.
const SESSIONS_MAX: u64 = 1_000_000;

/// Reads every aggregate; a bad one costs only itself.
///
/// # Errors
/// A [`Flaw`] when there is no list of them, or no release.
pub(super) fn read(item: Raw<'_>, context: &SessionContext) -> Result<Sessions, Flaw> {
    let [aggregates, attributes] = item.pick(["aggregates", "attrs"])?;
    let attributes = Attributes::read(attributes)?;
    let entries = aggregates.and_then(Raw::elements);
    let entries = entries.ok_or(Flaw::new("invalid_session", "lacks a list of aggregates"))?;
    let total = entries.clone().count();
    let mut sessions = Sessions::default();
    for (entry, number) in entries.zip(1..) {
        let read = entry
            .map_err(Broken::into)
            .and_then(|entry| read_one(entry, number, &attributes, context));
        match read {
            Ok(row) => {
                sessions.rows.push(row);
                sessions.quantity += 1;
            }
            Err(flaw) => match sessions.bad.iter_mut().find(|it| it.reason == flaw.reason) {
                Some(same) => same.quantity += 1,
                None => {
                    let message = format!("aggregate {number} of {total} {}", flaw.words);
                    sessions.bad.push(bad(flaw.reason, message));
                }
            },
        }
    }
    Ok(sessions)
}

fn read_one(
    entry: Raw<'_>,
    number: u64,
    attributes: &Attributes,
    context: &SessionContext,
) -> Result<SessionRow, Flaw> {
    if number > AGGREGATES_MAX {
        return Err(Flaw::new(
            "too_large:sessions",
            "comes after the first 1000",
        ));
    }
    let [started, did, exited, errored, abnormal, unhandled, crashed] = entry.pick([
        "started",
        "did",
        "exited",
        "errored",
        "abnormal",
        "unhandled",
        "crashed",
    ])?;
    let started = context.started(started)?;
    let [exited, errored, abnormal, unhandled, crashed] =
        [exited, errored, abnormal, unhandled, crashed].map(quantity);
    let unhealthy = errored + abnormal + unhandled + crashed;
    let total = exited + unhealthy;
    if total == 0 {
        return Err(Flaw::new("invalid_session", "counts no sessions"));
    }
    let counted = |number: u64| u32::try_from(number.min(SESSIONS_MAX)).unwrap_or(u32::MAX);
    Ok(SessionRow {
        release: attributes.release.clone(),
        environment: attributes.environment.clone(),
        started,
        session_id: None,
        user: user(did),
        total: counted(total),
        errored: counted(unhealthy),
        abnormal: counted(abnormal),
        unhandled: counted(unhandled),
        crashed: counted(crashed),
    })
}

fn quantity(number: Option<Raw<'_>>) -> u64 {
    number
        .and_then(Raw::whole_number)
        .unwrap_or(0)
        .min(SESSIONS_MAX)
}
