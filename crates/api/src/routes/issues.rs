//! Lists of issues.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use watchfire_event::{IssueId, Timestamp};
use watchfire_store::issue::{self as stored, IssueQuery, Sort};
use watchfire_store::sampling;
use watchfire_store::search::{Search, SearchError};

use super::issue::{STATS_HOURS, stats_from_hour};
use super::scope::Scope;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::{Page, PageQuery};
use crate::shape::{self, Place};

/// What is searched for when the client sends no query.
const DEFAULT_QUERY: &str = "is:unresolved";
/// The parameters of the list beside cursor and limit.
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    query: Option<String>,
    sort: Option<String>,
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
        let estimates = sampling::estimates(conn, &page.issues, now)?;
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
            let has_seen = seen.contains(&issue.id);
            let mut shown = shape::issue(issue, &place, has_seen, from_hour, hours);
            shape::add_estimate(&mut shown, estimates.get(&issue.id));
            Some(shown)
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

pub(super) fn parse(text: &str, now: Timestamp) -> Result<IssueQuery, ApiError> {
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
