//! Removing everything that is stored of one user.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use watchfire_event::Timestamp;
use watchfire_store::Error;
use watchfire_store::erase::{self, Person, Receipt};

use super::documents::project;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::routes::find;

/// Who is to be forgotten.
#[derive(Deserialize)]
pub(crate) struct Request {
    /// `id`, `email` or `ip`.
    kind: String,
    value: String,
}

impl Request {
    fn person(&self) -> Result<Person, ApiError> {
        Person::parse(&self.kind, &self.value)
            .map_err(|error| ApiError::field("value", error.to_string()))
    }
}

/// `POST …/erasures/preview/` with `kind` (`id`, `email` or `ip`) and `value`: `{"events",
/// "issues", "issuesEmptied", "feedback", "attachments", "sessionHours", "lookedAt",
/// "isComplete"}`. Nothing is written.
pub(crate) async fn preview(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Request>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:admin")?;
    let person = body.person()?;
    let place = find::ProjectName::of(&request, &caller);
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.preview(move |conn| {
        let project = project(conn, &place)?;
        erase::preview(conn, &dictionaries, &project, &person)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// `POST …/erasures/` with `kind` and `value`: 202 with the receipt so far. It cannot be taken
/// back. Later events of the same user are stored as anybody's.
pub(crate) async fn create(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Request>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:admin")?;
    let person = body.person()?;
    let place = find::ProjectName::of(&request, &caller);
    let user = caller.user();
    let queued = api.database.write(move |conn| {
        let project = project(conn, &place)?;
        let id = erase::queue(conn, &project, &person, user, Timestamp::now())?;
        erase::receipt(conn, id)?.ok_or(Error::NotFound)
    });
    Ok(HttpResponse::Accepted().json(queued.await?))
}

/// `GET …/erasures/{job}/`: the receipt, as a file to keep; also while the job runs.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let id = find::number(&request, "job")?;
    let found = api.database.read(move |conn| {
        let project = project(conn, &place)?;
        let receipt = erase::receipt(conn, id)?;
        receipt
            .filter(|receipt: &Receipt| receipt.project == project.id)
            .ok_or(Error::NotFound)
    });
    let receipt = found.await?;
    let name = format!("attachment; filename=\"erasure-{}.json\"", receipt.job);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_DISPOSITION, name))
        .json(receipt))
}
