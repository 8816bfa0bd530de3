use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use watchfire_store::job;

use super::job_view::{self, JobView};
use super::rights::Rights;
use crate::error::WebError;
use crate::frame::Frame;
use crate::session::CurrentUser;
use crate::{Web, access, address};

/// Whose jobs are asked for.
#[derive(Deserialize)]
pub(super) struct Parameters {
    /// The rule; all of the project's without.
    #[serde(default)]
    rule: Option<i64>,
}

#[derive(Serialize)]
struct View {
    can_change: bool,
    jobs: Vec<JobView>,
    jobs_running: bool,
    jobs_back: String,
}

/// `GET /projects/{slug}/grouping/jobs?rule=`: the jobs alone, for a page that is open.
pub(super) async fn list_jobs(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    parameters: web::Query<Parameters>,
) -> Result<HttpResponse, WebError> {
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let rights = Rights::of(conn, &user.account, &project)?;
            let mut jobs = job::list(conn, project.id)?;
            jobs.retain(|job| !job_view::is_scrubbing(job));
            if let Some(rule) = parameters.rule {
                jobs.retain(|job| job.rule_id == Some(rule));
            }
            let jobs_back = match parameters.rule {
                Some(rule) => address::grouping_rule(&project.slug, rule),
                None => format!("{}#jobs", address::grouping(&project.slug)),
            };
            let view = View {
                can_change: rights.project,
                jobs_running: job_view::are_running(&jobs),
                jobs: job_view::views(conn, jobs, &project.slug, rights)?,
                jobs_back,
            };
            Ok((Frame::new(&user.visitor, "Jobs"), view))
        })
        .await?;
    web.part("partials/grouping/jobs", &frame, &view)
}
