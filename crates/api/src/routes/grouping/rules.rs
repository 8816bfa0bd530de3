//! The team's own grouping rules, one by one.
//!
//! Ours, not Sentry's. A rule is `{"id", "scope": "project"|"organization", "kind":
//! "fingerprint"|"stack_trace"|"variable", "action": "merge"|"split"|"ignore_frame"|"variable"|
//! "written", "text", "note", "issueId", "isActive", "createdBy", "dateCreated", "dateChanged"}`.
//! Every change takes `applyToPast`: whether the events that are stored already are moved too, by
//! the job that the answer names.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use watchfire_event::Timestamp;
use watchfire_store::project::Project;
use watchfire_store::regroup::{self, Applied, Change};
use watchfire_store::{Conn, Dictionaries, Error, Result as StoreResult, grouping_rules};

use super::change::{Wanted, WantedRule, own_rule};
use crate::Api;
use crate::auth::Caller;
use crate::body::Fields;
use crate::error::ApiError;
use crate::page::PageQuery;
use crate::routes::accounts::{self, Accounts};
use crate::routes::find;
use crate::shape;

/// `GET …/grouping-rules/`: the project's rules and those of its organisation, newest first.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let slice = page.slice()?;
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let page = slice.cut(grouping_rules::rules(conn, &project)?);
        let mut known = Accounts::new();
        page.try_map(|rule| {
            let author = accounts::of(conn, &mut known, rule.user_id)?;
            Ok(shape::rule(&rule, author))
        })
    });
    Ok(found.await?.answer(&request, &api.public_url))
}

/// `GET …/grouping-rules/{rule}/`: the rule with what was done to it, newest first.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let id = find::number(&request, "rule")?;
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        detail(conn, &project, id)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

fn detail(conn: &mut Conn<'_>, project: &Project, id: i64) -> StoreResult<Value> {
    let rule = own_rule(conn, project, id)?;
    let mut known = Accounts::new();
    let author = accounts::of(conn, &mut known, rule.user_id)?;
    let mut shown = shape::rule(&rule, author);
    let history = grouping_rules::history(conn, id)?.into_iter().map(|step| {
        let author = accounts::of(conn, &mut known, step.user_id)?;
        Ok(shape::rule_change(&step, author))
    });
    let history = history.collect::<StoreResult<Vec<Value>>>()?;
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("history".to_owned(), json!(history));
    }
    Ok(shown)
}

/// A rule to make, and whether it is for the past too.
#[derive(Deserialize)]
pub(crate) struct NewRule {
    #[serde(flatten)]
    rule: WantedRule,
    #[serde(default, rename = "applyToPast")]
    past: bool,
}

/// `POST …/grouping-rules/` with `kind`, `text` and perhaps `action`, `note`, `issue`, `scope` and
/// `applyToPast`: 201 with the rule and the job.
pub(crate) async fn create(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<NewRule>,
) -> Result<HttpResponse, ApiError> {
    let NewRule { rule, past } = body.into_inner();
    let shown = save(&api, &caller, &request, Wanted::AddRule(rule), past).await?;
    Ok(HttpResponse::Created().json(shown))
}

/// `PUT …/grouping-rules/{rule}/` with `text` or `isActive`, and perhaps `applyToPast`: the rule
/// afterwards and the job.
pub(crate) async fn update(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Fields>,
) -> Result<HttpResponse, ApiError> {
    let id = find::number(&request, "rule")?;
    let past = crate::body::flag(&body, "applyToPast")?.unwrap_or(false);
    let is_active = crate::body::flag(&body, "isActive")?;
    let wanted = match (body.get("text").and_then(Value::as_str), is_active) {
        (Some(text), None) => Wanted::EditRule {
            id,
            text: text.to_owned(),
        },
        (None, Some(is_active)) => Wanted::SwitchRule { id, is_active },
        _ => {
            return Err(ApiError::BadRequest(
                "send either text, a string, or isActive, true or false".to_owned(),
            ));
        }
    };
    let shown = save(&api, &caller, &request, wanted, past).await?;
    Ok(HttpResponse::Ok().json(shown))
}

/// Whether a removed rule's events go back.
#[derive(Deserialize)]
pub(crate) struct DeleteQuery {
    #[serde(rename = "applyToPast")]
    past: Option<String>,
}

/// `DELETE …/grouping-rules/{rule}/`: 204; with `applyToPast=1` the events that it moved go back,
/// 202 with the job.
pub(crate) async fn delete(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    query: web::Query<DeleteQuery>,
) -> Result<HttpResponse, ApiError> {
    let id = find::number(&request, "rule")?;
    let past = matches!(query.past.as_deref(), Some("1" | "true"));
    let shown = save(&api, &caller, &request, Wanted::RemoveRule { id }, past).await?;
    if shown.get("job").is_none_or(Value::is_null) {
        return Ok(HttpResponse::NoContent().finish());
    }
    Ok(HttpResponse::Accepted().json(shown))
}

/// Makes a change and shows the rule that it is about, with the job under `job`.
async fn save(
    api: &Api,
    caller: &Caller,
    request: &HttpRequest,
    wanted: Wanted,
    past: bool,
) -> Result<Value, ApiError> {
    caller.require("project:write")?;
    wanted.check()?;
    let place = find::ProjectName::of(request, caller);
    let (at, asked) = (place.clone(), wanted.clone());
    let is_of_organization = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &at)?;
        asked.is_of_organization(conn, &project)
    });
    if is_of_organization.await? {
        caller.require("org:write")?;
    }
    let user = caller.user();
    let dictionaries = api.database.dictionaries().clone();
    let saved = api.database.write(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let change = wanted.change(conn, &project)?;
        let now = Timestamp::now();
        let applied = regroup::apply(conn, &dictionaries, &project, &change, user, now, past)?;
        show_applied(conn, &project, &change, applied)
    });
    Ok(saved.await?)
}

fn show_applied(
    conn: &mut Conn<'_>,
    project: &Project,
    change: &Change,
    applied: Applied,
) -> StoreResult<Value> {
    let mut shown = match (applied.rule_id, change) {
        // A rule that went can no longer be shown.
        (_, Change::RemoveRule { .. }) | (None, _) => Value::Object(Map::new()),
        (Some(id), _) => detail(conn, project, id)?,
    };
    let job = super::jobs::shown(conn, applied.job_id)?;
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("job".to_owned(), job);
    }
    Ok(shown)
}

/// Makes a change of the texts or the version in a transaction that does other things too.
pub(in crate::routes) fn apply(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: &Project,
    change: &Change,
    user: Option<watchfire_event::UserId>,
) -> Result<Applied, Error> {
    regroup::apply(
        conn,
        dictionaries,
        project,
        change,
        user,
        Timestamp::now(),
        false,
    )
}
