use watchfire_event::{OrganizationId, ProjectId};

use super::Scope;
use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::project::{self, Project};

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
