//! What people said: of a project, and about an issue.

mod submit;

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::Value;
use watchfire_event::{IssueId, Timestamp};
use watchfire_store::feedback::{self as stored, Feedback};
use watchfire_store::issue;
use watchfire_store::organization::Organization;
use watchfire_store::project::Project;
use watchfire_store::{Conn, Cursor, Result as StoreResult};

pub(crate) use self::submit::submit;
use super::find;
use super::issue::{STATS_HOURS, stats_from_hour};
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::{Page, PageQuery, ROWS_MAX};
use crate::shape::{self, Place};

/// Which reports of a project are listed.
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    status: Option<String>,
}

/// `GET …/user-feedback/`: newest first. `status` is `unresolved` (where it is missing),
/// `resolved`, or empty for both.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    list: web::Query<ListQuery>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let is_resolved = match list.status.as_deref() {
        None | Some("unresolved") => Some(false),
        Some("resolved") => Some(true),
        Some("" | "all") => None,
        Some(other) => {
            return Err(ApiError::BadRequest(format!(
                "Invalid status: {other:?}; use unresolved, resolved, or nothing for both"
            )));
        }
    };
    let place = find::ProjectName::of(&request, &caller);
    let (cursor, limit) = (page.cursor()?, page.limit());
    let public_url = api.public_url.clone();
    let found = api.database.read(move |conn| {
        let (project, owner) = find::named_project(conn, &place)?;
        let projects = [project.id];
        let mut rows = stored::list(conn, &projects, is_resolved, cursor.as_ref(), limit + 1)?;
        let (previous, next) = cut(&mut rows, cursor, limit);
        Ok(Page {
            rows: shown(conn, &rows, &owner, &project, &public_url)?,
            previous,
            next,
            total: None,
        })
    });
    Ok(found.await?.answer(&request, &api.public_url))
}

/// `GET …/issues/{issue}/user-reports/`: the latest, newest first.
pub(crate) async fn of_issue(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let name = find::IssueName::of(&request, &caller);
    let public_url = api.public_url.clone();
    let found = api.database.read(move |conn| {
        let (issue, project, owner) = find::issue(conn, &name)?;
        let rows = stored::of_issue(conn, issue.id, ROWS_MAX)?;
        shown(conn, &rows, &owner, &project, &public_url)
    });
    Ok(page
        .slice()?
        .cut(found.await?)
        .answer(&request, &api.public_url))
}

/// Takes the row off that only tells whether there is more, and says where the other pages are.
fn cut(
    rows: &mut Vec<Feedback>,
    cursor: Option<Cursor>,
    limit: usize,
) -> (Option<Cursor>, Option<Cursor>) {
    let is_previous = cursor.is_some_and(|cursor| cursor.is_previous);
    let has_more = rows.len() > limit;
    if has_more && is_previous {
        rows.remove(0);
    }
    rows.truncate(limit);
    let at = |row: Option<&Feedback>, is_previous| {
        row.map(|row| Cursor {
            value: row.created_at.0,
            id: row.id,
            is_previous,
        })
    };
    let has_previous = if is_previous {
        has_more
    } else {
        cursor.is_some()
    };
    let has_next = is_previous || has_more;
    (
        at(rows.first().filter(|_| has_previous), true),
        at(rows.last().filter(|_| has_next), false),
    )
}

/// The reports of one project with the issues that they are about.
fn shown(
    conn: &mut Conn<'_>,
    rows: &[Feedback],
    owner: &Organization,
    project: &Project,
    public_url: &str,
) -> StoreResult<Vec<Value>> {
    let mut ids: Vec<IssueId> = rows.iter().filter_map(|row| row.issue_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let place = Place {
        organization: owner,
        project,
        public_url,
    };
    let from_hour = stats_from_hour(Timestamp::now());
    let issues = issue::get_many(conn, &ids)?;
    let ids: Vec<IssueId> = issues.iter().map(|issue| issue.id).collect();
    let hours = issue::sparklines(conn, &ids, from_hour, STATS_HOURS)?;
    let issues: BTreeMap<IssueId, Value> = issues
        .iter()
        .zip(&hours)
        .map(|(issue, hours)| {
            let shown = shape::issue(issue, &place, false, from_hour, hours);
            (issue.id, shown)
        })
        .collect();
    let shown = rows.iter().map(|row| {
        let issue = row.issue_id.and_then(|id| issues.get(&id));
        shape::feedback(row, issue)
    });
    Ok(shown.collect())
}
