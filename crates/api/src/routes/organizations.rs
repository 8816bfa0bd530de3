//! Organisations.

use actix_web::{HttpResponse, web};
use serde_json::Value;

use super::find;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::shape;

/// `GET /organizations/`: the organisations of the token's account.
pub(crate) async fn list(api: web::Data<Api>, caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.require("org:read")?;
    let reach = caller.reach();
    let found = api
        .database
        .read(move |conn| find::organizations(conn, &reach))
        .await?;
    let shown: Vec<Value> = found.iter().map(shape::organization).collect();
    Ok(HttpResponse::Ok().json(shown))
}

/// `GET /organizations/{organization}/`
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    caller.require("org:read")?;
    let (name, _) = path.into_inner();
    let reach = caller.reach();
    let found = api
        .database
        .read(move |conn| find::organization(conn, &reach, &name))
        .await?;
    Ok(HttpResponse::Ok().json(shape::organization(&found)))
}
