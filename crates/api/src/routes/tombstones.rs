//! Issues that were discarded: their events are dropped.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use watchfire_store::{tombstone, user};

use super::find;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::PageQuery;
use crate::shape;

/// `GET …/projects/{organization}/{project}/tombstones/`
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let slice = page.slice()?;
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let page = slice.cut(tombstone::list(conn, project.id)?);
        let mut accounts = BTreeMap::new();
        page.try_map(|tombstone| {
            let account = super::accounts::of(conn, &mut accounts, tombstone.user_id)?;
            Ok(shape::tombstone(&tombstone, account))
        })
    });
    Ok(found.await?.answer(&request, &api.public_url))
}

/// `GET …/tombstones/{tombstone}/`
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let id = find::number(&request, "tombstone")?;
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let all = tombstone::list(conn, project.id)?;
        let Some(found) = all.into_iter().find(|tombstone| tombstone.id == id) else {
            return Ok(None);
        };
        let account = match found.user_id {
            Some(id) => user::get(conn, id)?,
            None => None,
        };
        Ok(Some(shape::tombstone(&found, account.as_ref())))
    });
    let found = found.await?;
    found
        .map(|shown| HttpResponse::Ok().json(shown))
        .ok_or_else(|| ApiError::NotFound(format!("tombstone {id}")))
}

/// `DELETE …/tombstones/{tombstone}/`: later events of the issue are stored again, as a new issue.
pub(crate) async fn delete(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:admin")?;
    let place = find::ProjectName::of(&request, &caller);
    let id = find::number(&request, "tombstone")?;
    let removed = api.database.write(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        tombstone::remove(conn, project.id, id)
    });
    if !removed.await? {
        return Err(ApiError::NotFound(format!("tombstone {id}")));
    }
    Ok(HttpResponse::NoContent().finish())
}
