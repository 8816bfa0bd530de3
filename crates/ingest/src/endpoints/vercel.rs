//! Logs as Vercel drains them (reference/PROTOCOL.md section 2). They are counted and not kept yet.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource, web};

use super::answer::{empty, media_type};
use super::visit::Visit;
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::{Taken, commit};
use crate::items::raw::Raw;
use crate::outcome::{Amount, DataCategory};

const JSON: &str = "application/json";
const LINES: &str = "application/x-ndjson";
const EXPECTED: &str = "application/json or application/x-ndjson";

/// `/api/{project}/integration/vercel/logs`.
pub(super) fn resource() -> Resource {
    web::resource(
        "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}integration{_3:/+}vercel{_4:/+}logs{_5:/*}",
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
        Ok(()) => Ok(empty(StatusCode::ACCEPTED)),
        Err(error) => {
            visit.account(DataCategory::LogItem, &error);
            Err(error)
        }
    }
}

async fn take_in(visit: &mut Visit<'_>, payload: Payload) -> Result<(), IngestError> {
    let sender = visit.admit_auth().await?;
    let media_type = media_type(visit.request);
    if media_type != JSON && media_type != LINES {
        return Err(IngestError::UnsupportedContentType(EXPECTED));
    }
    let bytes_max = visit.ingest.limits.container_bytes_max;
    let mut body = visit.read_body(payload, bytes_max).await?;
    let (logs, bytes) = body.plain(bytes_max, |bytes| {
        let logs = if media_type == JSON {
            count_list(bytes)
        } else {
            Ok(count_lines(bytes))
        };
        (logs, bytes.len())
    })?;
    drop(body);
    let logs = logs?;
    let number = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
    let mut taken = Taken::default();
    if logs > 0 {
        let amount = Amount::new(DataCategory::LogItem, number(logs))
            .and(DataCategory::LogByte, number(bytes));
        visit.intake(&sender).refuse_not_kept(amount, &mut taken);
    }
    commit(taken, visit.ingest).await?.or_limited()
}

/// The logs in a list; one alone may come without it.
fn count_list(bytes: &[u8]) -> Result<usize, IngestError> {
    let body = Raw::whole(bytes).or(Err(IngestError::InvalidBody))?;
    body.check().or(Err(IngestError::InvalidBody))?;
    match body.elements() {
        Some(logs) => Ok(logs.count()),
        None if body.is_object() => Ok(1),
        None => Err(IngestError::InvalidBody),
    }
}

/// The lines that hold something.
fn count_lines(bytes: &[u8]) -> usize {
    let lines = bytes.split(|byte| *byte == b'\n');
    lines.filter(|line| !line.trim_ascii().is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_counted_in_both_forms() {
        assert_eq!(count_list(br#"[{"id":1},{"id":2}]"#), Ok(2));
        assert_eq!(count_list(br#"{"id":1}"#), Ok(1));
        assert_eq!(count_list(b"5"), Err(IngestError::InvalidBody));
        assert_eq!(count_list(b"["), Err(IngestError::InvalidBody));
        assert_eq!(count_lines(b"{\"id\":1}\n\n{\"id\":2}\r\n \n"), 2);
    }
}
