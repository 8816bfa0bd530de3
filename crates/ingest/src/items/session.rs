//! Sessions: updates of one session, and aggregates of many (reference/PROTOCOL.md section 9.3).

mod aggregates;
mod attributes;
mod update;

use watchfire_event::Timestamp;
use watchfire_store::release_health::SessionRow;

use self::attributes::Attributes;
use super::Bad;
use super::field::{FUTURE_MICROS_MAX, MICROS_PER_DAY};
use super::flaw::Flaw;
use super::raw::Raw;
use crate::envelope::ItemHeader;
use crate::outcome::DataCategory;

/// Sessions that began earlier are not counted any more.
const AGE_DAYS_MAX: i64 = 5;
/// How many characters of a user's `did` tell users apart.
const USER_CHARS_MAX: usize = 256;

/// What reading sessions needs to know of the request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionContext {
    /// When the request began.
    pub(crate) now: Timestamp,
    /// What to add to the client's times, if its clock is wrong
    /// (reference/PROTOCOL.md section 4.1); else 0.
    pub(crate) drift_micros: i64,
}

/// What a `session` or `sessions` item tells.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    /// What to store.
    pub(crate) rows: Vec<SessionRow>,
    /// How many good entries that are: an update is one, and so is each aggregate.
    pub(crate) quantity: u64,
    /// The aggregates that are lost; their neighbours are not.
    pub(crate) bad: Vec<Bad>,
}

/// Reads an item by the type that its header gives it: `sessions` are aggregates, anything else is
/// an update. The client's address (`attrs.ip_address`) is never kept: a user is known by `did`.
///
/// # Errors
/// [`Bad`] when nothing of the item can be counted: it is not JSON, lacks a valid release, or is
/// not of the last five days.
pub(crate) fn read(
    payload: &[u8],
    header: &ItemHeader,
    context: &SessionContext,
) -> Result<Sessions, Bad> {
    let read = |item: Raw<'_>| -> Result<Sessions, Flaw> {
        item.check()?;
        if !item.is_object() {
            return Err(Flaw::new("invalid_json", "is not an object"));
        }
        if header.item_type == "sessions" {
            return aggregates::read(item, context);
        }
        Ok(Sessions {
            rows: vec![update::read(item, context)?],
            quantity: 1,
            bad: Vec::new(),
        })
    };
    let item = Raw::whole(payload).map_err(Flaw::from);
    item.and_then(read)
        .map_err(|flaw| bad(flaw.reason, format!("the session item {}", flaw.words)))
}

impl SessionContext {
    /// The moment when a session began, if it is one of those that count.
    fn started(&self, started: Option<Raw<'_>>) -> Result<Timestamp, Flaw> {
        let started = started.and_then(Raw::time);
        let started = started.ok_or(Flaw::new("invalid_session", "lacks started"))?;
        let started = started.plus_micros(self.drift_micros);
        if started < self.now.plus_micros(-AGE_DAYS_MAX * MICROS_PER_DAY) {
            return Err(Flaw::new("timestamp", "started more than 5 days ago"));
        }
        self.check_future(started)?;
        Ok(started)
    }

    fn check_future(&self, time: Timestamp) -> Result<(), Flaw> {
        if time > self.now.plus_micros(FUTURE_MICROS_MAX) {
            return Err(Flaw::new("timestamp", "is more than a minute ahead"));
        }
        Ok(())
    }
}

/// Who it was, if the SDK says.
fn user(did: Option<Raw<'_>>) -> Option<String> {
    let did = did?;
    let text = did.text().map(std::borrow::Cow::into_owned);
    let text = text.or_else(|| did.whole_number().map(|number| number.to_string()))?;
    let text: String = text.trim().chars().take(USER_CHARS_MAX).collect();
    (!text.is_empty()).then_some(text)
}

fn bad(reason: &'static str, message: String) -> Bad {
    Bad {
        category: DataCategory::Session,
        quantity: 1,
        reason,
        message: message.into(),
    }
}

#[cfg(test)]
mod tests;
