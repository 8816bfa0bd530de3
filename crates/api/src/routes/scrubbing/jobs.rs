//! Applying the documents in force to what is stored.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use watchfire_event::{IssueId, Timestamp};
use watchfire_store::rescrub::{self, Report, Span};
use watchfire_store::{Conn, Error, Result as StoreResult};

use super::documents::project;
use super::preview::finding;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::routes::accounts::{self, Accounts};
use crate::routes::find;
use crate::shape;

/// Which events, and whether anything is written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    #[serde(default)]
    issue: Option<IssueId>,
    #[serde(default)]
    start: Option<String>,
    #[serde(default)]
    end: Option<String>,
    #[serde(default)]
    dry_run: bool,
}

/// `POST …/scrubbing/jobs/` with `dryRun`, and `issue`, or `start` and `end` (ISO 8601, the end not
/// included), or neither for the whole project: 202 with the report so far. What is removed does not
/// come back, so that anything but a dry run takes the right to remove events too. The job goes on by
/// itself; `…/jobs/{job}/pause/` and `…/resume/` hold it.
pub(crate) async fn create(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Request>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    if !body.dry_run {
        caller.require("event:admin")?;
    }
    let span = body.span()?;
    let is_dry_run = body.dry_run;
    let place = find::ProjectName::of(&request, &caller);
    let user = caller.user();
    let queued = api.database.write(move |conn| {
        let project = project(conn, &place)?;
        let id = rescrub::queue(conn, &project, &span, is_dry_run, user, Timestamp::now())?;
        shown(conn, &place, id)
    });
    Ok(HttpResponse::Accepted().json(queued.await?))
}

/// `GET …/scrubbing/jobs/{job}/`: `{"job", "isDryRun", "span", "startedBy", "documents":
/// {"organization", "project"}, "events", "changed", "unreadable", "by": [{"path", "rule", "count",
/// "example"}], "left"}`, also while it runs. It names no value.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let id = find::number(&request, "job")?;
    let found = api.database.read(move |conn| shown(conn, &place, id));
    Ok(HttpResponse::Ok().json(found.await?))
}

impl Request {
    fn span(&self) -> Result<Span, ApiError> {
        let time = |field: &'static str, text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => Timestamp::parse(text).map(Some).ok_or_else(|| {
                ApiError::field(field, "Must be a time such as 2026-11-20T10:00:00Z.")
            }),
        };
        match (
            self.issue,
            time("start", &self.start)?,
            time("end", &self.end)?,
        ) {
            (None, None, None) => Ok(Span::Project),
            (Some(issue), None, None) => Ok(Span::Issue(issue)),
            (None, Some(from), Some(to)) => Ok(Span::Time { from, to }),
            _ => Err(ApiError::BadRequest(
                "send issue, or start and end, or none of them".to_owned(),
            )),
        }
    }
}

fn shown(conn: &mut Conn<'_>, place: &find::ProjectName, id: i64) -> StoreResult<Value> {
    let project = project(conn, place)?;
    let found = rescrub::report(conn, id)?.filter(|it| it.job.project_id == project.id);
    let report = found.ok_or(Error::NotFound)?;
    let mut known = Accounts::new();
    let author = accounts::of(conn, &mut known, report.job.user_id)?;
    Ok(json!({
        "job": shape::job(&report.job),
        "startedBy": shape::author(author),
        "isDryRun": report.is_dry_run,
        "span": span(&report),
        "documents": {
            "organization": report.organization_version.map(|id| id.to_string()),
            "project": report.project_version.map(|id| id.to_string()),
        },
        "events": report.events,
        "changed": report.changed,
        "unreadable": report.unreadable,
        "by": report.by.iter().map(finding).collect::<Vec<_>>(),
        "left": report.left,
    }))
}

fn span(report: &Report) -> Value {
    match report.span {
        Span::Project => json!({}),
        Span::Issue(id) => json!({ "issue": id.to_string() }),
        Span::Time { from, to } => json!({ "start": shape::time(from), "end": shape::time(to) }),
    }
}
