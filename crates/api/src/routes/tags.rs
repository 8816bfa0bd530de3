//! The tags of an issue.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use watchfire_store::tag;

use super::find;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::shape;

/// How many values of each tag a list shows.
const LIST_VALUES: usize = 10;
/// How many values of one tag are shown.
const VALUES_MAX: usize = 100;

/// `GET …/issues/{issue}/tags/`
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let name = find::IssueName::of(&request, &caller);
    let found = api.database.read(move |conn| {
        let (issue, _, _) = find::issue(conn, &name)?;
        tag::distribution(conn, issue.id, LIST_VALUES)
    });
    let shown: Vec<Value> = found.await?.iter().map(shape::tag_key).collect();
    Ok(HttpResponse::Ok().json(shown))
}

/// `GET …/issues/{issue}/tags/{key}/`
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let name = find::IssueName::of(&request, &caller);
    let key = request.match_info().query("key").to_owned();
    let wanted = key.clone();
    let found = api.database.read(move |conn| {
        let (issue, _, _) = find::issue(conn, &name)?;
        tag::get(conn, issue.id, &wanted, VALUES_MAX)
    });
    let tag = found
        .await?
        .ok_or_else(|| ApiError::NotFound(format!("tag {key:?}")))?;
    Ok(HttpResponse::Ok().json(shape::tag_key(&tag)))
}
