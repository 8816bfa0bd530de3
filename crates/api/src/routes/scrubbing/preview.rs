//! What a document would do.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use watchfire_scrub::{Document, PathChange, Policy};
use watchfire_store::rescrub::{self, Finding, Preview, PreviewedEvent, Warning, WarningKind};
use watchfire_store::scrubbing::{self, Scope};

use super::documents::{project, refused};
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::routes::find;

/// How many of the newest events are looked at when a request does not say.
const EVENTS_USUAL: usize = 100;

/// A document to try.
#[derive(Deserialize)]
pub(crate) struct Request {
    document: Value,
    /// Whose document it is to be: `project`, or `organization`.
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    events: Option<usize>,
}

/// `POST …/scrubbing/preview/` with `document`, and perhaps `scope` (`project` or `organization`)
/// and `events` (100 usually, at most 1,000): what it would do to the newest events. `{"lookedAt",
/// "isComplete", "events": [{"eventID", "issueId", "title", "changes": [{"path", "rule", "before",
/// "after", "isContainerRemoved"}]}], "by": [{"path", "rule", "count", "example"}], "warnings":
/// [{"rule", "selector", "kind", "path"}]}`. Nothing is written; but it shows texts of events and
/// costs as much as a change, so it takes the rights to read those and to make one.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Request>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    caller.require("event:read")?;
    let body = body.into_inner();
    let is_organization = match body.scope.as_deref() {
        None | Some("project") => false,
        Some("organization") => true,
        Some(_) => {
            return Err(ApiError::field(
                "scope",
                "Is either project or organization.",
            ));
        }
    };
    let text = match body.document {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let tried = match Document::parse(&text) {
        Ok(document) => document,
        Err(problems) => return Ok(HttpResponse::BadRequest().json(refused(&problems))),
    };
    let limit = body.events.unwrap_or(EVENTS_USUAL);
    let place = find::ProjectName::of(&request, &caller);
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.preview(move |conn| {
        let project = project(conn, &place)?;
        let other = match is_organization {
            true => Scope::Project(project.id),
            false => Scope::Organization(project.organization_id),
        };
        let other = scrubbing::document(conn, other)?.map(|version| version.document);
        let (other, _) = Document::parse_leniently(&other.unwrap_or_default());
        let policy = match is_organization {
            true => Policy::of(&tried, &other),
            false => Policy::of(&other, &tried),
        };
        rescrub::preview(conn, &dictionaries, &project, &policy, limit)
    });
    Ok(HttpResponse::Ok().json(preview(&found.await?)))
}

fn preview(found: &Preview) -> Value {
    json!({
        "lookedAt": found.looked_at,
        "isComplete": found.is_complete,
        "events": found.events.iter().map(event).collect::<Vec<_>>(),
        "by": found.by.iter().map(finding).collect::<Vec<_>>(),
        "warnings": found.warnings.iter().map(warning).collect::<Vec<_>>(),
    })
}

fn event(event: &PreviewedEvent) -> Value {
    json!({
        "eventID": event.event_id.to_string(),
        "issueId": event.issue_id.to_string(),
        "title": event.title,
        "changes": event.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(change: &PathChange) -> Value {
    json!({
        "path": change.path,
        "rule": change.rule,
        "before": change.before,
        "after": change.after,
        "isContainerRemoved": change.is_container_removed,
    })
}

/// What a rule changed, or would change, at a path.
pub(super) fn finding(finding: &Finding) -> Value {
    json!({
        "path": finding.path,
        "rule": finding.rule,
        "count": finding.count,
        "example": finding.example.map(|id| id.to_string()),
    })
}

fn warning(warning: &Warning) -> Value {
    let (kind, path) = match &warning.kind {
        WarningKind::MatchesNothing => ("matches_nothing", None),
        WarningKind::BlanksContainer { path } => ("blanks_container", Some(path)),
    };
    json!({
        "rule": warning.rule,
        "selector": warning.selector,
        "kind": kind,
        "path": path,
    })
}
