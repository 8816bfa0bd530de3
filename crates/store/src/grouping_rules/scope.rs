use diesel::prelude::*;
use watchfire_event::{OrganizationId, ProjectId};

use super::Scope;
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::project::{self, Project};
use crate::schema;

impl Scope {
    /// As stored: the organisation, and the project where it is one.
    pub(crate) fn columns(self, conn: &mut Conn<'_>) -> Result<(i64, Option<i64>)> {
        match self {
            Self::Organization(id) => Ok((id.0, None)),
            Self::Project(id) => {
                let project = project::get(conn, id)?.ok_or(Error::NotFound)?;
                Ok((project.organization_id.0, Some(id.0)))
            }
        }
    }

    /// Makes others who change what is said here wait until the transaction ends. What was read
    /// before may be old by then: read it again. Call it inside [`crate::Database::write`].
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such place.
    pub fn lock(self, conn: &mut Conn<'_>) -> Result<()> {
        use schema::{organization, project};

        // An update that changes nothing locks the row.
        let count = match self {
            Self::Organization(id) => {
                on!(conn, |c| diesel::update(organization::table.find(id.0))
                    .set(organization::name.eq(organization::name))
                    .execute(c))?
            }
            Self::Project(id) => on!(conn, |c| diesel::update(project::table.find(id.0))
                .set(project::name.eq(project::name))
                .execute(c))?,
        };
        if count == 0 {
            return Err(Error::NotFound);
        }
        Ok(())
    }

    /// What the columns mean.
    pub(crate) fn of(organization: i64, project: Option<i64>) -> Self {
        match project {
            Some(project) => Self::Project(ProjectId(project)),
            None => Self::Organization(OrganizationId(organization)),
        }
    }

    /// Whether its rules apply to the project.
    #[must_use]
    pub fn holds_for(self, project: &Project) -> bool {
        match self {
            Self::Organization(id) => project.organization_id == id,
            Self::Project(id) => project.id == id,
        }
    }
}
