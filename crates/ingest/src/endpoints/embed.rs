//! The dialog in which people tell what happened when a page broke (reference/PROTOCOL.md section
//! 2.4): a script for the page, and the form that it sends.

mod form;
mod script;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    CACHE_CONTROL, CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue, ORIGIN, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use serde::Deserialize;
use serde_json::{Value, json};
use watchfire_event::EventId;
use watchfire_store::feedback::Source;

use self::form::Form;
use super::visit::{Sender, Visit};
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::{Taken, commit};
use crate::items::user_report::UserReport;
use crate::outcome::{DataCategory, Outcome};
use crate::request::Dsn;

/// Bytes of a form; the longest valid one has some 50 KB when every character is escaped.
const FORM_BYTES_MAX: usize = 100 * 1024;

/// What every request to the dialog names in its query.
#[derive(Default, Deserialize)]
struct Subject {
    dsn: Option<String>,
    #[serde(rename = "eventId")]
    event_id: Option<String>,
}

/// Why there is no dialog, in the shapes of this endpoint.
enum Refusal {
    /// The event is not named.
    EventId,
    /// The DSN is not known.
    Dsn,
    /// Some fields of the form are not filled in as they should be.
    Form(Value),
    /// As everywhere else.
    Other(IngestError),
}

/// `/api/embed/error-page/`.
pub(super) fn resource() -> Resource {
    web::resource("/{_0:/*}api{_1:/+}embed{_2:/+}error-page{_3:/*}")
        .route(web::get().to(get))
        .route(web::post().to(post))
        .route(web::method(actix_web::http::Method::OPTIONS).to(preflight))
}

async fn get(request: HttpRequest, ingest: Data<Ingest>) -> HttpResponse {
    let mut visit = Visit::begin(&ingest, &request);
    let answer = match admit(&mut visit).await {
        Ok(_) => HttpResponse::Ok()
            .content_type("text/javascript; charset=utf-8")
            // It holds what the page knows of a person, and texts of anybody.
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .body(script::with_texts(request.query_string())),
        Err(refusal) => refusal.answer(&visit),
    };
    readable(&request, answer)
}

async fn post(request: HttpRequest, payload: Payload, ingest: Data<Ingest>) -> HttpResponse {
    let mut visit = Visit::begin(&ingest, &request);
    let answer = match take_in(&mut visit, payload).await {
        Ok(()) => HttpResponse::Ok().json(json!({})),
        Err(refusal) => refusal.answer(&visit),
    };
    readable(&request, answer)
}

async fn preflight(request: HttpRequest, ingest: Data<Ingest>) -> HttpResponse {
    let mut visit = Visit::begin(&ingest, &request);
    let answer = match admit(&mut visit).await {
        Ok(_) => HttpResponse::new(StatusCode::OK),
        Err(refusal) => refusal.answer(&visit),
    };
    readable(&request, answer)
}

/// Lets in whoever names an event and a known DSN, from a page that may report.
async fn admit(visit: &mut Visit<'_>) -> Result<(Sender, EventId), Refusal> {
    let subject = Query::<Subject>::from_query(visit.request.query_string());
    let subject = subject.map(Query::into_inner).unwrap_or_default();
    let event_id = subject.event_id.and_then(|id| id.parse().ok());
    let event_id = event_id.ok_or(Refusal::EventId)?;
    let dsn = subject.dsn.and_then(|dsn| Dsn::parse(&dsn).ok());
    let dsn = dsn.ok_or(Refusal::Dsn)?;
    let project = match visit.admit(dsn.public_key).await {
        Ok(project) if project.id == dsn.project_id => project,
        Ok(_) | Err(IngestError::UnknownKey | IngestError::DisabledKey) => {
            return Err(Refusal::Dsn);
        }
        Err(error) => return Err(error.into()),
    };
    let sender = Sender {
        project,
        auth: None,
    };
    Ok((sender, event_id))
}

async fn take_in(visit: &mut Visit<'_>, payload: Payload) -> Result<(), Refusal> {
    let (sender, event_id) = admit(visit).await?;
    let mut body = visit.read_body(payload, FORM_BYTES_MAX).await?;
    let form = body.plain(FORM_BYTES_MAX, Form::read)?;
    drop(body);
    let Form {
        name,
        email,
        comments,
    } = form.checked().map_err(Refusal::Form)?;
    let report = UserReport {
        event_id,
        name,
        email,
        comments,
    };
    let json = report.to_event_json(EventId::random(), visit.received_at);
    let intake = visit.intake(&sender);
    let mut taken = Taken::default();
    // What a filter says of it is counted, and the person is thanked all the same.
    drop(intake.take_feedback(&json, Source::Dialog, &mut taken));
    commit(taken, visit.ingest).await?.or_limited()?;
    Ok(())
}

impl From<IngestError> for Refusal {
    fn from(error: IngestError) -> Self {
        Self::Other(error)
    }
}

impl Refusal {
    /// The answer; what is refused is counted.
    fn answer(self, visit: &Visit<'_>) -> HttpResponse {
        let (status, body, reason) = match self {
            Self::EventId => (
                StatusCode::BAD_REQUEST,
                json!({"eventId": "Missing or invalid parameter."}),
                "invalid_event_id",
            ),
            Self::Dsn => (
                StatusCode::NOT_FOUND,
                json!({"dsn": "Missing or invalid parameter."}),
                "project_id",
            ),
            Self::Form(errors) => (
                StatusCode::BAD_REQUEST,
                json!({"errors": errors}),
                "invalid_body",
            ),
            Self::Other(error) => {
                visit.account(DataCategory::Feedback, &error);
                return HttpResponse::from_error(error);
            }
        };
        let outcome = Outcome::invalid(reason);
        visit
            .ledger
            .count(DataCategory::Feedback.name(), outcome, 1);
        HttpResponse::build(status).json(body)
    }
}

/// Lets the page read the answer. The other endpoints name no page; this one names the asking one.
fn readable(request: &HttpRequest, mut answer: HttpResponse) -> HttpResponse {
    let origin = request.headers().get(ORIGIN).cloned();
    let origin = origin.unwrap_or(HeaderValue::from_static("*"));
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "Content-Type, Authorization, X-Requested-With, baggage, sentry-trace",
        ),
        (CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"),
        (VARY, "Accept, Origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}
