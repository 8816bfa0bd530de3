//! What browsers report of requests that failed on the network (reference/PROTOCOL.md section 2).
//! The reports are counted and not kept.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource, web};

use super::answer::{empty, media_type};
use super::visit::Visit;
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::items::raw::{Broken, Raw};
use crate::outcome::{DataCategory, Outcome};

const MEDIA_TYPES: [&str; 2] = ["application/json", "application/reports+json"];
const EXPECTED: &str = "application/reports+json or application/json";

/// `/api/{project}/nel/`.
pub(super) fn resource() -> Resource {
    web::resource("/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}nel{_3:/*}")
        .route(web::post().to(post))
}

async fn post(
    request: HttpRequest,
    payload: Payload,
    ingest: Data<Ingest>,
) -> Result<HttpResponse, IngestError> {
    let mut visit = Visit::begin(&ingest, &request);
    match count(&mut visit, payload).await {
        Ok(()) => Ok(empty(StatusCode::OK)),
        Err(error) => {
            visit.account(DataCategory::Default, &error);
            Err(error)
        }
    }
}

async fn count(visit: &mut Visit<'_>, payload: Payload) -> Result<(), IngestError> {
    visit.admit_auth().await?;
    if !MEDIA_TYPES.contains(&media_type(visit.request).as_str()) {
        return Err(IngestError::UnsupportedContentType(EXPECTED));
    }
    let bytes_max = visit.ingest.limits.container_bytes_max;
    let mut body = visit.read_body(payload, bytes_max).await?;
    let (outcome, quantity) = body.plain(bytes_max, |bytes| match count_reports(bytes) {
        Ok(reports) => (Outcome::invalid("feature_disabled"), reports),
        Err(broken) => (Outcome::invalid(broken.reason()), 1),
    })?;
    let quantity = u64::try_from(quantity).unwrap_or(u64::MAX);
    visit
        .ledger
        .count(DataCategory::Default.name(), outcome, quantity);
    Ok(())
}

/// The reports in a list; one alone may come without it.
fn count_reports(bytes: &[u8]) -> Result<usize, Broken> {
    let body = Raw::whole(bytes)?;
    body.check()?;
    Ok(body.elements().map_or(1, Iterator::count))
}
