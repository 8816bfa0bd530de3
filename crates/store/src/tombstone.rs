//! What is left of discarded issues: later events of their hashes are dropped and counted.

use diesel::prelude::*;
use watchfire_event::{Level, ProjectId, Timestamp, UserId};

use crate::column::{LevelNumber, MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::project;
use crate::schema::{issue_hash, tombstone};

/// Why an event of a discarded issue is not stored: the reason of its outcome `filtered`, in
/// Sentry's word.
pub const DISCARDED_HASH: &str = "discarded-hash";

/// A discarded issue.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tombstone)]
pub struct Tombstone {
    /// Its number.
    pub id: i64,
    /// The issue's title.
    pub title: String,
    /// Where it happened.
    pub culprit: String,
    /// The issue's level.
    #[diesel(deserialize_as = LevelNumber)]
    pub level: Level,
    /// Who discarded it, if that is known.
    #[diesel(deserialize_as = MaybeNumber)]
    pub user_id: Option<UserId>,
    /// When it was discarded.
    #[diesel(deserialize_as = Number)]
    pub created_at: Timestamp,
    /// How many events were dropped because of it. An event that a client sends twice counts
    /// twice, because nothing of it is kept.
    pub hit_count: i64,
    /// When the latest of them came in.
    #[diesel(deserialize_as = MaybeNumber)]
    pub last_hit_at: Option<Timestamp>,
}

/// The tombstones of a project, newest first.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut Conn<'_>, project: ProjectId) -> Result<Vec<Tombstone>> {
    Ok(on!(conn, |c| tombstone::table
        .filter(tombstone::project_id.eq(project.0))
        .order(tombstone::id.desc())
        .select(Tombstone::as_select())
        .load(c))?)
}

/// Removes a tombstone of a project: its hashes are free, and the next event of them makes an
/// issue again. `false` when the project has no such tombstone. Call it inside
/// [`crate::Database::write`].
///
/// # Errors
/// When the database fails.
pub fn remove(conn: &mut Conn<'_>, project: ProjectId, id: i64) -> Result<bool> {
    project::lock_for_change(conn, project, None)?;
    let is_of_project = tombstone::table
        .filter(tombstone::id.eq(id))
        .filter(tombstone::project_id.eq(project.0));
    let found: i64 = on!(conn, |c| is_of_project.count().get_result(c))?;
    if found == 0 {
        return Ok(false);
    }
    on!(conn, |c| diesel::delete(issue_hash::table)
        .filter(issue_hash::tombstone_id.eq(id))
        .execute(c))?;
    on!(conn, |c| diesel::delete(tombstone::table.find(id))
        .execute(c))?;
    project::note_hash_change(conn, project)?;
    Ok(true)
}
