//! Events of a project, whatever their issue.

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use serde_json::Value;
use watchfire_store::event as stored;
use watchfire_store::event::EventRow;
use watchfire_store::project::Project;
use watchfire_store::{Conn, Dictionaries, Error, Result as StoreResult, attachment, feedback};

use super::{find, grouping};
use crate::Api;
use crate::auth::{Caller, Reach};
use crate::error::ApiError;
use crate::shape::{self, EventDetail};

type EventPath = web::Path<(String, String, String, String)>;

/// `GET …/projects/{organization}/{project}/events/{event}/`
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    path: EventPath,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let (owner, project, id, _) = path.into_inner();
    let id = find::event_id(&id)?;
    let reach = caller.reach();
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.read(move |conn| {
        let (project, row, body) = read(conn, &dictionaries, &reach, &owner, &project, id)?;
        detail(conn, &project, &row, &body)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// `GET …/events/{event}/json/`: the event as it is stored.
pub(crate) async fn raw(
    api: web::Data<Api>,
    caller: Caller,
    path: EventPath,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let (owner, project, id, _) = path.into_inner();
    let id = find::event_id(&id)?;
    let reach = caller.reach();
    let dictionaries = api.database.dictionaries().clone();
    let found = api
        .database
        .read(move |conn| read(conn, &dictionaries, &reach, &owner, &project, id));
    let (_, _, body) = found.await?;
    Ok(HttpResponse::Ok()
        .insert_header(ContentType::json())
        .body(body))
}

/// An event with everything that is known of it; `body` is what is stored of it.
pub(super) fn detail(
    conn: &mut Conn<'_>,
    project: &Project,
    row: &EventRow,
    body: &str,
) -> StoreResult<Value> {
    let grouper = grouping::grouper(conn, project)?;
    let attachments = attachment::of_event(conn, row.project_id, row.event_id)?;
    let reports = feedback::of_event(conn, row.project_id, row.event_id)?;
    let detail = EventDetail {
        neighbours: stored::neighbours(conn, row)?,
        attachment_count: attachments.len(),
        user_report: reports.into_iter().next(),
    };
    Ok(shape::event(row, body, &grouper, Some(&detail)))
}

fn read(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    reach: &Reach,
    owner: &str,
    project: &str,
    id: watchfire_event::EventId,
) -> StoreResult<(Project, EventRow, String)> {
    let owner = find::organization(conn, reach, owner)?;
    let project = find::project(conn, &owner, project)?;
    let row = stored::get(conn, project.id, id)?.ok_or(Error::NotFound)?;
    let body = stored::body(conn, dictionaries, project.id, id)?.ok_or(Error::NotFound)?;
    Ok((project, row, body))
}
