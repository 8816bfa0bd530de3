//! How a project is sampled.
//!
//! Ours, not Sentry's. `settings` has `issueBudget`, `spikeFactor`, `spikeFloor` and `spikeBudget`
//! ([`Settings`]), `rates` what clients of the last seven days said about their traces, `discarded`
//! what they discarded, `spikes` the last spikes, the latest first.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_store::grouping_rules::Scope;
use watchfire_store::project::{self, Project};
use watchfire_store::sampling::client::{self, Client, WHOLE};
use watchfire_store::sampling::{self, Settings, spike};
use watchfire_store::{Conn, Error, Result as StoreResult};

use super::find;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::shape::time;

const WEEK_MICROS: i64 = 7 * 24 * 3_600 * 1_000_000;

/// `GET …/sampling/`
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let settings = Settings::of(&project.settings);
        shown(conn, &project, &settings)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// `PUT …/sampling/` with settings; those that it lacks stay as they are. A bad one is refused
/// with its name, and nothing is saved.
pub(crate) async fn change(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Value>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    let place = find::ProjectName::of(&request, &caller);
    let changed = api.database.write(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        // What others save meanwhile stays where the body does not name it.
        Scope::Project(project.id).lock(conn)?;
        let project = project::get(conn, project.id)?.ok_or(Error::NotFound)?;
        let said = body.get("settings").unwrap_or(&body);
        let settings = Settings::of(&project.settings).changed(said)?;
        sampling::set(conn, project.id, &settings)?;
        shown(conn, &project, &settings)
    });
    Ok(HttpResponse::Ok().json(changed.await?))
}

fn shown(conn: &mut Conn<'_>, project: &Project, settings: &Settings) -> StoreResult<Value> {
    let now = Timestamp::now();
    let from = now.plus_micros(-WEEK_MICROS);
    let rates = client::rates(conn, project.id, from)?;
    let discards = client::discards(conn, project.id, from)?;
    let spikes = spike::history(conn, project.id)?;
    let rates: Vec<Value> = rates
        .iter()
        .map(|rate| {
            json!({
                "client": of_client(&rate.client),
                "rate": share(rate.millionths),
                "envelopes": rate.envelopes,
                "transactions": rate.transactions,
                "lastHour": time(rate.last_hour),
            })
        })
        .collect();
    let discarded: Vec<Value> = discards
        .iter()
        .map(|discard| {
            json!({
                "client": of_client(&discard.client),
                "category": discard.category,
                "reason": discard.reason,
                "quantity": discard.quantity,
            })
        })
        .collect();
    let spikes: Vec<Value> = spikes
        .iter()
        .map(|spike| {
            json!({
                "started": time(spike.started_at),
                "ended": spike.end(now).map(time),
                "usual": spike.usual,
                "threshold": spike.threshold,
                "arrived": spike.arrived,
                "kept": spike.kept,
            })
        })
        .collect();
    Ok(json!({
        "settings": settings,
        "rates": rates,
        "discarded": discarded,
        "spikes": spikes,
    }))
}

fn of_client(client: &Client) -> Value {
    let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    json!({
        "sdk": client.sdk,
        "release": known(&client.release),
        "environment": known(&client.environment),
    })
}

#[expect(clippy::as_conversions, reason = "at most a million")]
fn share(millionths: i64) -> f64 {
    millionths as f64 / WHOLE as f64
}
