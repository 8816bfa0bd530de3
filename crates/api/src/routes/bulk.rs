//! Changes to many issues at once: their status, merging, discarding and deleting them.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use watchfire_event::{IssueId, ProjectId, Timestamp, UserId};
use watchfire_store::issue::{self as stored, Issue, IssueQuery};
use watchfire_store::{Conn, Error, Result as StoreResult};

use super::issue::{IssueUpdate, Removal};
use super::issues::parse;
use super::scope::{Scope, repeated};
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

/// One bulk change touches at most this many issues
/// (reference/PRODUCT.md section 2.4).
const BULK_ISSUES_MAX: usize = 1_000;

/// How issues are named beside `id`.
#[derive(Deserialize)]
pub(crate) struct NameQuery {
    query: Option<String>,
    /// What sentry-cli names issues with.
    status: Option<String>,
}

/// Which issues a request is about.
struct Named {
    scope: Scope,
    ids: Vec<IssueId>,
    /// What is searched for where no id is given.
    query: IssueQuery,
}

/// `PUT …/issues/?id=…`, `?query=…` or `?status=…` with `status`, `merge` (at least two issues of
/// one project become one) or `discard` (they are deleted, and later events of them dropped; needs
/// `event:admin`). 204 when no issue matches.
pub(crate) async fn update(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    names: web::Query<NameQuery>,
    update: web::Json<IssueUpdate>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:write")?;
    if update.discards()? {
        return remove(&api, &caller, &request, &names, stored::discard).await;
    }
    let change = update.change()?;
    let is_merge = update.merges()?;
    if change.is_none() && !is_merge {
        return Err(ApiError::BadRequest(
            "name what to change: status, merge or discard".to_owned(),
        ));
    }
    let named = Named::of(&request, &caller, &names)?;
    let user = caller.user();
    let changed = api.database.write(move |conn| {
        let issues = named.find(conn)?;
        let ids: Vec<IssueId> = issues.iter().map(|issue| issue.id).collect();
        let now = Timestamp::now();
        if let Some(change) = change {
            stored::change_status(conn, &ids, change, user, now)?;
        }
        let merged = match is_merge && !issues.is_empty() {
            true => Some(merge(conn, issues, user, now)?),
            false => None,
        };
        Ok((ids.len(), merged))
    });
    let (count, merged) = changed.await?;
    if count == 0 {
        return Ok(HttpResponse::NoContent().finish());
    }
    let mut answer = json!({});
    if let (Some(status), Some(answer)) = (update.status(), answer.as_object_mut()) {
        answer.insert("status".to_owned(), json!(status));
        answer.insert("statusDetails".to_owned(), json!({}));
    }
    if let (Some(merged), Some(answer)) = (merged, answer.as_object_mut()) {
        answer.insert("merge".to_owned(), merged);
    }
    Ok(HttpResponse::Ok().json(answer))
}

/// `DELETE …/issues/?id=…` or `?query=…`: 204, also when no issue matches.
pub(crate) async fn delete(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    names: web::Query<NameQuery>,
) -> Result<HttpResponse, ApiError> {
    remove(&api, &caller, &request, &names, stored::delete).await
}

/// Hides issues at once; their rows go in the background.
async fn remove(
    api: &Api,
    caller: &Caller,
    request: &HttpRequest,
    names: &NameQuery,
    how: Removal,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:admin")?;
    let named = Named::of(request, caller, names)?;
    let user = caller.user();
    let removed = api.database.write(move |conn| {
        let ids: Vec<IssueId> = named.find(conn)?.iter().map(|issue| issue.id).collect();
        how(conn, &ids, user, Timestamp::now())
    });
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes one issue of several: the one with the most events takes the others in.
fn merge(
    conn: &mut Conn<'_>,
    mut issues: Vec<Issue>,
    user: Option<UserId>,
    now: Timestamp,
) -> StoreResult<Value> {
    issues.sort_by_key(|issue| std::cmp::Reverse((issue.event_count, issue.id.0)));
    let refuse = |reason: &str| Err(Error::Refused(reason.to_owned()));
    let Some((target, others)) = issues.split_first() else {
        return refuse("there is nothing to merge");
    };
    if others.is_empty() {
        return refuse("name at least two issues to merge");
    }
    if others
        .iter()
        .any(|issue| issue.project_id != target.project_id)
    {
        return refuse("Merging across multiple projects is not supported");
    }
    let others: Vec<IssueId> = others.iter().map(|issue| issue.id).collect();
    let merge = stored::merge(conn, target.id, &others, user, now)?;
    let children = merge.merged.iter().map(ToString::to_string);
    Ok(json!({
        "parent": merge.target.to_string(),
        "children": children.collect::<Vec<_>>(),
    }))
}

impl Named {
    fn of(request: &HttpRequest, caller: &Caller, names: &NameQuery) -> Result<Self, ApiError> {
        let ids = ids(&repeated(request, "id"))?;
        let query = match (&names.query, &names.status) {
            (Some(query), _) => parse(query, Timestamp::now())?,
            (None, Some(status)) => parse(&format!("is:{status}"), Timestamp::now())?,
            (None, None) if ids.is_empty() => {
                return Err(ApiError::BadRequest(
                    "name issues with id, query or status".to_owned(),
                ));
            }
            (None, None) => IssueQuery::default(),
        };
        Ok(Self {
            scope: Scope::of(request, caller),
            ids,
            query,
        })
    }

    /// The issues of the request's projects; merged ones stand for what they are part of.
    fn find(self, conn: &mut Conn<'_>) -> StoreResult<Vec<Issue>> {
        let (_, projects) = self.scope.read(conn)?;
        let projects: Vec<ProjectId> = projects.iter().map(|project| project.id).collect();
        if self.ids.is_empty() {
            return matching(
                conn,
                IssueQuery {
                    projects,
                    ..self.query
                },
            );
        }
        let mut issues: Vec<Issue> = Vec::with_capacity(self.ids.len());
        for id in self.ids {
            let found = stored::find(conn, id)?;
            let found = found.filter(|issue| projects.contains(&issue.project_id));
            let is_new = |found: &Issue| issues.iter().all(|issue| issue.id != found.id);
            if let Some(found) = found.filter(is_new) {
                issues.push(found);
            }
        }
        Ok(issues)
    }
}

/// The numbers of issues as a client wrote them.
fn ids(named: &[String]) -> Result<Vec<IssueId>, ApiError> {
    if named.len() > BULK_ISSUES_MAX {
        return Err(ApiError::BadRequest(format!(
            "at most {BULK_ISSUES_MAX} issues are changed at once"
        )));
    }
    let read = |text: &String| {
        let number = text.trim().parse::<IssueId>();
        number.map_err(|error| ApiError::BadRequest(format!("id {text:?}: {error}")))
    };
    named.iter().map(read).collect()
}

/// The issues that a query finds, page by page.
fn matching(conn: &mut Conn<'_>, mut query: IssueQuery) -> StoreResult<Vec<Issue>> {
    query.limit = IssueQuery::LIMIT_MAX;
    let mut issues = Vec::new();
    while issues.len() < BULK_ISSUES_MAX {
        let page = stored::list(conn, &query)?;
        issues.extend(page.issues);
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    Ok(issues)
}
