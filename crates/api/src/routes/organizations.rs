//! Organisations.

use actix_web::{HttpRequest, HttpResponse, web};

use super::find;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::PageQuery;
use crate::shape;

/// `GET /organizations/`: the organisations of the token's account.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("org:read")?;
    let reach = caller.reach();
    let found = api
        .database
        .read(move |conn| find::organizations(conn, &reach))
        .await?;
    let shown = found.iter().map(shape::organization).collect();
    Ok(page.slice()?.cut(shown).answer(&request, &api.public_url))
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

/// `GET /organizations/{organization}/repos/` and `…/monitors/`: none are kept.
pub(crate) async fn nothing(
    api: web::Data<Api>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    caller.require("org:read")?;
    let (name, _) = path.into_inner();
    let reach = caller.reach();
    let owner = api
        .database
        .read(move |conn| find::organization(conn, &reach, &name));
    owner.await?;
    Ok(HttpResponse::Ok().json([(); 0]))
}
