//! The client keys of a project.

mod change;
mod rate_limit;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use watchfire_event::Timestamp;
use watchfire_store::key::{self, Key};
use watchfire_store::project::Project;
use watchfire_store::{Conn, Error, Result as StoreResult, quota};

use self::change::Change;
use super::find;
use crate::Api;
use crate::auth::Caller;
use crate::body::Fields;
use crate::error::ApiError;
use crate::page::PageQuery;
use crate::shape;

/// A key's name when the client gives none.
const LABEL_DEFAULT: &str = "API";

/// `GET …/keys/`: the project's keys with their DSNs. `status=active` and `status=inactive` leave
/// the others out.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    query: web::Query<ListQuery>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let wanted = match query.status.as_deref() {
        Some("active") => Some(true),
        Some("inactive") => Some(false),
        _ => None,
    };
    let place = find::ProjectName::of(&request, &caller);
    let public_url = api.public_url.clone();
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let quotas = quota::of_project(conn, project.id)?;
        let keys = key::list(conn, project.id)?.into_iter();
        let shown = keys.filter(|key| wanted.is_none_or(|active| key.is_active == active));
        let shown = shown.map(|key| shape::key(&key, &quotas, &public_url));
        Ok(shown.collect::<Vec<Value>>())
    });
    Ok(page
        .slice()?
        .cut(found.await?)
        .answer(&request, &api.public_url))
}

/// Which keys are listed.
#[derive(serde::Deserialize)]
pub(crate) struct ListQuery {
    status: Option<String>,
}

/// `POST …/keys/` with `name`, `isActive` and `rateLimit`, all of which may be left out: one more
/// key.
pub(crate) async fn create(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Fields>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    let change = Change::read(&body)?;
    let place = find::ProjectName::of(&request, &caller);
    let public_url = api.public_url.clone();
    let made = api.database.write(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let label = change.label().unwrap_or(LABEL_DEFAULT);
        let key = key::create(conn, project.id, label, Timestamp::now())?;
        change.make(conn, &key)?;
        shown(conn, &project, key.id, &public_url)
    });
    Ok(HttpResponse::Created().json(made.await?))
}

/// `GET …/keys/{key}/`, where the key is its public part or its number.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let name = key_name(&request);
    let public_url = api.public_url.clone();
    let found = api.database.read(move |conn| {
        let (project, key) = find_key(conn, &place, &name)?;
        shown(conn, &project, key.id, &public_url)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// `PUT …/keys/{key}/` with `name`, `isActive` or `rateLimit` (`{window, count}` or null): the key
/// after the change. What is not named stays.
pub(crate) async fn update(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Fields>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    let change = Change::read(&body)?;
    let place = find::ProjectName::of(&request, &caller);
    let name = key_name(&request);
    let public_url = api.public_url.clone();
    let changed = api.database.write(move |conn| {
        let (project, key) = find_key(conn, &place, &name)?;
        change.make(conn, &key)?;
        shown(conn, &project, key.id, &public_url)
    });
    Ok(HttpResponse::Ok().json(changed.await?))
}

/// `POST …/keys/{key}/rotate/`: gives the key a new public part. Its name, limits and counts stay;
/// the old DSN is refused from then on.
pub(crate) async fn rotate(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    let place = find::ProjectName::of(&request, &caller);
    let name = key_name(&request);
    let public_url = api.public_url.clone();
    let rotated = api.database.write(move |conn| {
        let (project, key) = find_key(conn, &place, &name)?;
        key::rotate(conn, project.id, key.id, Timestamp::now())?.ok_or(Error::NotFound)?;
        shown(conn, &project, key.id, &public_url)
    });
    Ok(HttpResponse::Ok().json(rotated.await?))
}

/// `DELETE …/keys/{key}/`: the key and its limits are gone, what it counted stays counted.
pub(crate) async fn delete(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:admin")?;
    let place = find::ProjectName::of(&request, &caller);
    let name = key_name(&request);
    let deleted = api.database.write(move |conn| {
        let (project, key) = find_key(conn, &place, &name)?;
        key::delete(conn, project.id, key.id)
    });
    deleted.await?;
    Ok(HttpResponse::NoContent().finish())
}

fn key_name(request: &HttpRequest) -> String {
    request.match_info().query("key").trim().to_owned()
}

/// A key of the project by its public part, as in Sentry, or by its number.
fn find_key(
    conn: &mut Conn<'_>,
    place: &find::ProjectName,
    name: &str,
) -> StoreResult<(Project, Key)> {
    let (project, _) = find::named_project(conn, place)?;
    let keys = key::list(conn, project.id)?;
    let named = keys
        .iter()
        .find(|key| key.public_key == name)
        .or_else(|| keys.iter().find(|key| key.id.to_string() == name));
    let key = named.cloned().ok_or(Error::NotFound)?;
    Ok((project, key))
}

fn shown(conn: &mut Conn<'_>, project: &Project, id: i64, public_url: &str) -> StoreResult<Value> {
    let key = key::get(conn, project.id, id)?.ok_or(Error::NotFound)?;
    let quotas = quota::of_project(conn, project.id)?;
    Ok(shape::key(&key, &quotas, public_url))
}
