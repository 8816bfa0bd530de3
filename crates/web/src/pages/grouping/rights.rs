//! Who may change how events are grouped: in one project, or in all of the organisation's.

use watchfire_store::grouping_rules::Scope;
use watchfire_store::job::{self, Job};
use watchfire_store::project::Project;
use watchfire_store::user::User;
use watchfire_store::{self as store, Conn};

use crate::error::WebError;
use crate::session::CurrentUser;
use crate::{Web, access};

/// What a person may change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::pages) struct Rights {
    /// What is the project's own.
    pub(in crate::pages) project: bool,
    /// What holds for all projects of the organisation.
    pub(in crate::pages) organization: bool,
}

impl Rights {
    /// The rights of a person in a project.
    pub(in crate::pages) fn of(
        conn: &mut Conn<'_>,
        user: &User,
        project: &Project,
    ) -> store::Result<Self> {
        let organization = project.organization_id;
        Ok(Self {
            project: access::may_change_settings(conn, user, organization)?,
            organization: access::may_change_organization(conn, user, organization)?,
        })
    }

    /// Whether rules of this scope may be changed.
    pub(in crate::pages) fn may_change(self, scope: Scope) -> bool {
        match scope {
            Scope::Project(_) => self.project,
            Scope::Organization(_) => self.organization,
        }
    }

    /// Whether the job may be taken back, and with it the change of the rules that it followed.
    pub(super) fn may_undo(self, job: &Job) -> bool {
        if job::is_wide(job) {
            self.organization
        } else {
            self.project
        }
    }
}

/// Who changes rules of this scope, at the beginning of a sentence.
pub(in crate::pages) fn who(scope: Scope) -> &'static str {
    match scope {
        Scope::Project(_) => "Owners, managers and admins",
        Scope::Organization(_) => "Owners and managers",
    }
}

/// Lets only those on who may change what holds for all projects of the organisation that the
/// project of this slug belongs to.
///
/// # Errors
/// [`WebError::OrganizationForbidden`] for others who see the project, [`WebError::Store`] for
/// everybody else.
pub(in crate::pages) async fn guard_organization(
    web: &Web,
    user: &CurrentUser,
    slug: &str,
) -> Result<(), WebError> {
    let (account, slug) = (user.account.clone(), slug.to_owned());
    let rights = web.database.read(move |conn| {
        let project = access::project(conn, &account, &slug)?;
        Rights::of(conn, &account, &project)
    });
    let may_change = rights.await?.organization;
    may_change
        .then_some(())
        .ok_or(WebError::OrganizationForbidden)
}
