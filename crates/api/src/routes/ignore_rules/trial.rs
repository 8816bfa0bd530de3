use actix_web::{HttpRequest, HttpResponse, web};
use watchfire_store::ignore_rule::{self, TRIAL_EVENTS_MAX};

use super::body;
use super::place::Place;
use crate::Api;
use crate::auth::Caller;
use crate::body::Fields;
use crate::error::ApiError;
use crate::shape;

/// `POST …/ignore-rules/try/` with a rule, perhaps `rule`, the number of the one that it would
/// replace, and `limit`: what it would match of the newest events, by issue. Nothing is written. 503
/// with `Retry-After` when too many others try something at the same time.
pub(crate) async fn try_rule(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Fields>,
) -> Result<HttpResponse, ApiError> {
    let place = Place::to_try(&request, &caller)?;
    let mut fields = body.into_inner();
    let replaced = body::number(&mut fields, "rule")?;
    let limit = body::number(&mut fields, "limit")?;
    let limit = limit.map_or(TRIAL_EVENTS_MAX, |limit| {
        usize::try_from(limit).unwrap_or(1)
    });
    // A trial goes without what only a saved rule needs.
    for (key, value) in [("name", "unnamed"), ("action", "drop")] {
        let value = || value.into();
        fields.entry(key).or_insert_with(value);
    }
    let rule = body::rule(&fields).await?;
    let dictionaries = api.database.dictionaries().clone();
    let tried = api.database.preview(move |conn| {
        let found = place.find(conn)?;
        let before = match replaced {
            Some(id) => found.rule(conn, id)?.rule.ok(),
            None => None,
        };
        let before = before.as_ref();
        let trial =
            ignore_rule::try_rule(conn, &dictionaries, &found.projects, &rule, before, limit)?;
        Ok(shape::ignore_trial(&trial, &found.projects))
    });
    Ok(HttpResponse::Ok().json(tried.await?))
}
