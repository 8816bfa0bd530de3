//! The releases that events and sessions named.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::Value;
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::issue::{self, Issue, IssueQuery, TagCondition};
use watchfire_store::project::Project;
use watchfire_store::{Conn, Error, Result as StoreResult, release, release_health};

use super::scope::Scope;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::{Page, PageQuery};
use crate::shape::{self, ReleaseOf};

/// The issues that a release is looked for in, in pages of a hundred; further ones are not counted
/// as new in it.
const ISSUE_PAGES_MAX: usize = 10;

/// Which releases are listed.
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    query: Option<String>,
}

/// `GET …/releases/` of an organisation or a project: latest first. `query` asks for a part of the
/// version.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    list: web::Query<ListQuery>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let scope = Scope::of(&request, &caller);
    let slice = page.short_slice()?;
    let part = list.query.clone().unwrap_or_default();
    let found = api.database.read(move |conn| {
        let (_, projects) = scope.read(conn)?;
        let mut found = known(conn, projects, |version| version.contains(part.trim()))?;
        found
            .sort_by_key(|(_, known)| Reverse(known.iter().map(|one| one.release.last_seen).max()));
        let page = slice.cut(found);
        let rows = page.rows.into_iter();
        let rows = rows.map(|(version, known)| shown(conn, &version, known));
        Ok(Page {
            rows: rows.collect::<StoreResult<_>>()?,
            previous: page.previous,
            next: page.next,
            total: page.total,
        })
    });
    Ok(found.await?.answer(&request, &api.public_url))
}

/// `GET …/releases/{version}/` of an organisation or a project.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let scope = Scope::of(&request, &caller);
    let wanted = request.match_info().query("version").to_owned();
    let found = api.database.read(move |conn| {
        let (_, projects) = scope.read(conn)?;
        let found = known(conn, projects, |version| version == wanted)?;
        let (version, known) = found.into_iter().next().ok_or(Error::NotFound)?;
        shown(conn, &version, known)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// The releases of some projects whose version is wanted.
fn known(
    conn: &mut Conn<'_>,
    projects: Vec<Project>,
    is_wanted: impl Fn(&str) -> bool,
) -> StoreResult<Vec<(String, Vec<ReleaseOf>)>> {
    let ids: Vec<ProjectId> = projects.iter().map(|project| project.id).collect();
    let oldest = Timestamp::now().plus_micros(-release_health::RETENTION_MICROS);
    let with_sessions = release_health::with_sessions(conn, &ids, oldest)?;
    let mut found: BTreeMap<String, Vec<ReleaseOf>> = BTreeMap::new();
    for project in projects {
        let releases = release::list(conn, project.id, release::PER_PROJECT_MAX)?;
        for release in releases.into_iter().filter(|one| is_wanted(&one.version)) {
            let key = (project.id, release.version.clone());
            let has_sessions = with_sessions.contains(&key);
            found.entry(key.1).or_default().push(ReleaseOf {
                project: project.clone(),
                release,
                new_issues: 0,
                has_sessions,
            });
        }
    }
    Ok(found.into_iter().collect())
}

/// A release with its new issues.
fn shown(conn: &mut Conn<'_>, version: &str, mut known: Vec<ReleaseOf>) -> StoreResult<Value> {
    for one in &mut known {
        one.new_issues = new_issues(conn, one.project.id, version)?;
    }
    Ok(shape::release(version, &known))
}

/// How many issues of a project were first seen in a release.
fn new_issues(conn: &mut Conn<'_>, project: ProjectId, version: &str) -> StoreResult<i64> {
    let mut query = IssueQuery {
        projects: vec![project],
        tags: vec![TagCondition {
            key: "release".to_owned(),
            values: vec![version.to_owned()],
            negated: false,
        }],
        limit: IssueQuery::LIMIT_MAX,
        ..IssueQuery::default()
    };
    let mut count = 0;
    for _ in 0..ISSUE_PAGES_MAX {
        let page = issue::list(conn, &query)?;
        let is_new = |issue: &&Issue| issue.first_release.as_deref() == Some(version);
        count += i64::try_from(page.issues.iter().filter(is_new).count()).unwrap_or(0);
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    Ok(count)
}
