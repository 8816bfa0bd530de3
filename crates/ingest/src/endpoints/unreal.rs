//! Crash reports of games made with the Unreal Engine (reference/PROTOCOL.md section 2).

use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use serde::Deserialize;
use watchfire_event::EventId;
use watchfire_store::feedback::Source;

use super::answer::crash;
use super::visit::Visit;
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::{File, Intake, Taken, commit};
use crate::items::unreal::{self, Comment, Report};
use crate::items::user_report::UserReport;
use crate::outcome::{DataCategory, Outcome};

/// What the query says of the player.
#[derive(Default, Deserialize)]
struct Player {
    #[serde(rename = "UserID")]
    user_id: Option<String>,
}

/// `/api/{project}/unreal/{key}/`.
pub(super) fn resource() -> Resource {
    web::resource(
        "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}unreal{_3:/+}{sentry_key:[^/]+}{_4:/*}",
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
        Ok(id) => Ok(crash(id)),
        Err(error) => {
            visit.account(DataCategory::Error, &error);
            Err(error)
        }
    }
}

async fn take_in(visit: &mut Visit<'_>, payload: Payload) -> Result<EventId, IngestError> {
    let sender = visit.admit_auth().await?;
    let bytes_max = visit.ingest.limits.attachment_bytes_max;
    let body = visit.read_body(payload, bytes_max).await?;
    let (body, mut memory) = body.into_bytes(bytes_max)?;
    let player = Query::<Player>::from_query(visit.request.query_string());
    let user = player.ok().and_then(|it| it.into_inner().user_id);
    let read = move || {
        let report = unreal::read(&body, user.as_deref(), bytes_max, &mut memory)?;
        Ok((report, memory))
    };
    // The block ends early only when the server does.
    let report = web::block(read).await.or(Err(IngestError::Overloaded))?;
    let (report, memory) = report.inspect_err(|error| {
        if let IngestError::ItemTooLarge(_) = error {
            let outcome = Outcome::invalid("too_large:unreal_report");
            visit.ledger.count(DataCategory::Error.name(), outcome, 1);
        }
    })?;
    let intake = visit.intake(&sender);
    let mut taken = Taken::default();
    let id = take_report(report, &intake, &mut taken)?;
    drop(memory);
    commit(taken, visit.ingest).await?;
    Ok(id)
}

/// Takes the event, its files, and the player's words.
fn take_report<'a>(
    report: Report,
    intake: &Intake<'a>,
    taken: &mut Taken<'a>,
) -> Result<EventId, IngestError> {
    // A sender of crashes is never told of limits, nor of filters.
    let stored = intake.take_event(&report.event, DataCategory::Error, taken);
    let event_id = stored.unwrap_or_else(|_| EventId::random());
    for file in report.files {
        let file = File {
            event_id,
            filename: file.name,
            content_type: None,
            kind: file.kind.to_owned(),
            bytes: file.bytes,
        };
        intake.take_attachment(file, taken);
    }
    if let Some(Comment { name, message }) = report.comment {
        let words = UserReport {
            event_id,
            name,
            email: String::new(),
            comments: message,
        };
        let json = words.to_event_json(EventId::random(), intake.request.received_at);
        // What a filter says of it is counted.
        drop(intake.take_feedback(&json, Source::Report, taken));
    }
    Ok(event_id)
}
