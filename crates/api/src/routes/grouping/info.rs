//! Why an event is grouped as it is.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::Value;
use watchfire_event::{Event, decode};
use watchfire_grouping::{Grouper, Version};
use watchfire_store::event::{self as stored, EventRow};
use watchfire_store::project::Project;
use watchfire_store::{Conn, Dictionaries, Error, Result as StoreResult, grouping_rules, issue};

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::routes::{find, issue_events};
use crate::shape;

/// Which version of the algorithm explains.
#[derive(Deserialize)]
pub(crate) struct InfoQuery {
    config: Option<String>,
}

impl InfoQuery {
    fn version(&self) -> Result<Option<Version>, ApiError> {
        let name = self.config.as_deref().filter(|name| !name.is_empty());
        let version = |name: &str| {
            let known = Version::from_id(name);
            known.ok_or_else(|| ApiError::NotFound(format!("grouping config {name:?}")))
        };
        name.map(version).transpose()
    }
}

/// `GET /projects/{organization}/{project}/events/{event}/grouping-info/`: the variants by name,
/// by the rules in force now; `config` asks for another version of the algorithm. A variant whose
/// hash does not lead to the event's issue has `hashMismatch`.
pub(crate) async fn of_event(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    query: web::Query<InfoQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let version = query.version()?;
    let place = find::ProjectName::of(&request, &caller);
    let id = find::event_id(request.match_info().query("event"))?;
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let row = stored::get(conn, project.id, id)?.ok_or(Error::NotFound)?;
        explain(conn, &dictionaries, &project, &row, version)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// `GET …/issues/{issue}/events/{event}/grouping-info/`, where the event is an id, `latest`,
/// `oldest` or `recommended`; and `GET …/issues/{issue}/grouping-info/`, which is about the latest.
pub(crate) async fn of_issue_event(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    query: web::Query<InfoQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let version = query.version()?;
    let name = find::IssueName::of(&request, &caller);
    let which = request
        .match_info()
        .get("event")
        .unwrap_or("latest")
        .to_owned();
    issue_events::check_name(&which)?;
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.read(move |conn| {
        let (row, project) = issue_events::choose(conn, &name, &which)?;
        explain(conn, &dictionaries, &project, &row, version)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

fn explain(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: &Project,
    row: &EventRow,
    version: Option<Version>,
) -> StoreResult<Value> {
    let mut settings = grouping_rules::settings(conn, project)?;
    if let Some(version) = version {
        settings.version = version;
    }
    let body = stored::body(conn, dictionaries, row.project_id, row.event_id)?;
    let body = body.ok_or(Error::NotFound)?;
    let hashes = issue::hashes(conn, row.issue_id)?;
    let hashes: Vec<String> = hashes.iter().map(ToString::to_string).collect();
    let grouper = Grouper::new(&settings);
    // What is stored was decoded before.
    let draft = decode(body.as_bytes()).unwrap_or_default();
    let event = Event::from_draft(draft, row.received_at);
    Ok(shape::grouping_info(&grouper.explain(&event), &hashes))
}
