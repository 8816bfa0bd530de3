//! The releases that a project's events and sessions named.

use diesel::prelude::*;
use watchfire_event::{ProjectId, Timestamp};

use crate::column::Number;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::project_release;

/// How many releases of one project are listed. Events of further ones are stored all the same;
/// their sessions count for [`crate::release_health::OTHER`].
pub const PER_PROJECT_MAX: i64 = 10_000;

/// A release of a project.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = project_release)]
pub struct Release {
    /// Its version as the SDK names it, for example `shop@1.2.3`.
    pub version: String,
    /// When its first event or session happened.
    #[diesel(deserialize_as = Number)]
    pub first_seen: Timestamp,
    /// When its latest event or session happened.
    #[diesel(deserialize_as = Number)]
    pub last_seen: Timestamp,
}

/// The `limit` releases of a project that were seen last, latest first.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut Conn<'_>, project: ProjectId, limit: i64) -> Result<Vec<Release>> {
    Ok(on!(conn, |c| project_release::table
        .filter(project_release::project_id.eq(project.0))
        .order(project_release::last_seen.desc())
        .limit(limit)
        .select(Release::as_select())
        .load(c))?)
}
