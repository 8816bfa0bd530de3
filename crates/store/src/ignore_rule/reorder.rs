use diesel::prelude::*;
use watchfire_event::{Timestamp, UserId};

use super::change::note;
use super::check::lock;
use super::read::texts;
use super::{ChangeKind, StoredRule};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::grouping_rules::Scope;
use crate::schema::ignore_rule;

/// Puts the rules of a place into this order of numbers. Rules whose place changes get an entry in
/// their history. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::Refused`] when the numbers are not exactly those of the place's rules, each once.
pub fn reorder(
    conn: &mut Conn<'_>,
    scope: Scope,
    ids: &[i64],
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    lock(conn, scope)?;
    let before = texts(conn, scope)?;
    let mut known: Vec<i64> = before.iter().map(|rule| rule.id).collect();
    let mut asked = ids.to_vec();
    known.sort_unstable();
    asked.sort_unstable();
    if known != asked {
        return Err(Error::Refused(format!(
            "an order names each rule once, and the rules are {known:?}; load them again"
        )));
    }
    for (position, (id, old)) in (1..).zip(ids.iter().zip(&before)) {
        on!(conn, |c| diesel::update(ignore_rule::table.find(id))
            .set(ignore_rule::position.eq(position))
            .execute(c))?;
        if *id != old.id
            && let Some(moved) = before.iter().find(|rule| rule.id == *id)
        {
            let text = &moved.text;
            note(conn, *id, ChangeKind::Moved, text, author, now)?;
        }
    }
    Ok(())
}

/// The numbers of rules with one of them a place earlier or later; as they were where it cannot go
/// further.
#[must_use]
pub fn moved(rules: &[StoredRule], id: i64, is_up: bool) -> Vec<i64> {
    let mut ids: Vec<i64> = rules.iter().map(|rule| rule.id).collect();
    let place = ids.iter().position(|other| *other == id);
    let other = place.and_then(|place| match is_up {
        true => place.checked_sub(1),
        false => Some(place + 1).filter(|next| *next < ids.len()),
    });
    if let (Some(place), Some(other)) = (place, other) {
        ids.swap(place, other);
    }
    ids
}
