//! The settings of scrubbing, of a project or of its organisation.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::{self as store, Conn};

use super::draft::Draft;
use super::effective_view::{self, GroupView};
use super::form::{FormView, ProblemView};
use super::history_view::HistoryView;
use super::improvements::{self, Improvement};
use super::jobs::JobsView;
use super::state::{State, Which};
use super::suggest::Sample;
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::pages::grouping::rights::who;
use crate::pages::owner::{Owner, OwnerLink};
use crate::session::CurrentUser;
use crate::{Web, address, people};

#[derive(Serialize)]
struct View {
    name: String,
    is_project: bool,
    can_change: bool,
    /// Who does, at the beginning of a sentence.
    who: &'static str,
    owners: Vec<OwnerLink>,
    form: FormView,
    /// Where the form is posted to.
    action: String,
    editor_href: String,
    changed: Option<Changed>,
    /// What is wrong with the form as a whole.
    problem: Option<String>,
    /// Parts of the stored documents that cannot be read.
    broken: Vec<ProblemView>,
    improvements: Vec<Improvement>,
    /// Whether the project is scrubbed as Sentry would, and the secrets catalogue sleeps.
    is_compatible: bool,
    groups: Vec<GroupView>,
    #[serde(flatten)]
    jobs: Option<JobsView>,
    history: HistoryView,
    settings_href: String,
    organization_href: String,
    stored_href: String,
    erase_href: String,
}

/// The last change.
#[derive(Serialize)]
struct Changed {
    at: Timestamp,
    author: Option<String>,
}

/// A form that was not saved: what was typed, and why.
pub(super) struct Refused {
    pub(super) draft: Draft,
    /// The version that it was made of; nothing for the one in force now.
    pub(super) base: Option<i64>,
    pub(super) problem: Option<String>,
}

/// `GET /projects/{slug}/settings/scrubbing`
pub(super) async fn show(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let which = Which {
        slug: slug.into_inner(),
        owner: Owner::Project,
    };
    page(&web, user, which, None).await
}

/// `GET /projects/{slug}/settings/scrubbing/organization`
pub(super) async fn show_organization(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let which = Which {
        slug: slug.into_inner(),
        owner: Owner::Organization,
    };
    page(&web, user, which, None).await
}

/// The page, with a form that was refused in place of what is in force.
pub(super) async fn page(
    web: &Web,
    user: CurrentUser,
    which: Which,
    refused: Option<Refused>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let is_refused = refused.is_some();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let state = State::read(conn, &user.account, &which)?;
            let section = Some((&state.project, Section::Settings));
            let title = format!("Scrubbing of {}", state.project.name);
            let mut frame = Frame::of_project(conn, &user, section, title)?;
            frame
                .styles
                .extend(["settings.css", "grouping.css", "scrubbing.css"]);
            frame.scripts.push("js/scrubbing.js");
            frame.path = which.address();
            if is_refused {
                // What was done before would read as the answer to what was refused now.
                frame.toast = None;
            }
            let view = view(conn, &state, &which, refused)?;
            frame.refresh_seconds = view.jobs.as_ref().and_then(JobsView::refresh_seconds);
            Ok((frame, view))
        })
        .await?;
    let mut response = web.page(&visitor, "pages/scrubbing", &frame, &view)?;
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn view(
    conn: &mut Conn<'_>,
    state: &State,
    which: &Which,
    refused: Option<Refused>,
) -> store::Result<View> {
    let (owner, slug) = (state.owner, state.project.slug.as_str());
    let is_project = owner == Owner::Project;
    let (draft, base, problem, is_new) = match refused {
        Some(refused) => {
            let base = refused.base.unwrap_or_else(|| state.base());
            (refused.draft, base, refused.problem, true)
        }
        None => (state.draft(), state.base(), None, false),
    };
    // What is stored is shown with what is broken in it, above the form.
    let problems = if is_new {
        draft.problems(owner)
    } else {
        Vec::new()
    };
    let form = FormView::of(&draft, owner, &state.inherited, &problems, base)
        .with_hints(Sample::default().hints(&draft));
    Ok(View {
        name: state.project.name.clone(),
        is_project,
        can_change: state.can_change(),
        who: who(state.scope()),
        owners: OwnerLink::all(owner, |owner| {
            let slug = slug.to_owned();
            Which { slug, owner }.address()
        }),
        form,
        action: which.address(),
        editor_href: which.editor(),
        changed: changed(conn, state)?,
        problem,
        broken: state.broken.iter().map(ProblemView::of).collect(),
        improvements: improvements::listed(),
        is_compatible: improvements::is_compatible(&state.policy),
        groups: if is_project {
            effective_view::groups(&state.policy, slug)
        } else {
            Vec::new()
        },
        jobs: if is_project {
            Some(JobsView::of(conn, &state.project, state.rights)?)
        } else {
            None
        },
        history: HistoryView::of(conn, state.scope(), owner)?,
        settings_href: address::settings(slug),
        organization_href: address::scrubbing_of_organization(slug),
        stored_href: address::rescrub(slug),
        erase_href: address::erase(slug),
    })
}

fn changed(conn: &mut Conn<'_>, state: &State) -> store::Result<Option<Changed>> {
    let Some(version) = &state.current else {
        return Ok(None);
    };
    let names = people::names(conn, version.user_id)?;
    Ok(Some(Changed {
        at: version.created_at,
        author: names.into_values().next(),
    }))
}
