//! What one job did: the report of a run over stored events, or the receipt of a deletion.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_store::erase::{self, Receipt};
use watchfire_store::issue::{self, format_short_id};
use watchfire_store::job::{self, Job, JobKind, JobState};
use watchfire_store::project::Project;
use watchfire_store::rescrub::{self, Report, Span};
use watchfire_store::{self as store, Conn};

use super::preview_view::{FindingView, findings};
use crate::error::WebError;
use crate::frame::{Frame, Hidden, Section};
use crate::pages::grouping::job_view::{self, JobView};
use crate::pages::grouping::rights::Rights;
use crate::pages::issue::view::budget::counted;
use crate::session::CurrentUser;
use crate::{Web, access, address, moment, number, people};

/// After how many seconds the page loads again while the job runs and there is no script.
const REFRESH_SECONDS: u32 = 5;
/// Lines of a report.
const FINDINGS_MAX: usize = 1_001;

#[derive(Serialize)]
struct View {
    heading: String,
    can_change: bool,
    jobs: Vec<JobView>,
    jobs_running: bool,
    jobs_href: String,
    jobs_back: String,
    report: Option<ReportView>,
    receipt: Option<ReceiptView>,
    overview_href: String,
}

/// A report.
#[derive(Serialize)]
struct ReportView {
    sentence: String,
    /// Whether it has looked at any event.
    has_looked: bool,
    span: String,
    versions: String,
    findings: Vec<FindingView>,
    left: Vec<String>,
    /// What follows a dry run: the form that does it.
    next: Option<Next>,
}

/// The form that applies the rules to the same events.
#[derive(Serialize)]
struct Next {
    action: String,
    label: String,
    fields: Vec<Hidden>,
}

/// A receipt.
#[derive(Serialize)]
struct ReceiptView {
    facts: Vec<Fact>,
    /// What was not, or could not be removed.
    left: Vec<String>,
    download_href: String,
    is_done: bool,
}

/// One line of a receipt.
#[derive(Serialize)]
struct Fact {
    name: String,
    value: String,
}

impl Fact {
    fn new(name: &str, value: String) -> Self {
        Self {
            name: name.to_owned(),
            value,
        }
    }
}

/// `GET /projects/{slug}/settings/scrubbing/jobs/{id}`
pub(super) async fn show(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
) -> Result<HttpResponse, WebError> {
    let (slug, id) = path.into_inner();
    let visitor = user.visitor.clone();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Settings));
            let mut frame = Frame::of_project(conn, &user, section, format!("Job {id}"))?;
            frame
                .styles
                .extend(["settings.css", "grouping.css", "scrubbing.css"]);
            frame.scripts.push("js/scrubbing.js");
            let rights = Rights::of(conn, &user.account, &project)?;
            let view = view(conn, &project, rights, id)?;
            frame.refresh_seconds = view.jobs_running.then_some(REFRESH_SECONDS);
            Ok((frame, view))
        })
        .await?;
    web.page(&visitor, "pages/scrubbing_job", &frame, &view)
}

/// `GET /projects/{slug}/settings/scrubbing/jobs/{id}/receipt`: the receipt as a file.
pub(super) async fn download(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
) -> Result<HttpResponse, WebError> {
    let (slug, id) = path.into_inner();
    let receipt = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            find(conn, &project, id)?;
            erase::receipt(conn, id)?.ok_or(store::Error::NotFound)
        })
        .await?;
    let text = serde_json::to_string_pretty(&receipt).unwrap_or_default();
    let name = format!("attachment; filename=\"receipt-{id}.json\"");
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(text))
}

/// The job of a number, when it is one of scrubbing in this project.
fn find(conn: &mut Conn<'_>, project: &Project, id: i64) -> store::Result<Job> {
    let known = job::get(conn, id)?.filter(|job| job.project_id == project.id);
    known
        .filter(job_view::is_scrubbing)
        .ok_or(store::Error::NotFound)
}

fn view(conn: &mut Conn<'_>, project: &Project, rights: Rights, id: i64) -> store::Result<View> {
    let job = find(conn, project, id)?;
    let is_erasure = job.kind == JobKind::Erase;
    let heading = match job.kind {
        JobKind::Erase => "Receipt: all data of one person",
        JobKind::DryRun => "Dry run over stored events",
        _ => "Rules applied to stored events",
    };
    let (report, receipt) = if is_erasure {
        (None, receipt(conn, project, &job)?)
    } else {
        let found = rescrub::report(conn, id)?;
        let view = found.map(|report| ReportView::of(conn, project, &report));
        (view.transpose()?, None)
    };
    let href = address::scrubbing_job(&project.slug, id);
    Ok(View {
        heading: heading.to_owned(),
        can_change: rights.project,
        jobs_running: job_view::are_running(std::slice::from_ref(&job)),
        jobs: job_view::views(conn, vec![job], &project.slug, rights)?,
        jobs_href: href.clone(),
        jobs_back: href,
        report,
        receipt,
        overview_href: address::scrubbing(&project.slug),
    })
}

impl ReportView {
    fn of(conn: &mut Conn<'_>, project: &Project, report: &Report) -> store::Result<Self> {
        let verb = if report.is_dry_run {
            "would change"
        } else {
            "changed"
        };
        let unreadable = match report.unreadable {
            0 => String::new(),
            count => format!(
                " {} could not be read and stay as they are.",
                number::exact(count)
            ),
        };
        let is_over = report.job.state == JobState::Done;
        let may_follow = report.is_dry_run && is_over && report.changed > 0;
        Ok(Self {
            sentence: match (report.events, is_over) {
                (0, false) => "No event was looked at yet.".to_owned(),
                (0, true) => "There was no event to look at.".to_owned(),
                (events, _) => format!(
                    "{} of {} {verb}.{unreadable}",
                    number::exact(report.changed),
                    counted(usize::try_from(events).unwrap_or_default(), "event"),
                ),
            },
            has_looked: report.events > 0,
            span: span_words(conn, project, report.span)?,
            versions: versions(report),
            findings: findings(&report.by, &project.slug, FINDINGS_MAX),
            left: report.left.clone(),
            next: if may_follow {
                Some(next(conn, project, report)?)
            } else {
                None
            },
        })
    }
}

fn short_id(conn: &mut Conn<'_>, project: &Project, span: Span) -> store::Result<String> {
    let Span::Issue(id) = span else {
        return Ok(String::new());
    };
    let found = issue::get(conn, id)?;
    Ok(found.map_or_else(
        || id.to_string(),
        |issue| format_short_id(&project.slug, issue.short_number),
    ))
}

fn span_words(conn: &mut Conn<'_>, project: &Project, span: Span) -> store::Result<String> {
    Ok(match span {
        Span::Project => "all stored events of the project".to_owned(),
        Span::Issue(_) => format!("the events of {}", short_id(conn, project, span)?),
        Span::Time { from, to } => format!(
            "events from {} to {}",
            moment::exact(from),
            moment::exact(to)
        ),
    })
}

/// By which versions of the settings.
fn versions(report: &Report) -> String {
    let words = |version: Option<i64>| {
        version.map_or_else(|| "none saved".to_owned(), |id| format!("version {id}"))
    };
    format!(
        "project: {}; organisation: {}",
        words(report.project_version),
        words(report.organization_version)
    )
}

/// The form that applies the rules to the events of a dry run.
fn next(conn: &mut Conn<'_>, project: &Project, report: &Report) -> store::Result<Next> {
    let field = |name, value: &str| Hidden {
        name,
        value: value.to_owned(),
    };
    let mut fields = vec![field("action", "apply")];
    match report.span {
        Span::Project => fields.push(field("span", "project")),
        Span::Issue(_) => {
            fields.push(field("span", "issue"));
            fields.push(field("issue", &short_id(conn, project, report.span)?));
        }
        Span::Time { from, to } => {
            fields.push(field("span", "time"));
            fields.push(field("from", &moment::machine(from)));
            fields.push(field("to", &moment::machine(to)));
        }
    }
    let changed = usize::try_from(report.changed).unwrap_or_default();
    Ok(Next {
        action: address::rescrub(&project.slug),
        label: format!("Change {} now", counted(changed, "event")),
        fields,
    })
}

fn receipt(
    conn: &mut Conn<'_>,
    project: &Project,
    job: &Job,
) -> store::Result<Option<ReceiptView>> {
    let Some(receipt) = erase::receipt(conn, job.id)? else {
        return Ok(None);
    };
    let asked_by = people::names(conn, receipt.asked_by)?.into_values().next();
    Ok(Some(ReceiptView {
        facts: facts(&receipt, asked_by),
        left: receipt.left,
        download_href: format!("{}/receipt", address::scrubbing_job(&project.slug, job.id)),
        is_done: job.state == JobState::Done,
    }))
}

fn facts(receipt: &Receipt, asked_by: Option<String>) -> Vec<Fact> {
    let identity = &receipt.identity;
    let mut facts = vec![
        Fact::new("Asked for", moment::exact(receipt.asked_at)),
        Fact::new("By", asked_by.unwrap_or_else(|| "a token".to_owned())),
        Fact::new(
            "Done",
            receipt
                .finished_at
                .map_or_else(|| "not yet".to_owned(), moment::exact),
        ),
        Fact::new("Events looked at", number::exact(receipt.events_looked_at)),
        Fact::new(
            "Issues that lost events",
            number::exact(receipt.issues_changed),
        ),
    ];
    facts.extend(receipt.removed.iter().map(|(table, count)| {
        let what = format!("Removed from {}", table.replace('_', " "));
        Fact::new(&what, number::exact(*count))
    }));
    facts.push(Fact::new("Person known by", identity.kind.to_owned()));
    facts.push(Fact::new("Digest", identity.digest.clone()));
    let key = match &identity.key {
        Some(key) => format!(
            "{key}: keep it with the receipt, the server forgets it a day after the job ends or is paused"
        ),
        None => "forgotten here; it is in the receipt that was downloaded in time".to_owned(),
    };
    facts.push(Fact::new("Key of the digest", key));
    facts.push(Fact::new("How to check it", identity.algorithm.to_owned()));
    facts
}
