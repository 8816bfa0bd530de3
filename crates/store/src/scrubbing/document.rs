use diesel::prelude::*;
use watchfire_event::{Timestamp, UserId};
use watchfire_scrub::Document;

use super::{HISTORY_MAX, Scope, Stored, Version};
use crate::column::{MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::scrubbing;

#[derive(Queryable, Selectable)]
#[diesel(table_name = scrubbing)]
struct Row {
    id: i64,
    document: String,
    #[diesel(deserialize_as = MaybeNumber)]
    user_id: Option<UserId>,
    #[diesel(deserialize_as = Number)]
    created_at: Timestamp,
}

impl From<Row> for Version {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            document: row.document,
            user_id: row.user_id,
            created_at: row.created_at,
        }
    }
}

/// The document in force; nothing when none was ever stored.
///
/// # Errors
/// When the database fails.
pub fn document(conn: &mut Conn<'_>, scope: Scope) -> Result<Option<Version>> {
    Ok(newest(conn, scope, i64::MAX, 1)?.into_iter().next())
}

/// The documents, newest first: the first one is in force, at most [`HISTORY_MAX`] in all.
///
/// # Errors
/// When the database fails.
pub fn history(conn: &mut Conn<'_>, scope: Scope) -> Result<Vec<Version>> {
    newest(conn, scope, i64::MAX, HISTORY_MAX)
}

/// The documents before one, newest first, at most [`HISTORY_MAX`].
pub(super) fn before(conn: &mut Conn<'_>, scope: Scope, id: i64) -> Result<Vec<Version>> {
    newest(conn, scope, id, HISTORY_MAX)
}

/// A document of an organisation or project, in force or not; nothing when it has none of that
/// number.
///
/// # Errors
/// When the database fails.
pub fn version(conn: &mut Conn<'_>, scope: Scope, id: i64) -> Result<Option<Version>> {
    let row: Option<Row> = on!(conn, |c| {
        let query = scrubbing::table
            .filter(scrubbing::id.eq(id))
            .select(Row::as_select())
            .into_boxed();
        match scope {
            Scope::Organization(id) => query
                .filter(scrubbing::organization_id.eq(id.0))
                .filter(scrubbing::project_id.is_null()),
            Scope::Project(id) => query.filter(scrubbing::project_id.eq(id.0)),
        }
        .first(c)
        .optional()
    })?;
    Ok(row.map(Version::from))
}

/// Stores a document, which is in force from then on; an empty one says nothing. A document with a
/// problem is not stored, whatever else it says. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`crate::Error::NotFound`] when there is no such project.
pub fn set(
    conn: &mut Conn<'_>,
    scope: Scope,
    text: &str,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<Stored> {
    // JSON holds no NUL, which PostgreSQL could not store.
    if let Err(problems) = Document::parse(text) {
        return Ok(Err(problems));
    }
    let (organization, project) = scope.columns(conn)?;
    let row = (
        scrubbing::organization_id.eq(organization),
        scrubbing::project_id.eq(project),
        scrubbing::document.eq(text),
        scrubbing::user_id.eq(author.map(|user| user.0)),
        scrubbing::created_at.eq(now.0),
    );
    let row: Row = on!(conn, |c| diesel::insert_into(scrubbing::table)
        .values(row)
        .returning(Row::as_returning())
        .get_result(c))?;
    Ok(Ok(row.into()))
}

fn newest(conn: &mut Conn<'_>, scope: Scope, before: i64, limit: i64) -> Result<Vec<Version>> {
    let rows: Vec<Row> = on!(conn, |c| {
        let query = scrubbing::table
            .filter(scrubbing::id.lt(before))
            .order(scrubbing::id.desc())
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        match scope {
            Scope::Organization(id) => query
                .filter(scrubbing::organization_id.eq(id.0))
                .filter(scrubbing::project_id.is_null()),
            Scope::Project(id) => query.filter(scrubbing::project_id.eq(id.0)),
        }
        .load(c)
    })?;
    Ok(rows.into_iter().map(Version::from).collect())
}
