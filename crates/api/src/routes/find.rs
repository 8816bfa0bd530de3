//! Finding things by the names in addresses, for every other route, and the two routes that do
//! nothing else.

use actix_web::{HttpResponse, web};
use serde_json::json;
use watchfire_event::{EventId, IssueId, OrganizationId};
use watchfire_store::issue::{self, Issue, parse_short_id};
use watchfire_store::organization::{self, Organization};
use watchfire_store::project::{self, Project};
use watchfire_store::{Conn, Error, Result as StoreResult, event as stored};

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

/// An organisation, by slug or number.
pub(super) fn organization(conn: &mut Conn<'_>, name: &str) -> StoreResult<Organization> {
    if let Some(found) = organization::by_slug(conn, name)? {
        return Ok(found);
    }
    let id = name.parse::<OrganizationId>().or(Err(Error::NotFound))?;
    organization::get(conn, id)?.ok_or(Error::NotFound)
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

/// An issue by number or short id, with its project and organisation.
pub(super) fn issue(
    conn: &mut Conn<'_>,
    name: &str,
) -> StoreResult<(Issue, Project, Organization)> {
    let found = match name.parse::<IssueId>() {
        Ok(id) => issue::get(conn, id)?,
        Err(_) => by_short_id(conn, name)?,
    };
    let issue = found.ok_or(Error::NotFound)?;
    let project = project::get(conn, issue.project_id)?.ok_or(Error::NotFound)?;
    let owner = organization::get(conn, project.organization_id)?.ok_or(Error::NotFound)?;
    Ok((issue, project, owner))
}

/// Short ids name the project by slug alone; the first organisation that has one of it wins.
fn by_short_id(conn: &mut Conn<'_>, text: &str) -> StoreResult<Option<Issue>> {
    let Some((slug, number)) = parse_short_id(text) else {
        return Ok(None);
    };
    for owner in organization::list(conn)? {
        if let Some(project) = project::by_slug(conn, owner.id, &slug)? {
            return issue::by_short_number(conn, project.id, number);
        }
    }
    Ok(None)
}

/// An event id as it stands in an address.
pub(super) fn event_id(text: &str) -> Result<EventId, ApiError> {
    text.parse()
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
    let found = api.database.read(move |conn| {
        let owner = organization(conn, &owner)?;
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
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let (_, name, _) = path.into_inner();
    let text = name.clone();
    let (issue, project, owner) = api.database.read(move |conn| issue(conn, &text)).await?;
    Ok(HttpResponse::Ok().json(json!({
        "organizationSlug": owner.slug,
        "projectSlug": project.slug,
        "groupId": issue.id.to_string(),
        "shortId": name.to_uppercase(),
    })))
}
