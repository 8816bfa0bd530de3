use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use watchfire_event::{Timestamp, UserId};
use watchfire_store::ignore_rule::{self, StoredRule};
use watchfire_store::{Conn, Error, Result as StoreResult, issue};

use super::body::{self, BaseQuery};
use super::place::Place;
use super::read::detail;
use crate::Api;
use crate::auth::Caller;
use crate::body::Fields;
use crate::error::ApiError;
use crate::routes::find;

/// `POST …/ignore-rules/` with a rule and perhaps `issueId`: 201 with it, the last of its place.
pub(crate) async fn create(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Fields>,
) -> Result<HttpResponse, ApiError> {
    let place = Place::to_write(&request, &caller)?;
    let mut fields = body.into_inner();
    let issue = body::issue(&mut fields)?;
    let rule = body::rule(&fields).await?;
    let user = caller.user();
    let saved = api.database.write(move |conn| {
        let found = place.find(conn)?;
        if let Some(id) = issue {
            let of = issue::get(conn, id)?.ok_or(Error::NotFound)?;
            let is_here = found.projects.iter().any(|it| it.id == of.project_id);
            is_here.then_some(()).ok_or(Error::NotFound)?;
        }
        let id = ignore_rule::add(conn, found.scope, &rule, issue, user, Timestamp::now())?;
        detail(conn, &found, id)
    });
    Ok(HttpResponse::Created().json(saved.await?))
}

/// `PUT …/ignore-rules/{rule}/` with what is to change of it, and perhaps `base`, the `version` that
/// it was made from: the rule afterwards, or 409 when somebody else changed it since.
pub(crate) async fn update(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Fields>,
) -> Result<HttpResponse, ApiError> {
    let place = Place::to_write(&request, &caller)?;
    let id = find::number(&request, "rule")?;
    let mut body = body.into_inner();
    let base = body::base(&mut body)?;
    let (at, user) = (place.clone(), caller.user());
    let stored = api.database.read(move |conn| {
        let found = at.find(conn)?;
        found.rule(conn, id)
    });
    let before = stored.await?;
    let base = base.unwrap_or(before.changed_at);
    let rule = body::changed(&before.text, &body).await?;
    let saved = api.database.write(move |conn| {
        let found = place.find(conn)?;
        let stored = found.rule(conn, id)?;
        ignore_rule::check_base(conn, &stored, base)?;
        ignore_rule::edit(conn, &stored, &rule, user, Timestamp::now())?;
        detail(conn, &found, id)
    });
    Ok(HttpResponse::Ok().json(saved.await?))
}

/// `DELETE …/ignore-rules/{rule}/`, perhaps with `?base=`, the `version` that was looked at: 204,
/// or 409 when somebody else changed it since. The rule can be brought back.
pub(crate) async fn delete(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    query: web::Query<BaseQuery>,
) -> Result<HttpResponse, ApiError> {
    let work: Work = ignore_rule::remove;
    change(&api, &caller, &request, query.base()?, work).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST …/ignore-rules/{rule}/restore/`, perhaps with `?base=` as above: the rule, back in its
/// place.
pub(crate) async fn restore(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    query: web::Query<BaseQuery>,
) -> Result<HttpResponse, ApiError> {
    let work: Work = ignore_rule::restore;
    let shown = change(&api, &caller, &request, query.base()?, work).await?;
    Ok(HttpResponse::Ok().json(shown))
}

/// `POST …/ignore-rules/{rule}/revert/` with `change`, the `id` of a step of its history: the rule,
/// which says again what it said after that step.
pub(crate) async fn revert(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Fields>,
) -> Result<HttpResponse, ApiError> {
    let place = Place::to_write(&request, &caller)?;
    let id = find::number(&request, "rule")?;
    let mut body = body.into_inner();
    let base = body::base(&mut body)?;
    let step = body::number(&mut body, "change")?;
    let step = step.ok_or_else(|| ApiError::field("change", "This field is required."))?;
    let user = caller.user();
    let changed = api.database.write(move |conn| {
        let found = place.find(conn)?;
        let stored = found.rule(conn, id)?;
        if let Some(base) = base {
            ignore_rule::check_base(conn, &stored, base)?;
        }
        ignore_rule::go_back(conn, &stored, step, user, Timestamp::now())?;
        detail(conn, &found, id)
    });
    Ok(HttpResponse::Ok().json(changed.await?))
}

/// What takes a rule, who does it, and when.
type Work = fn(&mut Conn<'_>, &StoredRule, Option<UserId>, Timestamp) -> StoreResult<()>;

/// Does something to a rule and shows it.
async fn change(
    api: &Api,
    caller: &Caller,
    request: &HttpRequest,
    base: Option<Timestamp>,
    work: Work,
) -> Result<Value, ApiError> {
    let place = Place::to_write(request, caller)?;
    let id = find::number(request, "rule")?;
    let user = caller.user();
    let changed = api.database.write(move |conn| {
        let found = place.find(conn)?;
        let stored = found.rule(conn, id)?;
        if let Some(base) = base {
            ignore_rule::check_base(conn, &stored, base)?;
        }
        work(conn, &stored, user, Timestamp::now())?;
        detail(conn, &found, id)
    });
    Ok(changed.await?)
}
