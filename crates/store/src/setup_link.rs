//! The one-time link that makes the first account.

use diesel::prelude::*;
use watchfire_event::Timestamp;

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::setup_link;
use crate::session::hash;

/// Makes a link of this secret; earlier unused ones stop working.
///
/// # Errors
/// When the database fails.
pub fn create(conn: &mut Conn<'_>, token: &str, now: Timestamp) -> Result<()> {
    withdraw(conn)?;
    let row = (
        setup_link::token_hash.eq(hash(token)),
        setup_link::created_at.eq(now.0),
    );
    on!(conn, |c| diesel::insert_into(setup_link::table)
        .values(row)
        .execute(c))?;
    Ok(())
}

/// Ends every unused link: there is an account now, or a newer link.
pub(crate) fn withdraw(conn: &mut Conn<'_>) -> Result<()> {
    on!(conn, |c| diesel::delete(setup_link::table)
        .filter(setup_link::used_at.is_null())
        .execute(c))?;
    Ok(())
}

/// Whether the secret belongs to a link that was not used yet.
///
/// # Errors
/// When the database fails.
pub fn is_valid(conn: &mut Conn<'_>, token: &str) -> Result<bool> {
    Ok(on!(conn, |c| diesel::select(diesel::dsl::exists(
        setup_link::table
            .filter(setup_link::token_hash.eq(hash(token)))
            .filter(setup_link::used_at.is_null())
    ))
    .get_result(c))?)
}

/// Uses the link up; `false` when it was unknown or used before. Of two callers at once, one wins.
///
/// # Errors
/// When the database fails.
pub fn use_up(conn: &mut Conn<'_>, token: &str, now: Timestamp) -> Result<bool> {
    let count = on!(conn, |c| diesel::update(setup_link::table)
        .filter(setup_link::token_hash.eq(hash(token)))
        .filter(setup_link::used_at.is_null())
        .set(setup_link::used_at.eq(now.0))
        .execute(c))?;
    Ok(count > 0)
}
