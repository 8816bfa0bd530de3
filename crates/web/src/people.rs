//! The names of accounts, for pages that say who did something.

use std::collections::HashMap;

use watchfire_event::UserId;
use watchfire_store::{self as store, Conn};

/// The names of these accounts, or their e-mail addresses where they have none. Accounts that are
/// gone are left out; an account that is named twice is read once.
///
/// # Errors
/// When the database fails.
pub(crate) fn names(
    conn: &mut Conn<'_>,
    ids: impl IntoIterator<Item = UserId>,
) -> store::Result<HashMap<UserId, String>> {
    let mut names = HashMap::new();
    for id in ids {
        if names.contains_key(&id) {
            continue;
        }
        if let Some(user) = store::user::get(conn, id)? {
            let name = if user.name.is_empty() {
                user.email
            } else {
                user.name
            };
            names.insert(id, name);
        }
    }
    Ok(names)
}
