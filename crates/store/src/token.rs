//! API tokens, kept as their SHA-256 only.

use diesel::prelude::*;
use watchfire_event::{Timestamp, UserId};

use crate::column::{MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::{api_token, app_user};
use crate::session::hash;

/// An API token.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = api_token)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// Whose it is; nobody's when the operator made it for a script.
    #[diesel(deserialize_as = MaybeNumber)]
    pub user_id: Option<UserId>,
    /// Its name for people.
    pub name: String,
    /// The last four characters of the secret.
    pub last4: String,
    #[diesel(column_name = scopes)]
    scopes_json: String,
    /// When it was made.
    #[diesel(deserialize_as = Number)]
    pub created_at: Timestamp,
    /// When it was last used, as far as noted.
    #[diesel(deserialize_as = MaybeNumber)]
    pub last_used_at: Option<Timestamp>,
}

impl Token {
    /// What it allows, for example `event:read`.
    #[must_use]
    pub fn scopes(&self) -> Vec<String> {
        serde_json::from_str(&self.scopes_json).unwrap_or_default()
    }
}

/// A token to make.
pub struct NewToken<'a> {
    /// Whose it is, if anybody's.
    pub user_id: Option<UserId>,
    /// Its name for people.
    pub name: &'a str,
    /// The secret, for example `sntryu_…`.
    pub token: &'a str,
    /// What it allows.
    pub scopes: &'a [String],
}

/// Makes a token.
///
/// # Errors
/// When the database fails.
pub fn create(conn: &mut Conn<'_>, new: &NewToken<'_>, now: Timestamp) -> Result<Token> {
    let start = new
        .token
        .char_indices()
        .rev()
        .nth(3)
        .map_or(0, |(at, _)| at);
    let row = (
        api_token::user_id.eq(new.user_id.map(|user| user.0)),
        api_token::name.eq(new.name),
        api_token::token_hash.eq(hash(new.token)),
        api_token::last4.eq(new.token.get(start..).unwrap_or_default()),
        api_token::scopes.eq(serde_json::json!(new.scopes).to_string()),
        api_token::created_at.eq(now.0),
    );
    Ok(on!(conn, |c| diesel::insert_into(api_token::table)
        .values(row)
        .returning(Token::as_returning())
        .get_result(c))?)
}

/// The token of a secret. Tokens of accounts that have been switched off are not found.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut Conn<'_>, token: &str) -> Result<Option<Token>> {
    let is_usable = api_token::user_id
        .is_null()
        .or(app_user::is_active.nullable().eq(true));
    Ok(on!(conn, |c| api_token::table
        .left_join(app_user::table.on(app_user::id.nullable().eq(api_token::user_id)))
        .filter(api_token::token_hash.eq(hash(token)))
        .filter(is_usable)
        .select(Token::as_select())
        .first(c)
        .optional())?)
}

/// All tokens, or those of one user, oldest first.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut Conn<'_>, user: Option<UserId>) -> Result<Vec<Token>> {
    Ok(on!(conn, |c| {
        let mut query = api_token::table
            .order(api_token::id)
            .select(Token::as_select())
            .into_boxed();
        if let Some(user) = user {
            query = query.filter(api_token::user_id.eq(user.0));
        }
        query.load(c)
    })?)
}

/// Notes that a token was used.
///
/// # Errors
/// When the database fails.
pub fn touch(conn: &mut Conn<'_>, id: i64, now: Timestamp) -> Result<()> {
    on!(conn, |c| diesel::update(api_token::table.find(id))
        .set(api_token::last_used_at.eq(now.0))
        .execute(c))?;
    Ok(())
}

/// Removes a token; `false` when there is none of that number.
///
/// # Errors
/// When the database fails.
pub fn delete(conn: &mut Conn<'_>, id: i64) -> Result<bool> {
    let count = on!(conn, |c| diesel::delete(api_token::table.find(id))
        .execute(c))?;
    Ok(count > 0)
}
