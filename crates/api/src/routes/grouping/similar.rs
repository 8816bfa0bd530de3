//! Issues that look like an issue.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_store::similar::{self as stored, Similar};
use watchfire_store::{Conn, Dictionaries, Result as StoreResult, issue};

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::routes::find;
use crate::routes::issue::{STATS_HOURS, stats_from_hour};
use crate::shape::{self, Place};

/// `GET …/issues/{issue}/similar/` and `…/similar-issues-embeddings/`: pairs of an issue and how it
/// is alike, the most alike first, at most ten.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let name = find::IssueName::of(&request, &caller);
    let dictionaries = api.database.dictionaries().clone();
    let public_url = api.public_url.clone();
    let found = api
        .database
        .read(move |conn| pairs(conn, &dictionaries, &name, &public_url));
    Ok(HttpResponse::Ok().json(found.await?))
}

fn pairs(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    name: &find::IssueName,
    public_url: &str,
) -> StoreResult<Vec<(Value, Value)>> {
    let (wanted, project, organization) = find::issue(conn, name)?;
    let place = Place {
        organization: &organization,
        project: &project,
        public_url,
    };
    let found = stored::find(conn, dictionaries, wanted.id)?;
    let ids: Vec<_> = found.iter().map(|similar| similar.issue.id).collect();
    let from_hour = stats_from_hour(Timestamp::now());
    let hours = issue::sparklines(conn, &ids, from_hour, STATS_HOURS)?;
    let pair = |(similar, hours): (&Similar, &Vec<i64>)| {
        let issue = shape::issue(&similar.issue, &place, false, from_hour, hours);
        (issue, shape::similarity(similar))
    };
    Ok(found.iter().zip(&hours).map(pair).collect())
}

/// `GET …/issues/{issue}/related-issues/`: the numbers of the issues that look alike.
pub(crate) async fn related(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let name = find::IssueName::of(&request, &caller);
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.read(move |conn| {
        let (issue, _, _) = find::issue(conn, &name)?;
        stored::find(conn, &dictionaries, issue.id)
    });
    let found = found.await?;
    let ids: Vec<i64> = found.iter().map(|similar| similar.issue.id.0).collect();
    Ok(HttpResponse::Ok().json(json!({"type": "same_root_cause", "data": ids, "meta": {}})))
}
