use watchfire_event::Timestamp;

use super::read::{get, last_change, last_change_of};
use super::{ChangeKind, StoredRule};
use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::grouping_rules::Scope;

/// Refuses to write over a rule that somebody else changed since a person read its version `base`
/// ([`StoredRule::changed_at`]).
///
/// # Errors
/// [`Error::Overtaken`] with who did what when.
pub fn check_base(conn: &mut Conn<'_>, stored: &StoredRule, base: Timestamp) -> Result<()> {
    if stored.changed_at == base {
        return Ok(());
    }
    Err(overtaken(conn, stored.id)?)
}

/// Why a rule was not changed: who did what to it meanwhile.
pub(super) fn overtaken(conn: &mut Conn<'_>, id: i64) -> Result<Error> {
    let Some(stored) = get(conn, id)? else {
        return Ok(Error::NotFound);
    };
    let step = last_change(conn, id)?;
    let (did, by) = match step {
        Some((ChangeKind::SwitchedOn, by)) => ("switched on", by),
        Some((ChangeKind::SwitchedOff, by)) => ("switched off", by),
        Some((ChangeKind::Removed, by)) => ("removed", by),
        Some((ChangeKind::Restored, by)) => ("brought back", by),
        Some((_, by)) => ("changed", by),
        None => ("changed", None),
    };
    let did = format!("this rule was {did}");
    crate::overtaken(conn, &did, by, stored.changed_at)
}

/// Why the rules of a place, or their order, were not changed: who changed one meanwhile.
pub(super) fn place_overtaken(conn: &mut Conn<'_>, scope: Scope) -> Result<Error> {
    let (by, at) = last_change_of(conn, scope)?.unwrap_or((None, Timestamp::now()));
    crate::overtaken(conn, "the rules were changed", by, at)
}
