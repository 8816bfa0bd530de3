//! Limits of how much a project or a key may send in a window of time.

use diesel::prelude::*;
use watchfire_event::ProjectId;

use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::schema::{project_key, quota};

/// The window that means a calendar month in UTC, in seconds.
pub const MONTH_SECONDS: i64 = 2_592_000;

/// What a quota limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All that is sent to a project.
    Project,
    /// All that is sent with a key.
    Key,
}

/// A limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Its number.
    pub id: i64,
    /// Whether it limits a project or a key.
    pub scope: Scope,
    /// The number of that project or key.
    pub scope_id: i64,
    /// `error` for everything that becomes an issue (categories default, error and security), the
    /// name of one data category, or empty for everything.
    pub category: String,
    /// The length of the window; [`MONTH_SECONDS`] means the calendar month.
    pub window_seconds: i64,
    /// How many items are taken in a window; bytes where the category is counted in bytes.
    pub limit: i64,
}

type Row = (i64, i64, Option<i64>, String, i64, i64);

/// The limits of a project and of all its keys, those of the project first.
///
/// # Errors
/// When the database fails.
pub fn of_project(conn: &mut Conn<'_>, project: ProjectId) -> Result<Vec<Quota>> {
    let rows: Vec<Row> = on!(conn, |c| quota::table
        .filter(quota::project_id.eq(project.0))
        .order(quota::id)
        .load(c))?;
    let mut quotas: Vec<Quota> = rows.into_iter().map(Quota::from).collect();
    quotas.sort_by_key(|quota| (quota.scope == Scope::Key, quota.scope_id));
    Ok(quotas)
}

/// The limits that hold for a key of a project: the project's own and the key's.
///
/// # Errors
/// When the database fails.
pub fn for_key(conn: &mut Conn<'_>, project: ProjectId, key_id: i64) -> Result<Vec<Quota>> {
    let mut quotas = of_project(conn, project)?;
    quotas.retain(|quota| quota.scope == Scope::Project || quota.scope_id == key_id);
    Ok(quotas)
}

/// Makes or changes a limit. There is one for each scope, category and window.
///
/// # Errors
/// [`Error::NotFound`] when there is no such project or key.
pub fn set(
    conn: &mut Conn<'_>,
    scope: Scope,
    scope_id: i64,
    category: &str,
    window_seconds: i64,
    limit: i64,
) -> Result<()> {
    let (project, key) = match scope {
        Scope::Project => (lock_project(conn, scope_id)?, None),
        Scope::Key => {
            let project = on!(conn, |c| project_key::table
                .find(scope_id)
                .select(project_key::project_id)
                .first(c))?;
            (lock_project(conn, project)?, Some(scope_id))
        }
    };
    remove(
        conn,
        ProjectId(project),
        scope,
        scope_id,
        category,
        window_seconds,
    )?;
    let row = (
        quota::project_id.eq(project),
        quota::key_id.eq(key),
        quota::category.eq(category),
        quota::window_seconds.eq(window_seconds),
        quota::quantity_max.eq(limit),
    );
    on!(conn, |c| diesel::insert_into(quota::table)
        .values(row)
        .execute(c))?;
    Ok(())
}

/// Takes a limit of a project or of one of its keys away; `false` when there was none.
///
/// # Errors
/// When the database fails.
pub fn remove(
    conn: &mut Conn<'_>,
    project: ProjectId,
    scope: Scope,
    scope_id: i64,
    category: &str,
    window_seconds: i64,
) -> Result<bool> {
    let same = quota::table
        .filter(quota::project_id.eq(project.0))
        .filter(quota::category.eq(category))
        .filter(quota::window_seconds.eq(window_seconds));
    let count = match scope {
        Scope::Project if scope_id == project.0 => on!(conn, |c| diesel::delete(
            same.filter(quota::key_id.is_null())
        )
        .execute(c))?,
        Scope::Project => 0,
        Scope::Key => on!(conn, |c| diesel::delete(
            same.filter(quota::key_id.eq(scope_id))
        )
        .execute(c))?,
    };
    Ok(count > 0)
}

/// Keeps two callers from changing the limits of a project at once.
fn lock_project(conn: &mut Conn<'_>, id: i64) -> Result<i64> {
    use crate::schema::project;

    on!(conn, |c| diesel::update(project::table.find(id))
        .set(project::settings.eq(project::settings))
        .returning(project::id)
        .get_result(c))
    .map_err(Error::from)
}

impl From<Row> for Quota {
    fn from((id, project, key, category, window_seconds, limit): Row) -> Self {
        Self {
            id,
            scope: key.map_or(Scope::Project, |_| Scope::Key),
            scope_id: key.unwrap_or(project),
            category,
            window_seconds,
            limit,
        }
    }
}
