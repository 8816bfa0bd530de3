//! The hashes that make events belong to an issue.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use watchfire_event::Timestamp;
use watchfire_store::issue::{self as stored, IssueHash};
use watchfire_store::{Conn, Dictionaries, Result as StoreResult, event};

use super::find;
use super::grouping;
use super::scope::repeated;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::PageQuery;
use crate::shape;

/// How many hashes one unmerge takes out.
const UNMERGE_HASHES_MAX: usize = 1_000;

/// How much of each hash's latest event is shown.
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    full: Option<String>,
}

/// `GET …/issues/{issue}/hashes/`: the hashes, those that had an event last first; each with its
/// latest event, unless `full=0` asks for its id and time alone.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    list: web::Query<ListQuery>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let name = find::IssueName::of(&request, &caller);
    let slice = page.short_slice()?;
    let is_full = !matches!(list.full.as_deref(), Some("0" | "false"));
    let dictionaries = api.database.dictionaries().clone();
    let found = api.database.read(move |conn| {
        let (issue, project, _) = find::issue(conn, &name)?;
        let mut hashes = stored::hashes(conn, issue.id)?;
        hashes.sort_by_key(|hash| std::cmp::Reverse(hash.last_seen));
        let page = slice.cut(hashes);
        let grouper = grouping::grouper(conn, &project)?;
        page.try_map(|hash| {
            let event = latest(conn, &dictionaries, &project, &hash, is_full)?;
            let event = event.map(|(row, body)| match body {
                Some(body) => shape::event(&row, &body, &grouper, None),
                None => shape::event_row(&row),
            });
            Ok(shape::issue_hash(&hash, event))
        })
    });
    Ok(found.await?.answer(&request, &api.public_url))
}

/// The latest event of a hash, with its body where that is wanted.
fn latest(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: &watchfire_store::project::Project,
    hash: &IssueHash,
    is_full: bool,
) -> StoreResult<Option<(event::EventRow, Option<String>)>> {
    let Some(id) = hash.latest_event else {
        return Ok(None);
    };
    let Some(row) = event::get(conn, project.id, id)? else {
        return Ok(None);
    };
    let body = match is_full {
        true => event::body(conn, dictionaries, project.id, id)?,
        false => None,
    };
    Ok(Some((row, body)))
}

/// `DELETE …/issues/{issue}/hashes/?id=…` (PUT in newer versions of Sentry): takes the hashes and
/// their events out of the issue, back into the issue that was merged into it where it is known,
/// else into a new one. 202 with the issue that they go to; the events follow in the background.
pub(crate) async fn unmerge(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:write")?;
    let name = find::IssueName::of(&request, &caller);
    let wanted = repeated(&request, "id");
    if wanted.is_empty() || wanted.len() > UNMERGE_HASHES_MAX {
        return Err(ApiError::BadRequest(format!(
            "name the hashes to take out, as the list of hashes does: ?id=…&id=… (at most \
             {UNMERGE_HASHES_MAX})"
        )));
    }
    let user = caller.user();
    let moved = api.database.write(move |conn| {
        let (issue, project, _) = find::issue(conn, &name)?;
        let hashes = stored::hashes(conn, issue.id)?;
        let is_wanted = |hash: &IssueHash| wanted.contains(&hash.to_string());
        let chosen = hashes.into_iter().filter(is_wanted);
        let chosen: Vec<Vec<u8>> = chosen.map(|hash| hash.hash).collect();
        if chosen.is_empty() {
            return Ok(None);
        }
        let id = stored::unmerge(conn, issue.id, &chosen, user, Timestamp::now())?;
        let to = stored::get(conn, id)?;
        Ok(to.map(|to| shape::issue_brief(&to, &project)))
    });
    match moved.await? {
        Some(to) => Ok(HttpResponse::Accepted().json(to)),
        None => Err(ApiError::Conflict(
            "the issue has none of these hashes; they may be unmerged already".to_owned(),
        )),
    }
}
