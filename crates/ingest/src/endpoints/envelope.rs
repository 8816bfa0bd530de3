use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use watchfire_event::EventId;

use super::accepted;
use super::visit::{Body, Sender, Visit, check_origin};
use crate::envelope::{EnvelopeError, EnvelopeHeader, parse, parse_header};
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::{Intake, Taken, commit};
use crate::outcome::DataCategory;
use crate::request::{Dsn, Origin, authenticate, project_in_path};

/// `POST /api/{project}/envelope/`: answers when everything in it is stored or counted.
pub(super) async fn post(
    request: HttpRequest,
    payload: Payload,
    ingest: Data<Ingest>,
) -> Result<HttpResponse, IngestError> {
    let mut visit = Visit::begin(&ingest, &request);
    match take_in(&mut visit, payload).await {
        Ok(id) => Ok(accepted(id)),
        Err(error) => {
            visit.account(DataCategory::Default, &error);
            Err(error)
        }
    }
}

/// Reads an envelope and returns its id once it is stored.
///
/// # Errors
/// Every [`IngestError`] but those of `/store/`.
pub(super) async fn take_in(
    visit: &mut Visit<'_>,
    payload: Payload,
) -> Result<Option<EventId>, IngestError> {
    let limits = visit.ingest.limits;
    project_in_path(visit.request)?;
    let auth = authenticate(visit.request.headers(), visit.request.query_string())?;
    let sender = match auth {
        Some(auth) => Some(Sender {
            project: visit.admit(auth.public_key).await?,
            auth: Some(auth),
        }),
        None => None,
    };
    let mut body = visit.read_body(payload, limits.envelope_bytes_max).await?;
    let sender = match sender {
        Some(sender) => sender,
        None => admit_by_dsn(visit, &mut body).await?,
    };
    let mut intake = visit.intake(&sender);
    intake.body = body.uncompressed();
    let taken = body.plain(limits.envelope_bytes_max, |bytes| {
        read(bytes, visit, &sender, &mut intake)
    })??;
    drop((body, intake));
    let id = taken.id;
    commit(taken, visit.ingest).await?.or_limited()?;
    Ok(id)
}

/// The sender may have put its DSN into the envelope's first line and nowhere else. The body is
/// then decompressed twice, which spares all others from holding it while their key is looked up.
async fn admit_by_dsn(visit: &mut Visit<'_>, body: &mut Body) -> Result<Sender, IngestError> {
    let bytes_max = visit.ingest.limits.envelope_bytes_max;
    let header = body.plain(bytes_max, |bytes| match bytes {
        [] => Err(IngestError::EmptyBody),
        _ => match parse_header(bytes) {
            Ok((header, _)) => Ok(header),
            Err(_) => Err(IngestError::BadEnvelopeAuth),
        },
    })??;
    let dsn = Dsn::parse(&header.dsn.ok_or(IngestError::MissingAuth)?)?;
    let project = visit.admit(dsn.public_key).await?;
    if dsn.project_id != project.id {
        return Err(IngestError::HeaderMismatch);
    }
    Ok(Sender {
        project,
        auth: None,
    })
}

fn read<'a>(
    bytes: &[u8],
    visit: &Visit<'_>,
    sender: &Sender,
    intake: &mut Intake<'a>,
) -> Result<Taken<'a>, IngestError> {
    if bytes.is_empty() {
        return Err(IngestError::EmptyBody);
    }
    let envelope = parse(bytes)?;
    check_dsn(&envelope.header, sender)?;
    if let Some(text) = &envelope.header.origin {
        let origin = Origin::parse(text);
        let of_request = Origin::of(visit.request.headers());
        if of_request.is_some() && of_request != origin {
            return Err(IngestError::OriginMismatch);
        }
        check_origin(&sender.project, origin.as_ref())?;
    }
    intake.take_envelope(&envelope)
}

/// A DSN in the envelope must name the same key and project as the request.
fn check_dsn(header: &EnvelopeHeader, sender: &Sender) -> Result<(), IngestError> {
    let (Some(text), Some(auth)) = (&header.dsn, &sender.auth) else {
        return Ok(());
    };
    let dsn = Dsn::parse(text).or(Err(EnvelopeError::Header))?;
    if dsn.public_key != auth.public_key || dsn.project_id != sender.project.id {
        return Err(IngestError::HeaderMismatch);
    }
    Ok(())
}
