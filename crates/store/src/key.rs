//! Client keys: the public half of a DSN.

use diesel::prelude::*;
use rand::RngCore;
use watchfire_event::{ProjectId, Timestamp};

use crate::column::Number;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::project::Project;
use crate::schema::{project, project_key};

/// A client key.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = project_key)]
pub struct Key {
    /// Its number.
    pub id: i64,
    /// The project that it admits to.
    #[diesel(deserialize_as = Number)]
    pub project_id: ProjectId,
    /// 32 lower-case hexadecimal digits; unique.
    pub public_key: String,
    /// Its name for people.
    pub label: String,
    /// Whether events with it are taken.
    pub is_active: bool,
    /// When its public part was made.
    #[diesel(deserialize_as = Number)]
    pub created_at: Timestamp,
}

/// Makes an active key with a random public part.
///
/// # Errors
/// When the database fails or the project does not exist.
pub fn create(conn: &mut Conn<'_>, project: ProjectId, label: &str, now: Timestamp) -> Result<Key> {
    let row = (
        project_key::project_id.eq(project.0),
        project_key::public_key.eq(random_public_key()),
        project_key::label.eq(label),
        project_key::is_active.eq(true),
        project_key::created_at.eq(now.0),
    );
    Ok(on!(conn, |c| diesel::insert_into(project_key::table)
        .values(row)
        .returning(Key::as_returning())
        .get_result(c))?)
}

/// The key of a public part, active or not, with its project: what the ingest endpoints ask.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut Conn<'_>, public_key: &str) -> Result<Option<(Key, Project)>> {
    Ok(on!(conn, |c| project_key::table
        .inner_join(project::table.on(project::id.eq(project_key::project_id)))
        .filter(project_key::public_key.eq(public_key))
        .select((Key::as_select(), Project::as_select()))
        .first(c)
        .optional())?)
}

/// The keys of a project, oldest first.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut Conn<'_>, project: ProjectId) -> Result<Vec<Key>> {
    Ok(on!(conn, |c| project_key::table
        .filter(project_key::project_id.eq(project.0))
        .order(project_key::id)
        .select(Key::as_select())
        .load(c))?)
}

/// Switches a key of a project on or off; `false` when the project has no such key.
///
/// # Errors
/// When the database fails.
pub fn set_active(
    conn: &mut Conn<'_>,
    project: ProjectId,
    id: i64,
    is_active: bool,
) -> Result<bool> {
    let count = on!(conn, |c| diesel::update(project_key::table.find(id))
        .filter(project_key::project_id.eq(project.0))
        .set(project_key::is_active.eq(is_active))
        .execute(c))?;
    Ok(count > 0)
}

/// A key of a project.
///
/// # Errors
/// When the database fails.
pub fn get(conn: &mut Conn<'_>, project: ProjectId, id: i64) -> Result<Option<Key>> {
    Ok(on!(conn, |c| project_key::table
        .find(id)
        .filter(project_key::project_id.eq(project.0))
        .select(Key::as_select())
        .first(c)
        .optional())?)
}

/// Gives a key of a project another name; `false` when the project has no such key.
///
/// # Errors
/// When the database fails.
pub fn rename(conn: &mut Conn<'_>, project: ProjectId, id: i64, label: &str) -> Result<bool> {
    let count = on!(conn, |c| diesel::update(project_key::table.find(id))
        .filter(project_key::project_id.eq(project.0))
        .set(project_key::label.eq(label))
        .execute(c))?;
    Ok(count > 0)
}

/// Replaces the public part of a key by a new random one, from `now` on; the old one is unknown
/// afterwards. Name, limits and counts stay. Nothing when the project has no such key.
///
/// # Errors
/// When the database fails.
pub fn rotate(
    conn: &mut Conn<'_>,
    project: ProjectId,
    id: i64,
    now: Timestamp,
) -> Result<Option<Key>> {
    let change = (
        project_key::public_key.eq(random_public_key()),
        project_key::created_at.eq(now.0),
    );
    Ok(on!(conn, |c| diesel::update(project_key::table.find(id))
        .filter(project_key::project_id.eq(project.0))
        .set(change)
        .returning(Key::as_returning())
        .get_result(c)
        .optional())?)
}

/// Removes a key of a project and its limits; `false` when the project has no such key. What was
/// counted for it stays counted.
///
/// # Errors
/// When the database fails.
pub fn delete(conn: &mut Conn<'_>, project: ProjectId, id: i64) -> Result<bool> {
    let count = on!(conn, |c| diesel::delete(project_key::table.find(id))
        .filter(project_key::project_id.eq(project.0))
        .execute(c))?;
    Ok(count > 0)
}

/// The active key that was made first, of whatever project.
///
/// # Errors
/// When the database fails.
pub fn oldest_active(conn: &mut Conn<'_>) -> Result<Option<Key>> {
    Ok(on!(conn, |c| project_key::table
        .filter(project_key::is_active.eq(true))
        .order(project_key::id)
        .select(Key::as_select())
        .first(c)
        .optional())?)
}

impl Key {
    /// The DSN that an SDK is given: `http://KEY@host/1` for a server whose public origin is
    /// `public_url` (reference/PROTOCOL.md section 1).
    #[must_use]
    pub fn dsn(&self, public_url: &str) -> String {
        let (scheme, host) = public_url.split_once("://").unwrap_or(("http", public_url));
        format!(
            "{scheme}://{}@{}/{}",
            self.public_key,
            host.trim_end_matches('/'),
            self.project_id
        )
    }
}

fn random_public_key() -> String {
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    uuid::Uuid::from_bytes(bytes).as_simple().to_string()
}
