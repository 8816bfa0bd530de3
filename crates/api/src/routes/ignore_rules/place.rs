use actix_web::HttpRequest;
use watchfire_store::grouping_rules::Scope;
use watchfire_store::ignore_rule::{self, StoredRule};
use watchfire_store::project::Project;
use watchfire_store::{Conn, Error, Result as StoreResult};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::routes::scope;

/// Whose rules an address is about.
#[derive(Clone)]
pub(super) struct Place {
    wanted: scope::Scope,
    is_project: bool,
}

/// The same, looked up.
pub(super) struct Found {
    /// Whose rules.
    pub(super) scope: Scope,
    /// The projects that they apply to; of an organisation those that `project` names, or all.
    pub(super) projects: Vec<Project>,
}

impl Place {
    /// Whose rules to read.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`] when the token may not.
    pub(super) fn to_read(request: &HttpRequest, caller: &Caller) -> Result<Self, ApiError> {
        let place = Self::of(request, caller);
        caller.require(if place.is_project {
            "project:read"
        } else {
            "org:read"
        })?;
        Ok(place)
    }

    /// Whose rules to change.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`] when the token may not.
    pub(super) fn to_write(request: &HttpRequest, caller: &Caller) -> Result<Self, ApiError> {
        let place = Self::of(request, caller);
        caller.require(if place.is_project {
            "project:write"
        } else {
            "org:write"
        })?;
        Ok(place)
    }

    /// Whose rules to try on events, which are shown: it takes the right to read those, and as it
    /// costs as much as a change, that to make one.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`] when the token may not.
    pub(super) fn to_try(request: &HttpRequest, caller: &Caller) -> Result<Self, ApiError> {
        caller.require("event:read")?;
        Self::to_write(request, caller)
    }

    fn of(request: &HttpRequest, caller: &Caller) -> Self {
        Self {
            wanted: scope::Scope::of(request, caller),
            is_project: request.match_info().get("project").is_some(),
        }
    }

    pub(super) fn find(&self, conn: &mut Conn<'_>) -> StoreResult<Found> {
        let (organization, projects) = self.wanted.read(conn)?;
        let scope = match projects.first() {
            Some(project) if self.is_project => Scope::Project(project.id),
            _ => Scope::Organization(organization.id),
        };
        Ok(Found { scope, projects })
    }
}

impl Found {
    /// The rule of a number, when it is of this place.
    pub(super) fn rule(&self, conn: &mut Conn<'_>, id: i64) -> StoreResult<StoredRule> {
        let rule = ignore_rule::get(conn, id)?.filter(|rule| rule.scope == self.scope);
        rule.ok_or(Error::NotFound)
    }
}
