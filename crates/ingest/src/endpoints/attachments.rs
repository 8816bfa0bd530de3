//! Files that come after their event (reference/PROTOCOL.md section 2).

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use watchfire_event::EventId;

use super::answer::{content_type, empty};
use super::visit::Visit;
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::{ATTACHMENT_TYPE_DEFAULT, File, Taken, commit};
use crate::items::multipart::{self, Part};
use crate::limits::Limits;
use crate::outcome::{Amount, DataCategory, Ledger, Outcome};

const TOO_LARGE: IngestError = IngestError::ItemTooLarge("attachment");

/// `/api/{project}/events/{event}/attachments/`.
pub(super) fn resource() -> Resource {
    web::resource(
        "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}events{_3:/+}{event_id:[^/]+}{_4:/+}\
         attachments{_5:/*}",
    )
    .route(web::post().to(post))
}

async fn post(
    request: HttpRequest,
    payload: Payload,
    ingest: Data<Ingest>,
) -> Result<HttpResponse, IngestError> {
    let mut visit = Visit::begin(&ingest, &request);
    match take_in(&mut visit, payload).await {
        Ok(()) => Ok(empty(StatusCode::CREATED)),
        Err(error) => {
            visit.account(DataCategory::AttachmentItem, &error);
            Err(error)
        }
    }
}

async fn take_in(visit: &mut Visit<'_>, payload: Payload) -> Result<(), IngestError> {
    let sender = visit.admit_auth().await?;
    let event_id: EventId = visit
        .request
        .match_info()
        .get("event_id")
        .and_then(|text| text.parse().ok())
        .ok_or(IngestError::BadEventId)?;
    let boundary =
        multipart::boundary(content_type(visit.request)).ok_or(IngestError::InvalidMultipart)?;
    let limits = &visit.ingest.limits;
    let body = visit.read_body(payload, limits.envelope_bytes_max).await?;
    let (body, memory) = body.into_bytes(limits.envelope_bytes_max)?;
    let parts = multipart::read(body, &boundary).await;
    let mut files = parts.or(Err(IngestError::InvalidMultipart))?;
    files.retain(|part| part.file_name.is_some());
    check_sizes(&files, limits, &visit.ledger)?;
    let intake = visit.intake(&sender);
    let mut taken = Taken::default();
    for part in files {
        let file = File {
            event_id,
            filename: part.file_name.unwrap_or_default(),
            content_type: part.content_type,
            kind: ATTACHMENT_TYPE_DEFAULT.to_owned(),
            bytes: part.bytes,
        };
        intake.take_attachment(file, &mut taken);
    }
    drop(memory);
    commit(taken, visit.ingest).await?.or_limited()
}

/// Refuses everything when there are too many files, or one of them or all together are too large.
fn check_sizes(files: &[Part], limits: &Limits, ledger: &Ledger) -> Result<(), IngestError> {
    let bytes = files.iter().map(|it| it.bytes.len());
    let is_too_large = files.len() > limits.attachments_max
        || bytes
            .clone()
            .any(|bytes| bytes > limits.attachment_bytes_max)
        || bytes.clone().sum::<usize>() > limits.attachments_bytes_max;
    if files.is_empty() {
        return Err(IngestError::EmptyBody);
    }
    if !is_too_large {
        return Ok(());
    }
    for bytes in bytes {
        let outcome = Outcome::invalid("too_large:attachment");
        ledger.refuse(Amount::attachment(bytes), outcome);
    }
    Err(TOO_LARGE)
}
