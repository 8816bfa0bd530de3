//! Which projects a person may see: all of them for superusers, else those of the organisations
//! that the person belongs to; and who may change their settings.

use watchfire_event::OrganizationId;
use watchfire_store::organization::{self, Organization};
use watchfire_store::project::{self, Project};
use watchfire_store::user::User;
use watchfire_store::{self as store, Conn};

/// The organisations of a person, by slug.
pub(crate) fn organizations(conn: &mut Conn<'_>, user: &User) -> store::Result<Vec<Organization>> {
    if user.is_superuser {
        organization::list(conn)
    } else {
        organization::list_of_user(conn, user.id)
    }
}

/// The projects of a person, by organisation and slug.
pub(crate) fn projects(conn: &mut Conn<'_>, user: &User) -> store::Result<Vec<Project>> {
    let mut projects = Vec::new();
    for organization in organizations(conn, user)? {
        projects.extend(project::list(conn, organization.id)?);
    }
    Ok(projects)
}

/// The project of a slug among those of a person.
///
/// # Errors
/// [`store::Error::NotFound`] when there is none, or none that the person may know of.
pub(crate) fn project(conn: &mut Conn<'_>, user: &User, slug: &str) -> store::Result<Project> {
    for organization in organizations(conn, user)? {
        if let Some(project) = project::by_slug(conn, organization.id, slug)? {
            return Ok(project);
        }
    }
    Err(store::Error::NotFound)
}

/// The roles that may change the settings of projects, those that have `project:write` in Sentry.
const MANAGERS: [&str; 3] = ["owner", "manager", "admin"];

/// Whether a person may change keys, limits and other settings of an organisation's projects.
/// Members see them.
pub(crate) fn may_change_settings(
    conn: &mut Conn<'_>,
    user: &User,
    organization: OrganizationId,
) -> store::Result<bool> {
    has_role(conn, user, organization, &MANAGERS)
}

/// The roles that may change what holds for a whole organisation, those that have `org:write` in
/// Sentry.
const ORGANIZATION_MANAGERS: [&str; 2] = ["owner", "manager"];

/// Whether a person may change what holds for all projects of an organisation.
pub(crate) fn may_change_organization(
    conn: &mut Conn<'_>,
    user: &User,
    organization: OrganizationId,
) -> store::Result<bool> {
    has_role(conn, user, organization, &ORGANIZATION_MANAGERS)
}

/// Whether a person has one of these roles; superusers have all.
fn has_role(
    conn: &mut Conn<'_>,
    user: &User,
    organization: OrganizationId,
    roles: &[&str],
) -> store::Result<bool> {
    if user.is_superuser {
        return Ok(true);
    }
    let role = organization::role(conn, organization, user.id)?;
    Ok(role.is_some_and(|role| roles.contains(&role.as_str())))
}
