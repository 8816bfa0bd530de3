//! Finding things by the names in addresses, for every other route, and the two routes that do
//! nothing else.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use watchfire_event::{EventId, IssueId, OrganizationId};
use watchfire_store::issue::{self, Issue, format_short_id, parse_short_id};
use watchfire_store::organization::{self, Organization};
use watchfire_store::project::{self, Project};
use watchfire_store::{Conn, Error, Result as StoreResult, event as stored};

use crate::Api;
use crate::auth::{Caller, Reach};
use crate::error::ApiError;

/// An organisation, by slug or number.
/// One that is out of reach does not exist.
pub(super) fn organization(
    conn: &mut Conn<'_>,
    reach: &Reach,
    name: &str,
) -> StoreResult<Organization> {
    let found = match organization::by_slug(conn, name)? {
        Some(found) => Some(found),
        None => match name.parse::<OrganizationId>() {
            Ok(id) => organization::get(conn, id)?,
            Err(_) => None,
        },
    };
    found
        .filter(|found| reach.includes(found.id))
        .ok_or(Error::NotFound)
}

/// The organisations within reach, by slug.
pub(super) fn organizations(conn: &mut Conn<'_>, reach: &Reach) -> StoreResult<Vec<Organization>> {
    let mut found = organization::list(conn)?;
    found.retain(|organization| reach.includes(organization.id));
    Ok(found)
}

/// A project of an organisation, by slug or number.
pub(super) fn project(
    conn: &mut Conn<'_>,
    owner: &Organization,
    name: &str,
) -> StoreResult<Project> {
    if let Some(found) = project::by_slug(conn, owner.id, name)? {
        return Ok(found);
    }
    let id = name.parse().or(Err(Error::NotFound))?;
    let found = project::get(conn, id)?.ok_or(Error::NotFound)?;
    if found.organization_id == owner.id {
        Ok(found)
    } else {
        Err(Error::NotFound)
    }
}

/// What an address says about a project.
#[derive(Clone)]
pub(super) struct ProjectName {
    reach: Reach,
    organization: String,
    project: String,
}

impl ProjectName {
    /// Reads the parts `organization` and `project` of the address.
    pub(super) fn of(request: &HttpRequest, caller: &Caller) -> Self {
        Self::within(request, caller.reach())
    }

    /// As [`ProjectName::of`], for somebody who reaches so far.
    pub(super) fn within(request: &HttpRequest, reach: Reach) -> Self {
        let part = |name: &str| request.match_info().query(name).to_owned();
        Self {
            reach,
            organization: part("organization"),
            project: part("project"),
        }
    }
}

/// The project of an address, with its organisation.
pub(super) fn named_project(
    conn: &mut Conn<'_>,
    wanted: &ProjectName,
) -> StoreResult<(Project, Organization)> {
    let owner = organization(conn, &wanted.reach, &wanted.organization)?;
    let project = project(conn, &owner, &wanted.project)?;
    Ok((project, owner))
}

/// What an address says about an issue.
#[derive(Clone)]
pub(super) struct IssueName {
    reach: Reach,
    /// The organisation, where the address names one.
    organization: Option<String>,
    /// The number or short id.
    name: String,
}

impl IssueName {
    /// Reads the parts `organization` and `issue` of the address.
    pub(super) fn of(request: &HttpRequest, caller: &Caller) -> Self {
        let part = |name: &str| request.match_info().get(name);
        Self {
            reach: caller.reach(),
            organization: part("organization").map(str::to_owned),
            name: part("issue").unwrap_or_default().trim().to_owned(),
        }
    }
}

/// An issue by number or short id, with its project and organisation. The names of an issue that
/// was merged lead to the one that it is part of; one that is being deleted is not found.
pub(super) fn issue(
    conn: &mut Conn<'_>,
    wanted: &IssueName,
) -> StoreResult<(Issue, Project, Organization)> {
    let owners = match &wanted.organization {
        Some(name) => vec![organization(conn, &wanted.reach, name)?],
        None => organizations(conn, &wanted.reach)?,
    };
    let found = match wanted.name.parse::<IssueId>() {
        Ok(id) => Some(id),
        Err(_) => by_short_id(conn, &owners, &wanted.name)?,
    };
    let issue = issue::find(conn, found.ok_or(Error::NotFound)?)?.ok_or(Error::NotFound)?;
    let project = project::get(conn, issue.project_id)?.ok_or(Error::NotFound)?;
    let owner = owners
        .into_iter()
        .find(|owner| owner.id == project.organization_id)
        .ok_or(Error::NotFound)?;
    Ok((issue, project, owner))
}

/// Short ids name the project by slug alone; the first organisation that has the issue wins.
fn by_short_id(
    conn: &mut Conn<'_>,
    owners: &[Organization],
    text: &str,
) -> StoreResult<Option<IssueId>> {
    let Some((slug, number)) = parse_short_id(text) else {
        return Ok(None);
    };
    for owner in owners {
        if let Some(project) = project::by_slug(conn, owner.id, &slug)?
            && let Some(found) = issue::by_short_number(conn, project.id, number)?
        {
            return Ok(Some(found.id));
        }
    }
    Ok(None)
}

/// A number as it stands in an address.
pub(super) fn number(request: &HttpRequest, part: &str) -> Result<i64, ApiError> {
    let text = request.match_info().query(part);
    let number = text.trim().parse().ok();
    number.ok_or_else(|| ApiError::NotFound(format!("{part} {text:?}")))
}

/// An event id as it stands in an address.
pub(super) fn event_id(text: &str) -> Result<EventId, ApiError> {
    text.trim()
        .parse()
        .map_err(|error| ApiError::BadRequest(format!("{text:?}: {error}")))
}

/// `GET …/eventids/{event}/`: the issue and project of an event.
pub(crate) async fn event(
    api: web::Data<Api>,
    caller: Caller,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let (owner, id, _) = path.into_inner();
    let id = event_id(&id)?;
    let reach = caller.reach();
    let found = api.database.read(move |conn| {
        let owner = organization(conn, &reach, &owner)?;
        let row = stored::find(conn, owner.id, id)?
            .into_iter()
            .next()
            .ok_or(Error::NotFound)?;
        let project = project::get(conn, row.project_id)?.ok_or(Error::NotFound)?;
        Ok((owner, project, row))
    });
    let (owner, project, row) = found.await?;
    Ok(HttpResponse::Ok().json(json!({
        "organizationSlug": owner.slug,
        "projectSlug": project.slug,
        "groupId": row.issue_id.to_string(),
        "eventId": row.event_id,
    })))
}

/// `GET …/shortids/{issue}/`: the issue of a short id.
pub(crate) async fn short_id(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let name = IssueName::of(&request, &caller);
    let (issue, project, owner) = api.database.read(move |conn| issue(conn, &name)).await?;
    Ok(HttpResponse::Ok().json(json!({
        "organizationSlug": owner.slug,
        "projectSlug": project.slug,
        "groupId": issue.id.to_string(),
        "shortId": format_short_id(&project.slug, issue.short_number),
    })))
}
