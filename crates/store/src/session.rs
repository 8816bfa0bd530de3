//! Log-in sessions of browsers. The cookie's token is kept as its SHA-256 only.

use diesel::prelude::*;
use sha2::{Digest, Sha256};
use watchfire_event::{Timestamp, UserId};

use crate::column::Number;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::{app_user, session};
use crate::user::User;

/// A session.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = session)]
pub struct Session {
    /// Whose it is.
    #[diesel(deserialize_as = Number)]
    pub user_id: UserId,
    /// The secret that the forms of this session carry.
    pub csrf_token: String,
    /// When it began.
    #[diesel(deserialize_as = Number)]
    pub created_at: Timestamp,
    /// When it was last used, as far as noted.
    #[diesel(deserialize_as = Number)]
    pub last_seen_at: Timestamp,
    /// When it ends.
    #[diesel(deserialize_as = Number)]
    pub expires_at: Timestamp,
}

/// A session to begin.
pub struct NewSession<'a> {
    /// The secret of the cookie.
    pub token: &'a str,
    /// Whose it is.
    pub user_id: UserId,
    /// The secret that its forms carry.
    pub csrf_token: &'a str,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Begins a session.
///
/// # Errors
/// When the database fails.
pub fn create(conn: &mut Conn<'_>, new: &NewSession<'_>, now: Timestamp) -> Result<()> {
    let row = (
        session::token_hash.eq(hash(new.token)),
        session::user_id.eq(new.user_id.0),
        session::csrf_token.eq(new.csrf_token),
        session::created_at.eq(now.0),
        session::last_seen_at.eq(now.0),
        session::expires_at.eq(new.expires_at.0),
    );
    on!(conn, |c| diesel::insert_into(session::table)
        .values(row)
        .execute(c))?;
    Ok(())
}

/// The session of a token and its active user; nothing when it is unknown or has ended.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut Conn<'_>, token: &str, now: Timestamp) -> Result<Option<(Session, User)>> {
    Ok(on!(conn, |c| session::table
        .inner_join(app_user::table.on(app_user::id.eq(session::user_id)))
        .filter(session::token_hash.eq(hash(token)))
        .filter(session::expires_at.gt(now.0))
        .filter(app_user::is_active.eq(true))
        .select((Session::as_select(), User::as_select()))
        .first(c)
        .optional())?)
}

/// Notes that a session was used.
///
/// # Errors
/// When the database fails.
pub fn touch(conn: &mut Conn<'_>, token: &str, now: Timestamp) -> Result<()> {
    on!(conn, |c| diesel::update(session::table.find(hash(token)))
        .set(session::last_seen_at.eq(now.0))
        .execute(c))?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub fn delete(conn: &mut Conn<'_>, token: &str) -> Result<()> {
    on!(conn, |c| diesel::delete(session::table.find(hash(token)))
        .execute(c))?;
    Ok(())
}

/// Ends all sessions of a user, for example after a change of the password.
///
/// # Errors
/// When the database fails.
pub fn delete_of_user(conn: &mut Conn<'_>, user: UserId) -> Result<usize> {
    Ok(on!(conn, |c| diesel::delete(session::table)
        .filter(session::user_id.eq(user.0))
        .execute(c))?)
}

/// Removes the sessions that have ended and returns how many.
///
/// # Errors
/// When the database fails.
pub fn delete_expired(conn: &mut Conn<'_>, now: Timestamp) -> Result<usize> {
    Ok(on!(conn, |c| diesel::delete(session::table)
        .filter(session::expires_at.le(now.0))
        .execute(c))?)
}

/// The form in which secrets of sessions, set-up links and tokens are kept.
pub(crate) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
