//! Applies the current rules to stored events, with a dry run first.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use watchfire_event::{IssueId, Timestamp};
use watchfire_store::issue::{self, format_short_id};
use watchfire_store::project::Project;
use watchfire_store::rescrub::{self, Span};
use watchfire_store::{self as store, Conn};

use super::jobs::JobsView;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::pages::grouping::rights::Rights;
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address, moment};

/// How long the span is that the form begins with: the last day.
const SPAN_MICROS: i64 = 24 * 60 * 60 * 1_000_000;
/// Characters of a time to the minute, `2026-11-21T14:30`.
const MINUTE_CHARS: usize = 16;

/// What the form begins with.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Parameters {
    /// The number of an issue.
    #[serde(default)]
    issue: Option<i64>,
}

/// What was typed.
#[derive(Clone, Debug)]
struct Typed {
    span: String,
    issue: String,
    from: String,
    to: String,
    problem: Option<String>,
}

#[derive(Serialize)]
struct View {
    name: String,
    can_change: bool,
    action: String,
    spans: Vec<SpanChoice>,
    issue: String,
    from: String,
    to: String,
    problem: Option<String>,
    overview_href: String,
    in_force_href: String,
    #[serde(flatten)]
    jobs: JobsView,
}

#[derive(Serialize)]
struct SpanChoice {
    value: &'static str,
    label: &'static str,
    selected: bool,
}

/// The spans in the order of the form.
const SPANS: [(&str, &str); 3] = [
    ("project", "All stored events of the project"),
    ("issue", "One issue"),
    ("time", "A span of time"),
];

/// `GET /projects/{slug}/settings/scrubbing/stored?issue=`
pub(super) async fn show(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    parameters: web::Query<Parameters>,
) -> Result<HttpResponse, WebError> {
    page(&web, user, slug.into_inner(), parameters.issue, None).await
}

/// `POST /projects/{slug}/settings/scrubbing/stored` with `span` (`project`, `issue`, `time`),
/// `issue`, `from`, `to` and `action` (`dry-run`, `apply`).
pub(super) async fn start(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    guard(&web, &user, &slug).await?;
    let is_dry_run = match form.one("action") {
        "dry-run" => true,
        "apply" => false,
        other => {
            return Err(WebError::BadRequest(format!(
                "“{other}” is no action. Use dry-run or apply."
            )));
        }
    };
    let field = |name| form.one(name).trim().to_owned();
    let mut typed = Typed {
        span: field("span"),
        issue: field("issue"),
        from: field("from"),
        to: field("to"),
        problem: None,
    };
    let (account, name, now) = (user.account.clone(), slug.clone(), user.visitor.now);
    let asked = typed.clone();
    let queued = web.database.write(move |conn| {
        let project = access::project(conn, &account, &name)?;
        match span(conn, &project, &asked)? {
            Ok(span) => {
                let author = Some(account.id);
                let job = rescrub::queue(conn, &project, &span, is_dry_run, author, now)?;
                Ok(Ok(job))
            }
            Err(problem) => Ok(Err(problem)),
        }
    });
    let job = match queued.await {
        Ok(Ok(job)) => job,
        Ok(Err(problem)) | Err(store::Error::Refused(problem)) => {
            typed.problem = Some(problem);
            return page(&web, user, slug, None, Some(typed)).await;
        }
        Err(other) => return Err(other.into()),
    };
    let told = if is_dry_run {
        "The dry run is under way: it changes nothing"
    } else {
        "The current rules are being applied"
    };
    let toast = Toast::plain(told.to_owned(), &slug, now);
    let cookie = toast.cookie(&web, &user.visitor.csrf);
    Ok(see_other(&address::scrubbing_job(&slug, job), [cookie]))
}

/// The span that was typed, or what is wrong with it.
fn span(
    conn: &mut Conn<'_>,
    project: &Project,
    typed: &Typed,
) -> store::Result<Result<Span, String>> {
    Ok(match typed.span.as_str() {
        "project" => Ok(Span::Project),
        "issue" => match find_issue(conn, project, &typed.issue)? {
            Some(id) => Ok(Span::Issue(id)),
            None => Err(format!(
                "There is no issue “{}” in this project. Write its short id, for example {}.",
                typed.issue,
                format_short_id(&project.slug, 1)
            )),
        },
        "time" => times(&typed.from, &typed.to),
        _ => Err("Choose which events.".to_owned()),
    })
}

fn find_issue(
    conn: &mut Conn<'_>,
    project: &Project,
    name: &str,
) -> store::Result<Option<IssueId>> {
    let found = match name.parse::<IssueId>() {
        Ok(id) => issue::get(conn, id)?,
        Err(_) => match issue::parse_short_id(name) {
            Some((slug, number)) if slug == project.slug => {
                issue::by_short_number(conn, project.id, number)?
            }
            _ => None,
        },
    };
    let found = found.filter(|issue| issue.project_id == project.id);
    Ok(found.map(|issue| issue.id))
}

fn times(from: &str, to: &str) -> Result<Span, String> {
    // The field of a browser leaves seconds and zone out; without a zone it is UTC.
    let read = |text: &str| {
        let seconds = if text.len() == MINUTE_CHARS {
            ":00"
        } else {
            ""
        };
        Timestamp::parse(&format!("{text}{seconds}"))
            .ok_or_else(|| format!("“{text}” is no time. Write it as 2026-11-21T14:30, in UTC."))
    };
    let (from, to) = (read(from)?, read(to)?);
    if from >= to {
        return Err("The time must begin before it ends: “From” is not before “To”.".to_owned());
    }
    Ok(Span::Time { from, to })
}

async fn page(
    web: &Web,
    user: CurrentUser,
    slug: String,
    issue: Option<i64>,
    typed: Option<Typed>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let is_refused = typed.is_some();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Settings));
            let title = "Apply the rules to stored events";
            let mut frame = Frame::of_project(conn, &user, section, title)?;
            frame
                .styles
                .extend(["settings.css", "grouping.css", "scrubbing.css"]);
            frame.scripts.push("js/scrubbing.js");
            frame.path = address::rescrub(&slug);
            let rights = Rights::of(conn, &user.account, &project)?;
            let typed = match typed {
                Some(typed) => typed,
                None => begin(conn, &project, issue, user.visitor.now)?,
            };
            let view = view(conn, &project, rights, typed)?;
            frame.refresh_seconds = view.jobs.refresh_seconds();
            Ok((frame, view))
        })
        .await?;
    let mut response = web.page(&visitor, "pages/scrubbing_stored", &frame, &view)?;
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// What the form begins with: an issue where one is asked for, else the whole project.
fn begin(
    conn: &mut Conn<'_>,
    project: &Project,
    issue: Option<i64>,
    now: Timestamp,
) -> store::Result<Typed> {
    let known = match issue {
        Some(id) => issue::get(conn, IssueId(id))?,
        None => None,
    };
    let known = known.filter(|issue| issue.project_id == project.id);
    let minute = |at: Timestamp| moment::machine(at).chars().take(MINUTE_CHARS).collect();
    Ok(Typed {
        span: if known.is_some() { "issue" } else { "project" }.to_owned(),
        issue: known.map_or_else(String::new, |issue| {
            format_short_id(&project.slug, issue.short_number)
        }),
        from: minute(now.plus_micros(-SPAN_MICROS)),
        to: minute(now),
        problem: None,
    })
}

fn view(
    conn: &mut Conn<'_>,
    project: &Project,
    rights: Rights,
    typed: Typed,
) -> store::Result<View> {
    let choice = |(value, label): (&'static str, &'static str)| SpanChoice {
        value,
        label,
        selected: value == typed.span,
    };
    let overview_href = address::scrubbing(&project.slug);
    Ok(View {
        name: project.name.clone(),
        can_change: rights.project,
        action: address::rescrub(&project.slug),
        spans: SPANS.into_iter().map(choice).collect(),
        issue: typed.issue,
        from: typed.from,
        to: typed.to,
        problem: typed.problem,
        in_force_href: format!("{overview_href}#in-force"),
        overview_href,
        jobs: JobsView::of(conn, project, rights)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_browsers_send_them() {
        let whole = Timestamp::parse("2026-11-21T14:30:00Z").unwrap();
        for text in [
            "2026-11-21T14:30",
            "2026-11-21T14:30:00",
            "2026-11-21T14:30:00Z",
        ] {
            let span = times(text, "2026-11-22T00:00").unwrap();
            assert!(
                matches!(span, Span::Time { from, .. } if from == whole),
                "{text}"
            );
        }
        assert!(times("yesterday", "").unwrap_err().contains("yesterday"));
    }
}
