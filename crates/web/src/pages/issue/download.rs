//! Hands out an event's stored JSON as it is, `_meta` included.

use actix_web::http::header;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use watchfire_store as store;

use super::load::{self, Which};
use crate::Web;
use crate::error::WebError;
use crate::session::CurrentUser;

/// How the JSON is wanted.
#[derive(Deserialize)]
pub(super) struct Form {
    /// `1` saves it as a file instead of showing it.
    download: Option<String>,
}

/// `GET …/issues/{id}/events/{latest|oldest|id}/json`.
pub(super) async fn download(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    form: Query<Form>,
) -> Result<HttpResponse, WebError> {
    let which = Which::of(&request).ok_or(WebError::NotFound)?;
    let name = load::issue_name(&request);
    let database = web.database.clone();
    let (row, body) = web
        .database
        .read(move |conn| {
            let found = load::issue(conn, &user.account, &name)?;
            let row = load::event(conn, &found.issue, which)?.ok_or(store::Error::NotFound)?;
            let dictionaries = database.dictionaries();
            let body = store::event::body(conn, dictionaries, row.project_id, row.event_id)?;
            Ok((row, body.ok_or(store::Error::NotFound)?))
        })
        .await?;
    let mut response = HttpResponse::Ok();
    response.content_type("application/json; charset=utf-8");
    if form.download.as_deref() == Some("1") {
        let disposition = format!("attachment; filename=\"event-{}.json\"", row.event_id);
        response.insert_header((header::CONTENT_DISPOSITION, disposition));
    }
    Ok(response.body(body))
}
