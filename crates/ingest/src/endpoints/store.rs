use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use watchfire_event::EventId;

use super::visit::Visit;
use super::{accepted, envelope, pixel};
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::{Intake, Taken, commit};
use crate::items::Raw;
use crate::outcome::{Amount, DataCategory, Outcome};
use crate::pipeline::Stopped;
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
    let bytes_max = visit.ingest.limits.event_bytes_max;
    let sender = visit.admit_auth().await?;
    let mut body = visit.read_body(payload, bytes_max).await?;
    let intake = visit.intake(&sender);
    let taken = body.plain(bytes_max, |bytes| {
        let json = store_body::decode(bytes, bytes_max)?;
        take_event(&json, &intake)
    })??;
    drop(body);
    let id = taken.id;
    commit(taken, visit.ingest).await?.or_limited()?;
    Ok(id)
}

async fn take_query(visit: &mut Visit<'_>) -> Result<(), IngestError> {
    let sender = visit.admit_auth().await?;
    let bytes_max = visit.ingest.limits.event_bytes_max;
    let json = store_body::decode_query(visit.request.query_string(), bytes_max)?
        .ok_or(IngestError::EmptyBody)?;
    let taken = take_event(&json, &visit.intake(&sender))?;
    commit(taken, visit.ingest).await?.or_limited()
}

/// Whether the event names an id that is none. In envelopes such an event gets another; here the
/// client goes by the id that it has sent (reference/PROTOCOL.md section 4).
fn has_bad_id(json: &[u8]) -> bool {
    let id = Raw::whole(json).and_then(|event| event.pick(["event_id"]));
    // What cannot be read at all is for the decoder to tell.
    let Ok([Some(id)]) = id else { return false };
    let id = id.text().and_then(|text| text.parse::<EventId>().ok());
    id.is_none()
}

/// Takes the one event. Here a body that is not an event is the client's to know of; what a filter
/// refuses is answered like any other.
fn take_event<'a>(json: &[u8], intake: &Intake<'a>) -> Result<Taken<'a>, IngestError> {
    if json.is_empty() {
        return Err(IngestError::EmptyBody);
    }
    if has_bad_id(json) {
        let outcome = Outcome::invalid("invalid_event_id");
        let refused = outcome.because("event_id is not a UUID");
        intake
            .ledger
            .refuse(Amount::new(DataCategory::Error, 1), refused);
        return Err(IngestError::InvalidJson(
            "event_id is not a UUID".to_owned(),
        ));
    }
    let mut taken = Taken::default();
    match intake.take_event(json, DataCategory::Error, &mut taken) {
        Err(Stopped::Decode(error)) => Err(IngestError::InvalidJson(error.to_string())),
        Ok(_) | Err(_) => Ok(taken),
    }
}
