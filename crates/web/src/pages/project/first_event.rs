use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_store::issue::{self, IssueQuery};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use crate::error::WebError;
use crate::session::CurrentUser;
use crate::{Web, access, address};

#[derive(Serialize)]
struct FirstEvent {
    /// Where the issue of the first event is; nothing while there is none.
    href: Option<String>,
}

/// `GET /projects/{slug}/first-event`: what the page that waits for it asks again and again.
pub(crate) async fn first_event(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let href = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            newest_issue(conn, &project)
        })
        .await?;
    Ok(HttpResponse::Ok().json(FirstEvent { href }))
}

/// The address of the issue that was seen last; nothing while the project has none.
pub(super) fn newest_issue(
    conn: &mut Conn<'_>,
    project: &Project,
) -> store::Result<Option<String>> {
    if project.first_event_at.is_none() {
        return Ok(None);
    }
    let query = IssueQuery {
        projects: vec![project.id],
        limit: 1,
        ..IssueQuery::default()
    };
    let page = issue::list(conn, &query)?;
    Ok(page
        .issues
        .first()
        .map(|issue| address::issue(&project.slug, issue.id)))
}
