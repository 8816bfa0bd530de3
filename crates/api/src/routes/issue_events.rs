//! The events of an issue.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use watchfire_store::event::{self as stored, EventRow};
use watchfire_store::{Conn, Error, Result as StoreResult};

use super::{event, find};
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
        let (issue, _, _) = find::issue(conn, &name)?;
        let page = stored::list(conn, issue.id, cursor, limit)?;
        let shown = page.events.iter().map(|row| {
            let body = stored::body(conn, &dictionaries, row.project_id, row.event_id)?;
            Ok(shape::event(row, &body.unwrap_or_default(), None))
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
    if !matches!(which.as_str(), "latest" | "oldest" | "recommended") {
        find::event_id(&which)?;
    }
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.read(move |conn| {
        let row = choose(conn, &name, &which)?;
        let body = stored::body(conn, &dictionaries, row.project_id, row.event_id)?;
        event::detail(conn, &row, &body.unwrap_or_default())
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

fn choose(conn: &mut Conn<'_>, issue: &find::IssueName, which: &str) -> StoreResult<EventRow> {
    let (issue, project, _) = find::issue(conn, issue)?;
    let found = match which {
        "latest" | "recommended" => stored::latest(conn, issue.id)?,
        "oldest" => stored::oldest(conn, issue.id)?,
        id => {
            let id = id.parse().or(Err(Error::NotFound))?;
            stored::get(conn, project.id, id)?.filter(|row| row.issue_id == issue.id)
        }
    };
    found.ok_or(Error::NotFound)
}
