//! The client keys of a project.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::Value;
use watchfire_event::Timestamp;
use watchfire_store::key;

use super::find;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::shape;

/// A key to make.
#[derive(Deserialize)]
pub(crate) struct NewKey {
    name: Option<String>,
}

/// `GET …/keys/`: the project's keys with their DSNs.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let (owner, name, _) = path.into_inner();
    let reach = caller.reach();
    let found = api.database.read(move |conn| {
        let owner = find::organization(conn, &reach, &owner)?;
        let project = find::project(conn, &owner, &name)?;
        key::list(conn, project.id)
    });
    let keys = found.await?;
    let shown: Vec<Value> = keys
        .iter()
        .map(|key| shape::key(key, &api.public_url))
        .collect();
    Ok(HttpResponse::Ok().json(shown))
}

/// `POST …/keys/` with `{"name"?}`: one more key.
pub(crate) async fn create(
    api: web::Data<Api>,
    caller: Caller,
    path: web::Path<(String, String, String)>,
    new: web::Json<NewKey>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    let (owner, name, _) = path.into_inner();
    let label = new.into_inner().name.unwrap_or_else(|| "API".to_owned());
    let reach = caller.reach();
    let made = api.database.write(move |conn| {
        let owner = find::organization(conn, &reach, &owner)?;
        let project = find::project(conn, &owner, &name)?;
        key::create(conn, project.id, &label, Timestamp::now())
    });
    Ok(HttpResponse::Created().json(shape::key(&made.await?, &api.public_url)))
}
