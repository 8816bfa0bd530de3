//! Deletes all data of one person: what is found first, then the name typed once more, then a job
//! that leaves a receipt.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use watchfire_store::erase::{self, Found, Person};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn, Database, PreviewPermit};

use super::jobs::JobsView;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::frame::{Choice, Frame, Section};
use crate::pages::grouping::rights::Rights;
use crate::pages::issue::view::budget::{counted, grouped_count};
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// How a person can be named: the word of the form, and what people read.
const KINDS: [(&str, &str); 3] = [
    ("email", "E-mail address"),
    ("id", "User id"),
    ("ip", "IP address"),
];

/// What the form begins with.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// `id`, `email` or `ip`.
    #[serde(default)]
    kind: String,
    /// The id or address.
    #[serde(default)]
    value: String,
}

#[derive(Serialize)]
struct View {
    name: String,
    can_change: bool,
    action: String,
    kinds: Vec<Choice>,
    kind: String,
    value: String,
    problem: Option<String>,
    /// Whether nothing was looked for, as others look at events just now.
    is_busy: bool,
    found: Option<FoundView>,
    /// What was typed to confirm, where it was not right.
    typed: String,
    typed_problem: Option<&'static str>,
    overview_href: String,
    #[serde(flatten)]
    jobs: JobsView,
}

/// What is stored of the person.
#[derive(Serialize)]
struct FoundView {
    is_empty: bool,
    lines: Vec<String>,
    /// Whether not everything could be looked at in the time that there was.
    is_more: bool,
    looked_at: String,
}

/// `GET /projects/{slug}/settings/scrubbing/erase?kind=&value=`
pub(super) async fn show(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, WebError> {
    page(&web, user, slug.into_inner(), asked.into_inner(), None).await
}

/// `POST /projects/{slug}/settings/scrubbing/erase` with `kind`, `value` and `action`: `find`, or
/// `erase` together with `typed`, which repeats the value.
pub(super) async fn act(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    guard(&web, &user, &slug).await?;
    let asked = Asked {
        kind: form.one("kind").to_owned(),
        value: form.one("value").trim().to_owned(),
    };
    let is_sure = form.one("typed").trim() == asked.value;
    match (form.one("action"), Person::parse(&asked.kind, &asked.value)) {
        ("find", _) => page(&web, user, slug, asked, Some(Step::Found)).await,
        ("erase", Ok(person)) if is_sure => begin(&web, &user, slug, person).await,
        ("erase", _) => {
            let typed = form.one("typed").to_owned();
            page(&web, user, slug, asked, Some(Step::NotSure { typed })).await
        }
        (other, _) => Err(WebError::BadRequest(format!(
            "“{other}” is no action. Use find or erase."
        ))),
    }
}

/// What the page shows besides the form.
enum Step {
    /// What is found.
    Found,
    /// The same, after something else was typed to confirm.
    NotSure { typed: String },
}

async fn begin(
    web: &Web,
    user: &CurrentUser,
    slug: String,
    person: Person,
) -> Result<HttpResponse, WebError> {
    let (account, name, now) = (user.account.clone(), slug.clone(), user.visitor.now);
    let queued = web.database.write(move |conn| {
        let project = access::project(conn, &account, &name)?;
        erase::queue(conn, &project, &person, Some(account.id), now)
    });
    let job = queued.await?;
    let text = "All data of this person is being deleted".to_owned();
    let cookie = Toast::plain(text, &slug, now).cookie(web, &user.visitor.csrf);
    Ok(see_other(&address::scrubbing_job(&slug, job), [cookie]))
}

async fn page(
    web: &Web,
    user: CurrentUser,
    slug: String,
    asked: Asked,
    step: Option<Step>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let database = web.database.clone();
    // What was typed is shown even when others look at events at this moment.
    let permit = match step {
        Some(_) => match web.database.preview_permit().await {
            Ok(permit) => Some(permit),
            Err(store::Error::Busy) => None,
            Err(error) => return Err(error.into()),
        },
        None => None,
    };
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Settings));
            let mut frame = Frame::of_project(conn, &user, section, "Delete all data of a user")?;
            frame
                .styles
                .extend(["settings.css", "grouping.css", "scrubbing.css"]);
            frame.scripts.push("js/scrubbing.js");
            frame.path = address::erase(&slug);
            let rights = Rights::of(conn, &user.account, &project)?;
            let mut view = View {
                can_change: rights.project,
                action: address::erase(&slug),
                kinds: kinds(&asked.kind),
                problem: None,
                is_busy: false,
                found: None,
                typed_problem: None,
                typed: String::new(),
                overview_href: address::scrubbing(&slug),
                jobs: JobsView::of(conn, &project, rights)?,
                kind: asked.kind,
                value: asked.value,
                name: project.name.clone(),
            };
            let is_asked = step.is_some();
            if let Some(Step::NotSure { typed }) = step {
                view.typed_problem = Some("This is not the same. Nothing was deleted.");
                view.typed = typed;
            }
            if is_asked {
                view.look(conn, &database, &project, permit)?;
            }
            frame.refresh_seconds = view.jobs.refresh_seconds().filter(|_| !is_asked);
            Ok((frame, view))
        })
        .await?;
    let is_refused = view.problem.is_some() || view.typed_problem.is_some();
    let mut response = web.page(&visitor, "pages/scrubbing_erase", &frame, &view)?;
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

impl View {
    /// Looks for what is stored of the person, unless as many look at events as may at once.
    fn look(
        &mut self,
        conn: &mut Conn<'_>,
        database: &Database,
        project: &Project,
        permit: Option<PreviewPermit>,
    ) -> store::Result<()> {
        match (Person::parse(&self.kind, &self.value), permit) {
            (Err(problem), _) => self.problem = Some(problem.to_string()),
            (Ok(_), None) => self.is_busy = true,
            (Ok(person), Some(_permit)) => {
                let found = erase::preview(conn, database.dictionaries(), project, &person)?;
                self.found = Some(FoundView::of(&found));
            }
        }
        Ok(())
    }
}

fn kinds(chosen: &str) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        selected: value == chosen,
    };
    KINDS.into_iter().map(choice).collect()
}

impl FoundView {
    fn of(found: &Found) -> Self {
        let line = |count: usize, noun: &str| (count > 0).then(|| counted(count, noun));
        let lines: Vec<String> = [
            line(found.events, "event"),
            line(found.issues, "issue").map(|issues| match found.issues_emptied {
                0 => issues,
                all if all == found.issues => format!("{issues}, with no event of anybody else"),
                some => format!(
                    "{issues}, {} with no event of anybody else",
                    grouped_count(some)
                ),
            }),
            line(found.feedback, "feedback message"),
            line(found.attachments, "attached file"),
            line(found.session_hours, "session hour"),
        ]
        .into_iter()
        .flatten()
        .collect();
        Self {
            is_empty: lines.is_empty(),
            lines,
            is_more: !found.is_complete,
            looked_at: grouped_count(found.looked_at),
        }
    }
}
