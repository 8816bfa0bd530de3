//! Work in the background: moving, merging and removing events.
//!
//! Ours, not Sentry's. A job is `{"id", "kind": "regroup"|"merge"|"unmerge"|"delete"|
//! "rescrub"|"dry_run"|"erase", "state":
//! "waiting"|"running"|"paused"|"done"|"failed"|"undoing"|"undone", "done", "total", "moved",
//! "problem", "ruleId", "issueId", "dateCreated", "dateChanged"}`.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use watchfire_event::{Timestamp, UserId};
use watchfire_store::job::{self as stored, Job, JobKind};
use watchfire_store::{Conn, Error, Result as StoreResult};

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::PageQuery;
use crate::routes::find;
use crate::shape;

/// `GET …/projects/{organization}/{project}/jobs/`: newest first.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        stored::list(conn, project.id)
    });
    let shown = found.await?.iter().map(shape::job).collect();
    Ok(page.slice()?.cut(shown).answer(&request, &api.public_url))
}

/// `GET …/jobs/{job}/`
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let id = find::number(&request, "job")?;
    let found = api.database.read(move |conn| own(conn, &place, id));
    Ok(HttpResponse::Ok().json(shape::job(&found.await?)))
}

/// `POST …/jobs/{job}/pause/`: the job afterwards. It takes the rights that it took to begin it.
pub(crate) async fn pause(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    control(&api, &caller, &request, |conn, id, _, now| {
        stored::pause(conn, id, now)
    })
    .await
}

/// `POST …/jobs/{job}/resume/`: the job afterwards.
pub(crate) async fn resume(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    control(&api, &caller, &request, |conn, id, _, now| {
        stored::resume(conn, id, now)
    })
    .await
}

/// `POST …/jobs/{job}/undo/`: moves events and hashes back and switches the rule off; the job
/// afterwards. Where the rule is the organisation's, that takes `org:write`.
pub(crate) async fn undo(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    let place = find::ProjectName::of(&request, &caller);
    let id = find::number(&request, "job")?;
    let asked = api.database.read(move |conn| own(conn, &place, id));
    if stored::is_wide(&asked.await?) {
        caller.require("org:write")?;
    }
    control(&api, &caller, &request, stored::undo).await
}

async fn control(
    api: &Api,
    caller: &Caller,
    request: &HttpRequest,
    how: fn(&mut Conn<'_>, i64, Option<UserId>, Timestamp) -> StoreResult<Job>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    let place = find::ProjectName::of(request, caller);
    let id = find::number(request, "job")?;
    let at = place.clone();
    let asked = api.database.read(move |conn| own(conn, &at, id)).await?;
    if let Some(right) = right_of(asked.kind) {
        caller.require(right)?;
    }
    let user = caller.user();
    let changed = api.database.write(move |conn| {
        own(conn, &place, id)?;
        how(conn, id, user, Timestamp::now())
    });
    Ok(HttpResponse::Ok().json(shape::job(&changed.await?)))
}

/// What it takes to control a job besides `project:write`: what it took to begin it.
fn right_of(kind: JobKind) -> Option<&'static str> {
    match kind {
        JobKind::Erase => Some("project:admin"),
        JobKind::Rescrub => Some("event:admin"),
        JobKind::Regroup
        | JobKind::Merge
        | JobKind::Unmerge
        | JobKind::Delete
        | JobKind::DryRun => None,
    }
}

fn own(conn: &mut Conn<'_>, place: &find::ProjectName, id: i64) -> StoreResult<Job> {
    let (project, _) = find::named_project(conn, place)?;
    let found = stored::get(conn, id)?;
    found
        .filter(|job| job.project_id == project.id)
        .ok_or(Error::NotFound)
}

/// A job as JSON; null where there is none.
pub(super) fn shown(conn: &mut Conn<'_>, id: Option<i64>) -> StoreResult<Value> {
    let Some(id) = id else {
        return Ok(Value::Null);
    };
    Ok(stored::get(conn, id)?.map_or(Value::Null, |job| shape::job(&job)))
}
