//! The jobs that scrub stored events or remove what one person left.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_store::job;
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use crate::error::WebError;
use crate::frame::Frame;
use crate::pages::grouping::job_view::{self, JobView};
use crate::pages::grouping::rights::Rights;
use crate::session::CurrentUser;
use crate::{Web, access, address};

/// After how many seconds the page loads again while a job runs and there is no script.
const REFRESH_SECONDS: u32 = 5;

/// The jobs as pages list them.
#[derive(Serialize)]
pub(super) struct JobsView {
    jobs: Vec<JobView>,
    jobs_running: bool,
    /// Where the jobs are asked for alone.
    jobs_href: String,
    /// Where the forms of the jobs lead back to.
    jobs_back: String,
}

/// The jobs alone.
#[derive(Serialize)]
struct Part {
    can_change: bool,
    #[serde(flatten)]
    jobs: JobsView,
}

impl JobsView {
    /// The jobs of a project, the newest first.
    pub(super) fn of(
        conn: &mut Conn<'_>,
        project: &Project,
        rights: Rights,
    ) -> store::Result<Self> {
        let mut jobs = job::list(conn, project.id)?;
        jobs.retain(job_view::is_scrubbing);
        Ok(Self {
            jobs_running: job_view::are_running(&jobs),
            jobs: job_view::views(conn, jobs, &project.slug, rights)?,
            jobs_href: address::scrubbing_jobs(&project.slug),
            jobs_back: format!("{}#jobs", address::scrubbing(&project.slug)),
        })
    }

    /// After how many seconds a page with these jobs loads again without script.
    pub(super) fn refresh_seconds(&self) -> Option<u32> {
        self.jobs_running.then_some(REFRESH_SECONDS)
    }
}

/// `GET /projects/{slug}/settings/scrubbing/jobs`: the jobs alone, for a page that is open.
pub(super) async fn list_jobs(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let rights = Rights::of(conn, &user.account, &project)?;
            let view = Part {
                can_change: rights.project,
                jobs: JobsView::of(conn, &project, rights)?,
            };
            Ok((Frame::new(&user.visitor, "Jobs"), view))
        })
        .await?;
    web.part("partials/grouping/jobs", &frame, &view)
}
