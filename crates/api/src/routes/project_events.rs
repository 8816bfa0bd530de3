//! The events of a project, whatever their issue.

use actix_web::{HttpRequest, HttpResponse, web};
use watchfire_event::{IssueId, ProjectId};
use watchfire_store::event::{self as stored, EventRow};
use watchfire_store::issue::{self, Issue, IssueQuery};
use watchfire_store::{Conn, Cursor, Result as StoreResult};

use super::{find, grouping};
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::{Page, PageQuery};
use crate::shape;

/// How many issues one page looks into. Far back in the time of a project with more, the events of
/// one issue lead on.
const ISSUES_MAX: usize = 2_000;

/// `GET …/projects/{organization}/{project}/events/`: newest first, forth alone.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let (cursor, limit) = (page.cursor()?, page.limit());
    let cursor = cursor.map(|cursor| Cursor {
        is_previous: false,
        ..cursor
    });
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let grouper = grouping::grouper(conn, &project)?;
        let Some(mut rows) = newest(conn, project.id, cursor, limit + 1)? else {
            return Ok(None);
        };
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| has_more).map(|row| Cursor {
            value: row.timestamp.0,
            id: row.id,
            is_previous: false,
        });
        let shown = rows.iter().map(|row| {
            let body = stored::body(conn, &dictionaries, row.project_id, row.event_id)?;
            Ok(shape::event(row, &body.unwrap_or_default(), &grouper, None))
        });
        Ok(Some(Page {
            rows: shown.collect::<StoreResult<_>>()?,
            previous: None,
            next,
            total: None,
        }))
    });
    let page = found.await?.ok_or_else(|| {
        ApiError::BadRequest(
            "too many issues have events after this cursor; list the events of one issue instead"
                .to_owned(),
        )
    })?;
    Ok(page.answer(&request, &api.public_url))
}

/// The newest events of a project from the cursor on; nothing when too many issues would have to
/// be looked into. Issues come by their latest event, so that those of the first few suffice.
fn newest(
    conn: &mut Conn<'_>,
    project: ProjectId,
    cursor: Option<Cursor>,
    limit: usize,
) -> StoreResult<Option<Vec<EventRow>>> {
    let mut found: Vec<EventRow> = Vec::new();
    let mut issues = IssueQuery {
        projects: vec![project],
        limit: IssueQuery::LIMIT_MAX,
        ..IssueQuery::default()
    };
    for _ in 0..ISSUES_MAX / IssueQuery::LIMIT_MAX {
        let page = issue::list(conn, &issues)?;
        for issue in &page.issues {
            if found.len() >= limit && found.last().is_some_and(|last| is_after(last, issue)) {
                return Ok(Some(found));
            }
            found.extend(of_issue(conn, issue.id, cursor, limit)?);
            found.sort_by_key(|row| std::cmp::Reverse((row.timestamp, row.id)));
            found.truncate(limit);
        }
        issues.cursor = page.next;
        if issues.cursor.is_none() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Whether an event happened after every one of an issue.
fn is_after(event: &EventRow, issue: &Issue) -> bool {
    event.timestamp > issue.last_seen
}

/// Up to `limit` events of an issue, page by page, because a page has a largest size.
fn of_issue(
    conn: &mut Conn<'_>,
    issue: IssueId,
    mut cursor: Option<Cursor>,
    limit: usize,
) -> StoreResult<Vec<EventRow>> {
    let mut rows = Vec::new();
    while rows.len() < limit {
        let page = stored::list(conn, issue, cursor, limit - rows.len())?;
        rows.extend(page.events);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(rows)
}
