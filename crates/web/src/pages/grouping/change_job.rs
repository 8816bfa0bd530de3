use actix_web::{HttpResponse, web};
use watchfire_store::job::{self, Job};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use super::rights::guard_organization;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// What a form asks of a job.
#[derive(Clone, Copy)]
enum Change {
    Pause,
    Resume,
    Undo,
}

/// `POST /projects/{slug}/grouping/jobs/{id}` with `action`: `pause`, `resume` or `undo`, and
/// `back`.
pub(super) async fn change_job(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let (slug, id) = path.into_inner();
    guard(&web, &user, &slug).await?;
    let (change, told) = match form.one("action") {
        "pause" => (Change::Pause, "Paused the job after its step"),
        "resume" => (Change::Resume, "The job goes on"),
        "undo" => (Change::Undo, "The job is being taken back"),
        other => {
            return Err(WebError::BadRequest(format!(
                "“{other}” is no action. Use pause, resume or undo."
            )));
        }
    };
    let home = format!("{}#jobs", address::grouping(&slug));
    let back = form.back(&home).to_owned();
    let now = user.visitor.now;
    let cookie = Toast::plain(told.to_owned(), &slug, now).cookie(&web, &user.visitor.csrf);
    if matches!(change, Change::Undo) && is_wide(&web, &user, &slug, id).await? {
        guard_organization(&web, &user, &slug).await?;
    }
    web.database
        .write(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            find(conn, &project, id)?;
            match change {
                Change::Pause => job::pause(conn, id, now),
                Change::Resume => job::resume(conn, id, now),
                Change::Undo => job::undo(conn, id, Some(user.account.id), now),
            }
        })
        .await?;
    Ok(see_other(&back, [cookie]))
}

/// Whether taking the job back changes what holds for all projects of the organisation.
async fn is_wide(web: &Web, user: &CurrentUser, slug: &str, id: i64) -> Result<bool, WebError> {
    let (account, slug) = (user.account.clone(), slug.to_owned());
    let known = web.database.read(move |conn| {
        let project = access::project(conn, &account, &slug)?;
        find(conn, &project, id)
    });
    Ok(job::is_wide(&known.await?))
}

/// The job of a number, when it is one of the project.
fn find(conn: &mut Conn<'_>, project: &Project, id: i64) -> store::Result<Job> {
    let known = job::get(conn, id)?.filter(|job| job.project_id == project.id);
    known.ok_or(store::Error::NotFound)
}
