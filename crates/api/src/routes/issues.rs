//! Lists of issues, and changes to many of them.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use watchfire_event::{IssueId, ProjectId, Timestamp};
use watchfire_store::issue::{self as stored, IssueQuery, Sort};
use watchfire_store::search::{Search, SearchError};
use watchfire_store::{Conn, Result as StoreResult};

use super::issue::{IssueUpdate, STATS_HOURS, stats_from_hour};
use super::scope::{Scope, repeated};
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::{Page, PageQuery};
use crate::shape::{self, Place};

/// What is searched for when the client sends no query.
const DEFAULT_QUERY: &str = "is:unresolved";
/// One bulk change touches at most this many issues
/// (reference/PRODUCT.md section 2.4).
const BULK_ISSUES_MAX: usize = 1_000;

/// The parameters of the list beside cursor and limit.
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    query: Option<String>,
    sort: Option<String>,
    /// What sentry-cli names issues with in bulk changes.
    status: Option<String>,
}

/// `GET …/issues/` of an organisation or a project: `query`, `sort` (date, new, freq, user),
/// `project` (numbers), `cursor`, `limit`.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    list: web::Query<ListQuery>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let now = Timestamp::now();
    let mut query = parse(list.query.as_deref().unwrap_or(DEFAULT_QUERY), now)?;
    query.sort = sort(list.sort.as_deref())?;
    query.cursor = page.cursor()?;
    query.limit = page.limit();
    let scope = Scope::of(&request, &caller);
    let public_url = api.public_url.clone();
    let user = caller.user();
    let found = api.database.read(move |conn| {
        let (organization, projects) = scope.read(conn)?;
        query.projects = projects.iter().map(|project| project.id).collect();
        let page = stored::list(conn, &query)?;
        let ids: Vec<IssueId> = page.issues.iter().map(|issue| issue.id).collect();
        let from_hour = stats_from_hour(now);
        let hours = stored::sparklines(conn, &ids, from_hour, STATS_HOURS)?;
        let seen = match user {
            Some(user) => stored::seen_by(conn, &ids, user)?,
            None => Vec::new(),
        };
        let rows = page.issues.iter().zip(&hours).filter_map(|(issue, hours)| {
            let project = projects
                .iter()
                .find(|project| project.id == issue.project_id)?;
            let place = Place {
                organization: &organization,
                project,
                public_url: &public_url,
            };
            Some(shape::issue(
                issue,
                &place,
                seen.contains(&issue.id),
                from_hour,
                hours,
            ))
        });
        Ok(Page {
            rows: rows.collect(),
            previous: page.previous,
            next: page.next,
            total: Some(page.total),
        })
    });
    Ok(found.await?.answer(&request, &api.public_url))
}

/// `PUT …/issues/?id=…` or `?query=…`: changes many issues at once; 204 when none matches.
pub(crate) async fn update(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    list: web::Query<ListQuery>,
    update: web::Json<IssueUpdate>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:write")?;
    let Some(change) = update.change()? else {
        return Err(ApiError::BadRequest("status is missing".to_owned()));
    };
    let named = repeated(&request, "id");
    let ids = ids(&named)?;
    let query = match (&list.query, &list.status) {
        (Some(query), _) => parse(query, Timestamp::now())?,
        (None, Some(status)) => parse(&format!("is:{status}"), Timestamp::now())?,
        (None, None) if named.is_empty() => {
            return Err(ApiError::BadRequest(
                "name issues with id, query or status".to_owned(),
            ));
        }
        (None, None) => IssueQuery::default(),
    };
    let scope = Scope::of(&request, &caller);
    let user = caller.user();
    let changed = api.database.write(move |conn| {
        let (_, projects) = scope.read(conn)?;
        let projects: Vec<ProjectId> = projects.iter().map(|project| project.id).collect();
        let ids = if named.is_empty() {
            matching(conn, IssueQuery { projects, ..query })?
        } else {
            let issues = stored::get_many(conn, &ids)?;
            issues
                .iter()
                .filter(|issue| projects.contains(&issue.project_id))
                .map(|issue| issue.id)
                .collect()
        };
        stored::change_status(conn, &ids, change, user, Timestamp::now())?;
        Ok(ids.len())
    });
    if changed.await? == 0 {
        return Ok(HttpResponse::NoContent().finish());
    }
    Ok(HttpResponse::Ok().json(json!({"status": update.status(), "statusDetails": {}})))
}

/// The numbers of issues as a client wrote them.
fn ids(named: &[String]) -> Result<Vec<IssueId>, ApiError> {
    let read = |text: &String| {
        let number = text.trim().parse::<IssueId>();
        number.map_err(|error| ApiError::BadRequest(format!("id {text:?}: {error}")))
    };
    named.iter().map(read).collect()
}

/// The ids of the issues that a query finds, page by page.
fn matching(conn: &mut Conn<'_>, mut query: IssueQuery) -> StoreResult<Vec<IssueId>> {
    query.limit = IssueQuery::LIMIT_MAX;
    let mut ids = Vec::new();
    while ids.len() < BULK_ISSUES_MAX {
        let page = stored::list(conn, &query)?;
        ids.extend(page.issues.iter().map(|issue| issue.id));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    Ok(ids)
}

fn parse(text: &str, now: Timestamp) -> Result<IssueQuery, ApiError> {
    let mut query = IssueQuery::default();
    let refused = |error: SearchError| ApiError::BadRequest(error.to_string());
    Search::parse(text, now)
        .map_err(refused)?
        .apply(&mut query)
        .map_err(refused)?;
    Ok(query)
}

/// The order of a list by its name in the API (reference/PRODUCT.md section 2.2).
fn sort(name: Option<&str>) -> Result<Sort, ApiError> {
    match name {
        None | Some("date") => Ok(Sort::LastSeen),
        Some("new") => Ok(Sort::FirstSeen),
        Some("freq") => Ok(Sort::Events),
        Some("user") => Ok(Sort::Users),
        Some(other) => Err(ApiError::BadRequest(format!(
            "sort must be date, new, freq or user, but is {other:?}"
        ))),
    }
}
