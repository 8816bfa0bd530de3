//! What a change of the grouping would do.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use watchfire_event::IssueId;
use watchfire_store::regroup;

use super::change::Wanted;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::routes::find;
use crate::shape;

/// A change, and the issue whose events are looked at besides the newest ones of the project.
#[derive(Deserialize)]
pub(crate) struct Request {
    #[serde(flatten)]
    change: Wanted,
    #[serde(default)]
    issue: Option<IssueId>,
}

/// `POST …/grouping-rules/preview/` with a change, for example `{"change": "add_rule", "kind":
/// "fingerprint", "text": "error.type:KeyError -> key-error"}`: what it would do to recent events.
/// Nothing is written; but it costs as much as a change, so it takes the right to make one, and as it
/// shows titles, that to read events.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Request>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    caller.require("event:read")?;
    let Request { change, issue } = body.into_inner();
    change.check()?;
    let place = find::ProjectName::of(&request, &caller);
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.preview(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let change = change.change(conn, &project)?;
        let preview = regroup::preview(conn, &dictionaries, &project, &change, issue)?;
        Ok(shape::preview(&preview, &project))
    });
    Ok(HttpResponse::Ok().json(found.await?))
}
