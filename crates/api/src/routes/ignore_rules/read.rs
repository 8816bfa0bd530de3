use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::grouping_rules::Scope;
use watchfire_store::ignore_rule::{self, StoredRule};
use watchfire_store::{Conn, Result as StoreResult};

use super::place::{Found, Place};
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::PageQuery;
use crate::routes::accounts::{self, Accounts};
use crate::routes::find;
use crate::shape;

/// How many hours of hits are told one by one.
const HOURS: usize = 24;

/// `GET …/ignore-rules/`: the rules of the place in the order in which they apply.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    let place = Place::to_read(&request, &caller)?;
    let slice = page.slice()?;
    let found = api.database.read(move |conn| {
        let scope = place.find(conn)?.scope;
        let rules = ignore_rule::rules(conn, scope)?;
        let numbered: Vec<(usize, StoredRule)> = (1..).zip(rules).collect();
        let page = slice.cut(numbered);
        let mut known = Accounts::new();
        page.try_map(|(position, rule)| shown(conn, &mut known, &rule, Some(position)))
    });
    Ok(found.await?.answer(&request, &api.public_url))
}

/// `GET …/ignore-rules/{rule}/`: the rule, also a removed one, with what was done to it, newest
/// first.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let place = Place::to_read(&request, &caller)?;
    let id = find::number(&request, "rule")?;
    let found = api.database.read(move |conn| {
        let found = place.find(conn)?;
        detail(conn, &found, id)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// A rule of a place with its history.
pub(super) fn detail(conn: &mut Conn<'_>, found: &Found, id: i64) -> StoreResult<Value> {
    let rule = found.rule(conn, id)?;
    let mut known = Accounts::new();
    let rules = ignore_rule::rules(conn, found.scope)?;
    let place = rules.iter().position(|other| other.id == id);
    let position = place.map(|place| place + 1);
    let mut answer = shown(conn, &mut known, &rule, position)?;
    let history = ignore_rule::history(conn, &rule)?.into_iter().map(|step| {
        let author = accounts::of(conn, &mut known, step.user_id)?;
        Ok(shape::ignore_rule_change(&step, author))
    });
    let history = history.collect::<StoreResult<Vec<Value>>>()?;
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("history".to_owned(), json!(history));
    }
    Ok(answer)
}

fn shown(
    conn: &mut Conn<'_>,
    known: &mut Accounts,
    rule: &StoredRule,
    position: Option<usize>,
) -> StoreResult<Value> {
    let project: Option<ProjectId> = match rule.scope {
        Scope::Project(id) => Some(id),
        Scope::Organization(_) => None,
    };
    let hits = ignore_rule::hits(conn, &[rule.id], project, HOURS, Timestamp::now())?;
    let author = accounts::of(conn, known, rule.user_id)?;
    let hits = hits.into_iter().next().unwrap_or_default();
    Ok(shape::ignore_rule(rule, position, &hits, author))
}
