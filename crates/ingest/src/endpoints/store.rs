use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use watchfire_event::EventId;

use super::visit::Visit;
use super::{accepted, envelope, pixel};
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::{Intake, Taken, commit};
use crate::outcome::DataCategory;
use crate::pipeline::Stopped;
use crate::request::{Encoding, authenticate, project_in_path, read_body, with_decompressed};
use crate::store_body;

/// `POST /api/{project}/store/` and `/api/store/`: one event in a legacy form, or an envelope that
/// says so.
pub(super) async fn post(
    request: HttpRequest,
    payload: Payload,
    ingest: Data<Ingest>,
) -> Result<HttpResponse, IngestError> {
    let mut visit = Visit::begin(&ingest, &request);
    let taken_in = if is_envelope(&request) {
        envelope::take_in(&mut visit, payload).await
    } else {
        take_in(&mut visit, payload).await
    };
    match taken_in {
        Ok(id) => Ok(accepted(id)),
        Err(error) => {
            visit.account(DataCategory::Error, &error);
            Err(error)
        }
    }
}

/// `GET` on the same paths: the event is in the query, the answer is an image.
pub(super) async fn get(
    request: HttpRequest,
    ingest: Data<Ingest>,
) -> Result<HttpResponse, IngestError> {
    let mut visit = Visit::begin(&ingest, &request);
    match take_query(&mut visit).await {
        Ok(()) => Ok(pixel()),
        Err(error) => {
            visit.account(DataCategory::Error, &error);
            Err(error)
        }
    }
}

fn is_envelope(request: &HttpRequest) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE);
    content_type.is_some_and(|value| {
        value
            .as_bytes()
            .starts_with(b"application/x-sentry-envelope")
    })
}

async fn take_in(visit: &mut Visit<'_>, payload: Payload) -> Result<Option<EventId>, IngestError> {
    let request = visit.request;
    let limits = visit.ingest.limits;
    project_in_path(request)?;
    let auth =
        authenticate(request.headers(), request.query_string())?.ok_or(IngestError::MissingAuth)?;
    let project = visit.admit(auth.public_key).await?;
    let encoding = Encoding::of(request.headers())?;
    let mut memory = visit.ingest.memory.reservation();
    let body = read_body(
        payload,
        limits.event_bytes_max,
        limits.body_time_max,
        &mut memory,
    )
    .await?;
    let intake = visit.intake(&project, Some(&auth));
    let taken = with_decompressed(encoding, &body, limits.event_bytes_max, |bytes| {
        let json = store_body::decode(bytes, limits.event_bytes_max)?;
        take_event(&json, &intake)
    })??;
    drop((body, memory));
    let id = taken.id;
    commit(taken, &visit.ingest.writer).await?;
    Ok(id)
}

async fn take_query(visit: &mut Visit<'_>) -> Result<(), IngestError> {
    let query = visit.request.query_string();
    project_in_path(visit.request)?;
    let auth = authenticate(visit.request.headers(), query)?.ok_or(IngestError::MissingAuth)?;
    let project = visit.admit(auth.public_key).await?;
    let json = store_body::decode_query(query, visit.ingest.limits.event_bytes_max)?
        .ok_or(IngestError::EmptyBody)?;
    let taken = take_event(&json, &visit.intake(&project, Some(&auth)))?;
    commit(taken, &visit.ingest.writer).await
}

/// Takes the one event. Here a body that is not an event is the client's to know of; what a filter
/// refuses is answered like any other.
fn take_event<'a>(json: &[u8], intake: &Intake<'a>) -> Result<Taken<'a>, IngestError> {
    if json.is_empty() {
        return Err(IngestError::EmptyBody);
    }
    let mut taken = Taken::default();
    match intake.take_event(json, &mut taken) {
        Err(Stopped::Decode(error)) => Err(IngestError::InvalidJson(error.to_string())),
        Ok(()) | Err(Stopped::Rejected(_) | Stopped::Filtered(_)) => Ok(taken),
    }
}
