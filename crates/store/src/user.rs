//! Accounts of people. Passwords arrive here hashed.

use diesel::prelude::*;
use watchfire_event::{Timestamp, UserId};

use crate::column::{MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::app_user;
use crate::setup_link;

/// An account.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = app_user)]
pub struct User {
    /// Its number.
    #[diesel(deserialize_as = Number)]
    pub id: UserId,
    /// The address that logs in, in lower case; unique.
    pub email: String,
    /// The name to show; may be empty.
    pub name: String,
    /// The password's hash in PHC form, never the password.
    pub password_hash: String,
    /// Whether everything is allowed.
    pub is_superuser: bool,
    /// Whether logging in is allowed.
    pub is_active: bool,
    /// When it was made.
    #[diesel(deserialize_as = Number)]
    pub created_at: Timestamp,
    /// When it last logged in.
    #[diesel(deserialize_as = MaybeNumber)]
    pub last_login_at: Option<Timestamp>,
}

impl std::fmt::Debug for User {
    /// Leaves the password's hash out, so that no log holds it.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("User")
            .field("id", &self.id)
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

/// An account to make.
pub struct NewUser {
    /// The address that logs in; put into lower case here.
    pub email: String,
    /// The name to show; may be empty.
    pub name: String,
    /// The password's hash in PHC form.
    pub password_hash: String,
    /// Whether everything is allowed.
    pub is_superuser: bool,
}

/// Makes an active account. A set-up link that was not used yet ends with it.
///
/// # Errors
/// [`crate::Error::Taken`] when the address has one.
pub fn create(conn: &mut Conn<'_>, new: &NewUser, now: Timestamp) -> Result<User> {
    setup_link::withdraw(conn)?;
    let row = (
        app_user::email.eq(new.email.trim().to_lowercase()),
        app_user::name.eq(&new.name),
        app_user::password_hash.eq(&new.password_hash),
        app_user::is_superuser.eq(new.is_superuser),
        app_user::is_active.eq(true),
        app_user::created_at.eq(now.0),
    );
    Ok(on!(conn, |c| diesel::insert_into(app_user::table)
        .values(row)
        .returning(User::as_returning())
        .get_result(c))?)
}

/// The account of a number.
///
/// # Errors
/// When the database fails.
pub fn get(conn: &mut Conn<'_>, id: UserId) -> Result<Option<User>> {
    Ok(on!(conn, |c| app_user::table
        .find(id.0)
        .select(User::as_select())
        .first(c)
        .optional())?)
}

/// The account of an address in any case.
///
/// # Errors
/// When the database fails.
pub fn by_email(conn: &mut Conn<'_>, email: &str) -> Result<Option<User>> {
    Ok(on!(conn, |c| app_user::table
        .filter(app_user::email.eq(email.trim().to_lowercase()))
        .select(User::as_select())
        .first(c)
        .optional())?)
}

/// How many accounts there are; 0 means that the first one may be made with the set-up link.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut Conn<'_>) -> Result<i64> {
    Ok(on!(conn, |c| app_user::table.count().get_result(c))?)
}

/// Notes a log-in.
///
/// # Errors
/// When the database fails.
pub fn logged_in(conn: &mut Conn<'_>, id: UserId, now: Timestamp) -> Result<()> {
    on!(conn, |c| diesel::update(app_user::table.find(id.0))
        .set(app_user::last_login_at.eq(now.0))
        .execute(c))?;
    Ok(())
}

/// Replaces the password's hash.
///
/// # Errors
/// When the database fails.
pub fn set_password(conn: &mut Conn<'_>, id: UserId, password_hash: &str) -> Result<()> {
    on!(conn, |c| diesel::update(app_user::table.find(id.0))
        .set(app_user::password_hash.eq(password_hash))
        .execute(c))?;
    Ok(())
}
