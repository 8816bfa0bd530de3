//! Who did something, each account read once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use watchfire_event::UserId;
use watchfire_store::user::{self, User};
use watchfire_store::{Conn, Result as StoreResult};

/// Accounts that were read; nothing for those that are gone.
pub(super) type Accounts = BTreeMap<UserId, Option<User>>;

/// The account of a number; nothing where nobody did it, or the account is gone.
pub(super) fn of<'a>(
    conn: &mut Conn<'_>,
    known: &'a mut Accounts,
    id: Option<UserId>,
) -> StoreResult<Option<&'a User>> {
    let Some(id) = id else {
        return Ok(None);
    };
    let account = match known.entry(id) {
        Entry::Occupied(place) => place.into_mut(),
        Entry::Vacant(place) => place.insert(user::get(conn, id)?),
    };
    Ok(account.as_ref())
}
