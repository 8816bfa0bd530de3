//! What browsers report of violated policies (reference/PROTOCOL.md sections 2 and 9.10).

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use serde::Deserialize;

use super::answer::{empty, media_type};
use super::visit::Visit;
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::{Intake, Taken, commit};
use crate::outcome::DataCategory;

const MEDIA_TYPES: [&str; 3] = [
    "application/json",
    "application/csp-report",
    "application/reports+json",
];
const EXPECTED: &str = "application/csp-report, application/reports+json or application/json";

/// What the query says of the page.
#[derive(Default, Deserialize)]
struct Page {
    sentry_release: Option<String>,
    sentry_environment: Option<String>,
}

/// `/api/{project}/security/` and the older `/api/{project}/csp-report/`.
pub(super) fn resource() -> Resource {
    web::resource([
        "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}security{_3:/*}",
        "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}csp-report{_3:/*}",
    ])
    .route(web::post().to(post))
}

async fn post(
    request: HttpRequest,
    payload: Payload,
    ingest: Data<Ingest>,
) -> Result<HttpResponse, IngestError> {
    let mut visit = Visit::begin(&ingest, &request);
    match take_in(&mut visit, payload).await {
        Ok(()) => Ok(empty(StatusCode::OK)),
        Err(error) => {
            visit.account(DataCategory::Security, &error);
            Err(error)
        }
    }
}

async fn take_in(visit: &mut Visit<'_>, payload: Payload) -> Result<(), IngestError> {
    let sender = visit.admit_auth().await?;
    if !MEDIA_TYPES.contains(&media_type(visit.request).as_str()) {
        return Err(IngestError::UnsupportedContentType(EXPECTED));
    }
    let bytes_max = visit.ingest.limits.event_bytes_max;
    let mut body = visit.read_body(payload, bytes_max).await?;
    let intake = visit.intake(&sender);
    let query = visit.request.query_string();
    let taken = body.plain(bytes_max, |bytes| take_reports(bytes, query, &intake))??;
    drop(body);
    commit(taken, visit.ingest).await?.or_limited()
}

/// Takes each report as an event of its own. Of what is wrong with one, the sender is only told
/// when the body is not even JSON.
fn take_reports<'a>(
    body: &[u8],
    query: &str,
    intake: &Intake<'a>,
) -> Result<Taken<'a>, IngestError> {
    let page = Query::<Page>::from_query(query);
    let page = page.map(Query::into_inner).unwrap_or_default();
    let (release, environment) = (page.sentry_release, page.sentry_environment);
    let mut taken = Taken::default();
    intake.take_reports(body, release.as_deref(), environment.as_deref(), &mut taken)?;
    Ok(taken)
}
