//! Check-ins of scheduled jobs by a plain request, for jobs without an SDK (reference/PROTOCOL.md
//! sections 2 and 9.5).

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use serde_json::{Map, Value};

use super::answer::{content_type, empty};
use super::visit::{Sender, Visit};
use crate::envelope::ItemHeader;
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::Taken;
use crate::items::check_in;
use crate::outcome::DataCategory;

/// `/api/{project}/cron/{slug}/` and `/api/{project}/cron/{slug}/{key}/`.
pub(super) fn resource() -> Resource {
    web::resource([
        "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}cron{_3:/+}{slug:[^/]+}{_4:/*}",
        "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}cron{_3:/+}{slug:[^/]+}{_4:/+}\
         {sentry_key:[^/]+}{_5:/*}",
    ])
    .route(web::get().to(answer))
    .route(web::post().to(answer))
}

async fn answer(
    request: HttpRequest,
    payload: Payload,
    ingest: Data<Ingest>,
) -> Result<HttpResponse, IngestError> {
    let mut visit = Visit::begin(&ingest, &request);
    match take_in(&mut visit, payload).await {
        Ok(()) => Ok(empty(StatusCode::ACCEPTED)),
        Err(error) => {
            visit.account(DataCategory::Monitor, &error);
            Err(error)
        }
    }
}

async fn take_in(visit: &mut Visit<'_>, payload: Payload) -> Result<(), IngestError> {
    let sender = visit.admit_auth().await?;
    if !content_type(visit.request).starts_with("application/json") {
        let query = visit.request.query_string();
        let check_in = Value::Object(in_query(query)).to_string();
        return judge(
            visit,
            &sender,
            with_slug(visit.request, check_in.as_bytes()),
        );
    }
    let bytes_max = visit.ingest.limits.event_bytes_max;
    let mut body = visit.read_body(payload, bytes_max).await?;
    let check_in = body.plain(bytes_max, |bytes| with_slug(visit.request, bytes))?;
    drop(body);
    judge(visit, &sender, check_in)
}

/// The check-in that a query tells. A duration that is no number stays text, to be told of.
fn in_query(query: &str) -> Map<String, Value> {
    const NAMES: [&str; 4] = ["status", "check_in_id", "environment", "duration"];
    let said = Query::<HashMap<String, String>>::from_query(query);
    let mut said = said.map(Query::into_inner).unwrap_or_default();
    let mut check_in = Map::new();
    for name in NAMES {
        let Some(text) = said.remove(name) else {
            continue;
        };
        let seconds = || text.parse().ok().and_then(serde_json::Number::from_f64);
        let value = match name {
            "duration" => seconds().map_or_else(|| text.clone().into(), Value::Number),
            _ => text.into(),
        };
        check_in.insert(name.to_owned(), value);
    }
    check_in
}

/// The check-in with the slug of the path, which counts more than its own. What is no object is
/// left as it is, to be told of.
fn with_slug(request: &HttpRequest, check_in: &[u8]) -> Vec<u8> {
    let slug = request.match_info().query("slug").to_owned();
    match serde_json::from_slice(check_in) {
        Ok(Value::Object(mut fields)) => {
            fields.insert("monitor_slug".to_owned(), slug.into());
            Value::Object(fields).to_string().into_bytes()
        }
        _ => check_in.to_owned(),
    }
}

/// Counts the check-in. A sender is told what is wrong with it, but not of limits.
fn judge(visit: &Visit<'_>, sender: &Sender, check_in: Vec<u8>) -> Result<(), IngestError> {
    let findings = check_in::look(&check_in, &ItemHeader::default(), visit.received_at);
    let bad = findings.bad.first().map(|bad| bad.message.clone());
    visit.intake(sender).count(findings, &mut Taken::default());
    match bad {
        None => Ok(()),
        Some(message) => Err(IngestError::InvalidCheckIn(message)),
    }
}
