//! Crash reports with a dump (reference/PROTOCOL.md sections 2 and 7).

use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use watchfire_event::EventId;

use super::answer::{content_type, crash, media_type};
use super::visit::Visit;
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::{ATTACHMENT_TYPE_DEFAULT, File, Intake, Taken, commit};
use crate::items::minidump::{Crash, to_event, unpack};
use crate::items::multipart::{self, Part};
use crate::outcome::{Amount, DataCategory, Outcome};
use crate::request::Reservation;

const DUMP: &str = "upload_file_minidump";
const EVENT: &str = "__sentry-event";
const BREADCRUMBS: [&str; 2] = ["__sentry-breadcrumb1", "__sentry-breadcrumb2"];
const VIEW_HIERARCHY: &str = "view-hierarchy.json";
/// Bodies of these types are the dump itself.
const RAW_TYPES: [&str; 2] = ["application/octet-stream", "application/x-dmp"];

/// A crash report, taken apart.
#[derive(Default)]
struct Report {
    dump: Bytes,
    dump_name: Option<String>,
    event: Option<Bytes>,
    breadcrumbs: [Option<Bytes>; 2],
    fields: Vec<(String, String)>,
    files: Vec<Part>,
}

/// `/api/{project}/minidump/`.
pub(super) fn resource() -> Resource {
    web::resource("/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}minidump{_3:/*}")
        .route(web::post().to(post))
}

async fn post(
    request: HttpRequest,
    payload: Payload,
    ingest: Data<Ingest>,
) -> Result<HttpResponse, IngestError> {
    let mut visit = Visit::begin(&ingest, &request);
    match take_in(&mut visit, payload).await {
        Ok(id) => Ok(crash(id)),
        Err(error) => {
            visit.account(DataCategory::Error, &error);
            Err(error)
        }
    }
}

async fn take_in(visit: &mut Visit<'_>, payload: Payload) -> Result<EventId, IngestError> {
    let sender = visit.admit_auth().await?;
    let limits = &visit.ingest.limits;
    let body = visit.read_body(payload, limits.envelope_bytes_max).await?;
    let body_bytes_max = limits.envelope_bytes_max;
    let (body, memory) = aside(move || body.into_bytes(body_bytes_max)).await?;
    let mut report = read(visit.request, body).await?;
    report
        .check_fields(limits.event_bytes_max)
        .inspect_err(|error| refuse(visit, error))?;
    let (dump, memory) = unpacked(report.dump, limits.attachment_bytes_max, memory)
        .await
        .inspect_err(|error| refuse(visit, error))?;
    report.dump = dump;
    let (report, event) = report.into_event().await?;
    let intake = visit.intake(&sender);
    let mut taken = Taken::default();
    // A sender of crashes is never told of limits, nor of filters.
    let stored = intake.take_event(&event, DataCategory::Error, &mut taken);
    let id = stored.unwrap_or_else(|_| EventId::random());
    report.take_files(id, &intake, &mut taken);
    drop(memory);
    commit(taken, visit.ingest).await?;
    Ok(id)
}

/// Counts a crash of which something is over its limit; what else goes wrong is counted for the
/// request as a whole.
fn refuse(visit: &Visit<'_>, error: &IngestError) {
    if let IngestError::ItemTooLarge(name) = error {
        let outcome = Outcome::Invalid(format!("too_large:{name}").into());
        visit.ledger.count(DataCategory::Error.name(), outcome, 1);
    }
}

/// Reads the body, which is a form or the dump itself.
async fn read(request: &HttpRequest, body: Bytes) -> Result<Report, IngestError> {
    if RAW_TYPES.contains(&media_type(request).as_str()) {
        return Ok(Report {
            dump: body,
            ..Report::default()
        });
    }
    let boundary = multipart::boundary(content_type(request));
    let boundary = boundary.ok_or(IngestError::InvalidMultipart)?;
    let parts = multipart::read(body, &boundary).await;
    Report::of(parts.or(Err(IngestError::InvalidMultipart))?)
}

/// Does work that takes a while away from the threads that serve.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, IngestError> + Send + 'static,
) -> Result<T, IngestError> {
    // It ends early only when the server does.
    web::block(work).await.or(Err(IngestError::Overloaded))?
}

/// The dump as it was written: not compressed, and not in the form in which old versions of
/// Electron wrap it once more. It comes with the memory that holds it.
async fn unpacked(
    dump: Bytes,
    bytes_max: usize,
    mut memory: Reservation,
) -> Result<(Bytes, Reservation), IngestError> {
    let dump = match multipart::read_nested(&dump).await {
        None => dump,
        Some(nested) => {
            let parts = nested.or(Err(IngestError::InvalidMultipart))?;
            let inner = parts.into_iter().find(|part| part.name == DUMP);
            inner.ok_or(IngestError::MissingMinidump)?.bytes
        }
    };
    aside(move || Ok((unpack(dump, bytes_max, &mut memory)?, memory))).await
}

impl Report {
    /// Sorts the fields of a form.
    fn of(parts: Vec<Part>) -> Result<Self, IngestError> {
        let mut report = Self::default();
        let mut dump = None;
        for part in parts {
            if part.name == DUMP {
                dump.get_or_insert(part);
            } else if part.name == EVENT {
                report.event = Some(part.bytes);
            } else if part.name == BREADCRUMBS[0] {
                report.breadcrumbs[0] = Some(part.bytes);
            } else if part.name == BREADCRUMBS[1] {
                report.breadcrumbs[1] = Some(part.bytes);
            } else if part.file_name.is_some() {
                report.files.push(part);
            } else {
                let text = String::from_utf8_lossy(&part.bytes).into_owned();
                report.fields.push((part.name, text));
            }
        }
        let dump = dump.ok_or(IngestError::MissingMinidump)?;
        report.dump = dump.bytes;
        report.dump_name = dump.file_name;
        Ok(report)
    }

    /// Refuses text fields that have over `bytes_max` bytes together: they become the event.
    fn check_fields(&self, bytes_max: usize) -> Result<(), IngestError> {
        let bytes = self
            .fields
            .iter()
            .map(|(name, text)| name.len() + text.len());
        match bytes.sum::<usize>() > bytes_max {
            true => Err(IngestError::ItemTooLarge("form_data")),
            false => Ok(()),
        }
    }

    /// Makes the event.
    async fn into_event(self) -> Result<(Self, Vec<u8>), IngestError> {
        let work = move || {
            let [first, second] = &self.breadcrumbs;
            let event = to_event(&Crash {
                dump: Some(&self.dump),
                event: None,
                payload: self.event.as_deref(),
                breadcrumbs: [first.as_deref(), second.as_deref()],
                fields: &self.fields,
            });
            Ok((self, event))
        };
        aside(work).await
    }

    /// Takes the dump and the other files as attachments of the event. One over its limit is
    /// dropped, and so are those past the number of files that an envelope may have.
    fn take_files<'a>(self, event_id: EventId, intake: &Intake<'a>, taken: &mut Taken<'a>) {
        let dump = File {
            event_id,
            filename: self.dump_name.unwrap_or_else(|| "minidump.dmp".to_owned()),
            content_type: Some("application/x-dmp".to_owned()),
            kind: "event.minidump".to_owned(),
            bytes: self.dump,
        };
        intake.take_attachment(dump, taken);
        let limits = intake.limits;
        for (index, part) in self.files.into_iter().enumerate() {
            let bytes = part.bytes.len();
            if bytes > limits.attachment_bytes_max || index + 1 >= limits.attachments_max {
                let outcome = Outcome::invalid("too_large:attachment");
                intake.ledger.refuse(Amount::attachment(bytes), outcome);
                continue;
            }
            let filename = part.file_name.unwrap_or_default();
            let is_view = [&part.name, &filename]
                .iter()
                .any(|it| *it == VIEW_HIERARCHY);
            let kind = match is_view {
                true => "event.view_hierarchy",
                false => ATTACHMENT_TYPE_DEFAULT,
            };
            let file = File {
                event_id,
                filename,
                content_type: part.content_type,
                kind: kind.to_owned(),
                bytes: part.bytes,
            };
            intake.take_attachment(file, taken);
        }
    }
}
