use diesel::prelude::*;
use watchfire_event::{Timestamp, UserId};

use super::change::note;
use super::overtaken::place_overtaken;
use super::read::texts;
use super::{ChangeKind, StoredRule};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::grouping_rules::Scope;
use crate::schema::ignore_rule;

/// Puts the rules of a place into this order of numbers.
///
/// Rules whose place changes get an entry in their history. `base` is the order that it was made
/// from, where that is known. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::Refused`] when the numbers are not exactly those of the place's rules, each once;
/// [`Error::Overtaken`] when the rules are in another order than `base` by now.
pub fn reorder(
    conn: &mut Conn<'_>,
    scope: Scope,
    ids: &[i64],
    base: Option<&[i64]>,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    scope.lock(conn)?;
    let before = texts(conn, scope)?;
    let mut known: Vec<i64> = before.iter().map(|rule| rule.id).collect();
    if base.is_some_and(|base| base != known) {
        return Err(place_overtaken(conn, scope)?);
    }
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

/// Moves a rule a place earlier or later; nothing happens where it cannot go further. Call it inside
/// [`crate::Database::write`].
///
/// # Errors
/// [`Error::NotFound`] when its place is gone.
pub fn move_by_one(
    conn: &mut Conn<'_>,
    stored: &StoredRule,
    is_up: bool,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    // Before the others are read, so that nobody moves one in between.
    stored.scope.lock(conn)?;
    let rules = texts(conn, stored.scope)?;
    let mut ids: Vec<i64> = rules.iter().map(|rule| rule.id).collect();
    let place = ids.iter().position(|other| *other == stored.id);
    let other = place.and_then(|place| match is_up {
        true => place.checked_sub(1),
        false => Some(place + 1).filter(|next| *next < ids.len()),
    });
    let (Some(place), Some(other)) = (place, other) else {
        return Ok(());
    };
    ids.swap(place, other);
    reorder(conn, stored.scope, &ids, None, author, now)
}
