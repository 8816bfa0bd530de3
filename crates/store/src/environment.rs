//! The environments that a project's events and sessions named.

use diesel::prelude::*;
use watchfire_event::{ProjectId, Timestamp};

use crate::column::Number;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::project_environment;

/// How many environments of one project are listed. Events of further ones are stored all the same;
/// their sessions count for [`crate::release_health::OTHER`].
pub const PER_PROJECT_MAX: i64 = 1_000;

/// An environment of a project, for example `production`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = project_environment)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// When its first event or session happened.
    #[diesel(deserialize_as = Number)]
    pub first_seen: Timestamp,
    /// When its latest event or session happened.
    #[diesel(deserialize_as = Number)]
    pub last_seen: Timestamp,
}

/// The environments of a project by name.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut Conn<'_>, project: ProjectId) -> Result<Vec<Environment>> {
    Ok(on!(conn, |c| project_environment::table
        .filter(project_environment::project_id.eq(project.0))
        .order(project_environment::name)
        .select(Environment::as_select())
        .load(c))?)
}
