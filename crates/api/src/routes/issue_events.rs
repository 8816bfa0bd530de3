//! The events of an issue.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use watchfire_store::event::{self as stored, EventRow};
use watchfire_store::project::Project;
use watchfire_store::{Conn, Error, Result as StoreResult};

use super::{event, find, grouping};
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::{Page, PageQuery};
use crate::shape;

/// `GET …/issues/{issue}/events/`: newest first, a page at a time.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let name = find::IssueName::of(&request, &caller);
    let (cursor, limit) = (page.cursor()?, page.limit());
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.read(move |conn| {
        let (issue, project, _) = find::issue(conn, &name)?;
        let grouper = grouping::grouper(conn, &project)?;
        let page = stored::list(conn, issue.id, cursor, limit)?;
        let shown = page.events.iter().map(|row| {
            let body = stored::body(conn, &dictionaries, row.project_id, row.event_id)?;
            Ok(shape::event(row, &body.unwrap_or_default(), &grouper, None))
        });
        let shown = shown.collect::<StoreResult<Vec<Value>>>()?;
        Ok(Page {
            rows: shown,
            previous: page.previous,
            next: page.next,
            total: None,
        })
    });
    Ok(found.await?.answer(&request, &api.public_url))
}

/// `GET …/issues/{issue}/events/{event}/`, where the event is an id, `latest`, `oldest` or
/// `recommended` (the latest).
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let name = find::IssueName::of(&request, &caller);
    let which = request.match_info().query("event").to_owned();
    check_name(&which)?;
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.read(move |conn| {
        let (row, project) = choose(conn, &name, &which)?;
        let body = stored::body(conn, &dictionaries, row.project_id, row.event_id)?;
        event::detail(conn, &project, &row, &body.unwrap_or_default())
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// Checks that a text names an event: an id, `latest`, `oldest` or `recommended`.
pub(super) fn check_name(which: &str) -> Result<(), ApiError> {
    if !matches!(which, "latest" | "oldest" | "recommended") {
        find::event_id(which)?;
    }
    Ok(())
}

/// The event of such a name in an issue, with its project.
pub(super) fn choose(
    conn: &mut Conn<'_>,
    issue: &find::IssueName,
    which: &str,
) -> StoreResult<(EventRow, Project)> {
    let (issue, project, _) = find::issue(conn, issue)?;
    let found = match which {
        "latest" | "recommended" => stored::latest(conn, issue.id)?,
        "oldest" => stored::oldest(conn, issue.id)?,
        id => {
            let id = id.parse().or(Err(Error::NotFound))?;
            stored::get(conn, project.id, id)?.filter(|row| row.issue_id == issue.id)
        }
    };
    Ok((found.ok_or(Error::NotFound)?, project))
}
