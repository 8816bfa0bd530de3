use std::sync::Arc;

use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use watchfire_event::EventId;

use super::accepted;
use super::visit::Visit;
use crate::envelope::{EnvelopeError, EnvelopeHeader, parse, parse_header};
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::{Intake, Taken, commit};
use crate::outcome::DataCategory;
use crate::project::Project;
use crate::request::{
    Auth, Dsn, Encoding, authenticate, project_in_path, read_body, with_decompressed,
};

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
    let request = visit.request;
    let limits = visit.ingest.limits;
    project_in_path(request)?;
    let auth = authenticate(request.headers(), request.query_string())?;
    let project = match &auth {
        Some(auth) => Some(visit.admit(auth.public_key).await?),
        None => None,
    };
    let encoding = Encoding::of(request.headers())?;
    let mut memory = visit.ingest.memory.reservation();
    let body = read_body(
        payload,
        limits.envelope_bytes_max,
        limits.body_time_max,
        &mut memory,
    )
    .await?;
    let project = match project {
        Some(project) => project,
        None => admit_by_dsn(visit, encoding, &body).await?,
    };
    let mut intake = visit.intake(&project, auth.as_ref());
    let taken = with_decompressed(encoding, &body, limits.envelope_bytes_max, |bytes| {
        read(bytes, &project, auth.as_ref(), &mut intake)
    })??;
    // While the commit is awaited, only what is to be stored stays in memory.
    drop((body, memory));
    let id = taken.id;
    commit(taken, &visit.ingest.writer).await?;
    Ok(id)
}

/// The sender may have put its DSN into the envelope's first line and nowhere else. The body is
/// then decompressed twice, which spares all others from holding it while their key is looked up.
async fn admit_by_dsn(
    visit: &mut Visit<'_>,
    encoding: Encoding,
    body: &Bytes,
) -> Result<Arc<Project>, IngestError> {
    let bytes_max = visit.ingest.limits.envelope_bytes_max;
    let header = with_decompressed(encoding, body, bytes_max, |bytes| match bytes {
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
    Ok(project)
}

fn read<'a>(
    bytes: &[u8],
    project: &Project,
    auth: Option<&Auth>,
    intake: &mut Intake<'a>,
) -> Result<Taken<'a>, IngestError> {
    if bytes.is_empty() {
        return Err(IngestError::EmptyBody);
    }
    let envelope = parse(bytes)?;
    if let Some(auth) = auth {
        check_dsn(&envelope.header, project, auth)?;
    }
    intake.take_envelope(&envelope)
}

/// A DSN in the envelope must name the same key and project as the request.
fn check_dsn(header: &EnvelopeHeader, project: &Project, auth: &Auth) -> Result<(), IngestError> {
    let Some(text) = &header.dsn else {
        return Ok(());
    };
    let dsn = Dsn::parse(text).or(Err(EnvelopeError::Header))?;
    if dsn.public_key != auth.public_key || dsn.project_id != project.id {
        return Err(IngestError::HeaderMismatch);
    }
    Ok(())
}
