use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse};
use watchfire_event::EventId;

use crate::cors;

/// An answer without a body, which any page may read.
pub(super) fn empty(status: StatusCode) -> HttpResponse {
    let mut response = HttpResponse::new(status);
    cors::allow(response.headers_mut());
    response
}

/// The answer to a crash report: the event's id as text, with hyphens.
pub(super) fn crash(id: EventId) -> HttpResponse {
    let mut response = HttpResponse::Ok()
        .content_type("text/plain")
        .body(id.0.hyphenated().to_string());
    cors::allow(response.headers_mut());
    response
}

/// The media type of the body without its parameters, in lower case; empty when there is none.
pub(super) fn media_type(request: &HttpRequest) -> String {
    let value = content_type(request);
    let essence = value.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// The whole `Content-Type`; empty when there is none.
pub(super) fn content_type(request: &HttpRequest) -> &str {
    let value = request.headers().get(CONTENT_TYPE);
    value.and_then(|it| it.to_str().ok()).unwrap_or_default()
}
