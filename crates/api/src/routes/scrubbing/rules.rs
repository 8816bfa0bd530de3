//! What the documents mean.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use watchfire_scrub::{EffectiveRule, RuleOrigin, effective};
use watchfire_store::rescrub::{self, Suggested};
use watchfire_store::scrubbing;

use super::documents::project;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::routes::find;
use crate::shape;

/// How many of the newest events suggestions come from.
const SUGGESTION_EVENTS: usize = 100;

/// `GET …/scrubbing/rules/`: `{"rules": [{"id", "selector", "what", "method", "origin",
/// "guardedBySafeFields"}], "problems"}` in the order in which they run, the organisation's
/// included. `origin` is `default`, `sensitive_fields`, `ip_addresses`, `organization`, `project`,
/// `secrets` or `improved`.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let found = api.database.read(move |conn| {
        let project = project(conn, &place)?;
        scrubbing::policy(conn, &project)
    });
    let (policy, problems) = found.await?;
    Ok(HttpResponse::Ok().json(json!({
        "rules": effective(&policy).iter().map(rule).collect::<Vec<_>>(),
        "problems": problems.iter().map(shape::scrubbing_problem).collect::<Vec<_>>(),
    })))
}

/// `GET …/scrubbing/suggestions/`: `[{"selector", "events", "example"}]`, what the newest 100
/// events offer, those of most events first. Examples are texts of events, so that it takes the
/// right to read those.
pub(crate) async fn suggestions(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    caller.require("event:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.preview(move |conn| {
        let project = project(conn, &place)?;
        rescrub::suggestions(conn, &dictionaries, &project, SUGGESTION_EVENTS)
    });
    let shown: Vec<Value> = found.await?.iter().map(suggested).collect();
    Ok(HttpResponse::Ok().json(shown))
}

fn rule(rule: &EffectiveRule) -> Value {
    json!({
        "id": rule.id,
        "selector": rule.selector,
        "what": rule.what,
        "method": rule.method,
        "origin": origin(rule.origin),
        "guardedBySafeFields": rule.guarded_by_safe_fields,
    })
}

fn origin(origin: RuleOrigin) -> &'static str {
    match origin {
        RuleOrigin::Default => "default",
        RuleOrigin::SensitiveFields => "sensitive_fields",
        RuleOrigin::IpAddresses => "ip_addresses",
        RuleOrigin::Organization => "organization",
        RuleOrigin::Project => "project",
        RuleOrigin::Secrets => "secrets",
        RuleOrigin::Improved => "improved",
    }
}

fn suggested(one: &Suggested) -> Value {
    json!({ "selector": one.selector, "events": one.events, "example": one.example })
}
