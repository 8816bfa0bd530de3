use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn, grouping_rules, job};

use super::discarded_view::{self, DiscardedView};
use super::job_view::{self, JobView};
use super::rights::Rights;
use super::rule_view::{self, RuleView};
use super::text_view::{self, TextsView};
use super::version_view::VersionView;
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::pages::issue::view::budget::{counted, grouped_count};
use crate::session::CurrentUser;
use crate::{Web, access, address};

/// Rules that are listed, and removed ones.
const RULES_MAX: usize = 200;
/// After how many seconds the page loads again while a job runs and there is no script.
const REFRESH_SECONDS: u32 = 5;

#[derive(Serialize)]
struct View {
    name: String,
    /// Whether the person may change what is shown.
    can_change: bool,
    version: VersionView,
    rules: Vec<RuleView>,
    rules_left_out: Option<String>,
    removed_rules: Vec<RuleView>,
    removed_words: String,
    texts: Vec<TextsView>,
    discarded: Vec<DiscardedView>,
    discarded_left_out: Option<String>,
    jobs: Vec<JobView>,
    jobs_running: bool,
    /// Where the jobs are asked for alone.
    jobs_href: String,
    /// Where the forms of the jobs lead back to.
    jobs_back: String,
    settings_href: String,
    issues_href: String,
    stats_href: String,
}

/// `GET /projects/{slug}/grouping/`
pub(super) async fn show(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Settings));
            let title = format!("Grouping of {}", project.name);
            let mut frame = Frame::of_project(conn, &user, section, title)?;
            frame.styles.extend(["settings.css", "grouping.css"]);
            frame.scripts.push("js/grouping.js");
            let rights = Rights::of(conn, &user.account, &project)?;
            let view = view(conn, project, rights)?;
            frame.refresh_seconds = view.jobs_running.then_some(REFRESH_SECONDS);
            Ok((frame, view))
        })
        .await?;
    web.page(&visitor, "pages/grouping", &frame, &view)
}

fn view(conn: &mut Conn<'_>, project: Project, rights: Rights) -> store::Result<View> {
    let (mut removed, mut rules): (Vec<_>, Vec<_>) = grouping_rules::rules(conn, &project)?
        .into_iter()
        .partition(|rule| rule.is_removed);
    let rules_left_out = rules.len().saturating_sub(RULES_MAX);
    let removed_words = counted(removed.len(), "removed rule");
    rules.truncate(RULES_MAX);
    removed.truncate(RULES_MAX);
    let (discarded, discarded_left_out) = discarded_view::views(conn, &project)?;
    let mut jobs = job::list(conn, project.id)?;
    jobs.retain(|job| !job_view::is_scrubbing(job));
    let left_out = |count: usize| (count > 0).then(|| format!("and {} more", grouped_count(count)));
    Ok(View {
        can_change: rights.project,
        version: VersionView::of(grouping_rules::version(conn, project.id)?, &project.slug),
        rules: rule_view::views(conn, &project, rules, rights)?,
        rules_left_out: left_out(rules_left_out),
        removed_rules: rule_view::views(conn, &project, removed, Rights::default())?,
        removed_words,
        texts: text_view::views(conn, &project)?,
        discarded,
        discarded_left_out: left_out(discarded_left_out),
        jobs_running: job_view::are_running(&jobs),
        jobs: job_view::views(conn, jobs, &project.slug, rights)?,
        jobs_href: address::grouping_jobs(&project.slug),
        jobs_back: format!("{}#jobs", address::grouping(&project.slug)),
        settings_href: address::settings(&project.slug),
        issues_href: address::issues(&project.slug),
        stats_href: address::stats(&project.slug),
        name: project.name,
    })
}
