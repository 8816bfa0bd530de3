use actix_web::{HttpResponse, web};
use watchfire_store::project::Project;

use crate::error::WebError;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::{Web, access, address};

/// `GET /`: the first project that has events, or else the first steps with one.
pub(crate) async fn open(web: web::Data<Web>, user: CurrentUser) -> Result<HttpResponse, WebError> {
    let projects = web
        .database
        .read(move |conn| access::projects(conn, &user.account))
        .await?;
    let busy = projects
        .iter()
        .find(|project| project.first_event_at.is_some());
    Ok(match busy.or_else(|| projects.first()) {
        Some(project) => see_other(&landing(project), []),
        None => see_other("/projects/new", []),
    })
}

/// `GET /projects/{slug}`
pub(crate) async fn open_project(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let project = web
        .database
        .read(move |conn| access::project(conn, &user.account, &slug))
        .await?;
    Ok(see_other(&landing(&project), []))
}

fn landing(project: &Project) -> String {
    if project.first_event_at.is_some() {
        address::issues(&project.slug)
    } else {
        address::start(&project.slug)
    }
}
