//! The files that came with an event.

use actix_web::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, web};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use watchfire_event::EventId;
use watchfire_store::attachment::{self, Attachment};
use watchfire_store::{Conn, Error, Result as StoreResult};

use super::find;
use super::scope::repeated;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::PageQuery;
use crate::shape;

/// `GET …/events/{event}/attachments/`: oldest first. The event itself may not be there.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let place = Place::of(&request, &caller)?;
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place.project)?;
        attachment::of_event(conn, project.id, place.event)
    });
    let shown: Vec<Value> = found.await?.iter().map(shape::attachment).collect();
    Ok(page.slice()?.cut(shown).answer(&request, &api.public_url))
}

/// `GET …/events/{event}/attachments/{attachment}/`, and its bytes with `?download=1`.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let place = Place::of(&request, &caller)?;
    let id = number(&request)?;
    let found = api
        .database
        .read(move |conn| find_attachment(conn, &place, id))
        .await?;
    // Sentry takes the mere presence of the parameter, whatever its value.
    if repeated(&request, "download").is_empty() {
        return Ok(HttpResponse::Ok().json(shape::attachment(&found)));
    }
    let bytes = api.blobs.get(&found.blob_key).await?;
    let bytes = bytes.ok_or_else(|| ApiError::NotFound(format!("the file of attachment {id}")))?;
    let name = &found.filename;
    Ok(HttpResponse::Ok()
        .insert_header((
            CONTENT_TYPE,
            shape::safe_media_type(found.content_type.as_deref()),
        ))
        .insert_header((CONTENT_DISPOSITION, disposition(name)))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .body(bytes))
}

/// Which event's attachments are asked for.
struct Place {
    project: find::ProjectName,
    event: EventId,
}

impl Place {
    fn of(request: &HttpRequest, caller: &Caller) -> Result<Self, ApiError> {
        Ok(Self {
            project: find::ProjectName::of(request, caller),
            event: find::event_id(request.match_info().query("event"))?,
        })
    }
}

fn number(request: &HttpRequest) -> Result<i64, ApiError> {
    let text = request.match_info().query("attachment").trim();
    text.parse()
        .or(Err(ApiError::NotFound(format!("attachment {text:?}"))))
}

fn find_attachment(conn: &mut Conn<'_>, place: &Place, id: i64) -> StoreResult<Attachment> {
    let (project, _) = find::named_project(conn, &place.project)?;
    attachment::get(conn, project.id, id)?
        .filter(|found| found.event_id == place.event)
        .ok_or(Error::NotFound)
}

/// Makes the browser save the file under its name: as plain letters for old clients, and in full.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|letter| match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' | ' ' => letter,
            _ => '_',
        })
        .collect();
    let full = utf8_percent_encode(name, NON_ALPHANUMERIC);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(
            disposition("a\"\r\nX: ü.log"),
            "attachment; filename=\"a___X_ _.log\"; \
             filename*=UTF-8''a%22%0D%0AX%3A%20%C3%BC%2Elog"
        );
    }
}
