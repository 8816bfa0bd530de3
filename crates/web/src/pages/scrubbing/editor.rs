//! The editor: everything that decides what is scrubbed in one form, and what it would do to
//! recent events beside it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use watchfire_store::rescrub;
use watchfire_store::{self as store, Conn, Database, PreviewPermit};

use super::builder::{BuilderView, Choices};
use super::draft::Draft;
use super::form::FormView;
use super::improvements::{self, Improvement};
use super::preview_view::PreviewView;
use super::sample::SampleView;
use super::state::{State, Which};
use super::suggest::Sample;
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::pages::grouping::rights::who;
use crate::pages::owner::{Owner, OwnerLink};
use crate::session::CurrentUser;
use crate::{Web, address};

/// Events that the rules are tried on.
const PREVIEW_EVENTS: usize = 100;

/// What the form holds.
#[derive(Default)]
pub(super) struct Opened {
    /// What was typed; what is in force without.
    pub(super) draft: Option<Draft>,
    /// The version that it was made of; nothing for the one in force now.
    pub(super) base: Option<i64>,
    /// What was chosen for another rule.
    pub(super) choices: Choices,
    /// What is wrong with that.
    pub(super) choice_problem: Option<String>,
    /// A text to try.
    pub(super) sample: String,
    /// Why it was not saved.
    pub(super) problem: Option<String>,
    /// Whether saving was refused.
    pub(super) is_refused: bool,
}

#[derive(Serialize)]
struct View {
    name: String,
    is_project: bool,
    can_change: bool,
    /// Who does, at the beginning of a sentence.
    who: &'static str,
    owners: Vec<OwnerLink>,
    form: FormView,
    action: String,
    builder: BuilderView,
    improvements: Vec<Improvement>,
    preview: PreviewView,
    sample: SampleView,
    problem: Option<String>,
    overview_href: String,
}

/// The page.
pub(super) async fn page(
    web: &Web,
    user: CurrentUser,
    which: Which,
    opened: Opened,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let database = web.database.clone();
    let is_refused = opened.is_refused;
    // What was typed is shown even when others try rules at this moment.
    let permit = match web.database.preview_permit().await {
        Ok(permit) => Some(permit),
        Err(store::Error::Busy) => None,
        Err(error) => return Err(error.into()),
    };
    let (frame, view) = web
        .database
        .read(move |conn| {
            let state = State::read(conn, &user.account, &which)?;
            let section = Some((&state.project, Section::Settings));
            let mut frame = Frame::of_project(conn, &user, section, "Scrubbing rules")?;
            frame
                .styles
                .extend(["settings.css", "grouping.css", "scrubbing.css"]);
            frame.scripts.push("js/scrubbing.js");
            frame.path = which.editor();
            let view = view(conn, &database, &state, &which, opened, &user, permit)?;
            Ok((frame, view))
        })
        .await?;
    let mut response = web.page(&visitor, "pages/scrubbing_editor", &frame, &view)?;
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn view(
    conn: &mut Conn<'_>,
    database: &Database,
    state: &State,
    which: &Which,
    opened: Opened,
    user: &CurrentUser,
    permit: Option<PreviewPermit>,
) -> store::Result<View> {
    let (owner, slug) = (state.owner, state.project.slug.as_str());
    let draft = opened.draft.unwrap_or_else(|| state.draft());
    let base = opened.base.unwrap_or_else(|| state.base());
    let recent = Sample::read(conn, database, &state.project)?;
    let problems = draft.problems(owner);
    let policy = state.policy_with(&draft);
    let mut preview = match permit {
        Some(_permit) => {
            let dictionaries = database.dictionaries();
            let found =
                rescrub::preview(conn, dictionaries, &state.project, &policy, PREVIEW_EVENTS)?;
            PreviewView::of(&found, slug)
        }
        None => PreviewView::busy(),
    };
    if !problems.is_empty() {
        preview = preview.without_broken_parts();
    }
    let form = FormView::of(&draft, owner, &state.inherited, &problems, base)
        .with_hints(recent.hints(&draft));
    Ok(View {
        name: state.project.name.clone(),
        is_project: owner == Owner::Project,
        can_change: state.can_change(),
        who: who(state.scope()),
        owners: OwnerLink::all(owner, |owner| address::scrubbing_editor(slug, owner.word())),
        form,
        action: which.editor(),
        builder: BuilderView::of(
            &opened.choices,
            &draft,
            opened.choice_problem,
            recent.suggestions(),
        ),
        improvements: improvements::listed(),
        preview,
        sample: SampleView::of(&opened.sample, &policy, user.visitor.now),
        problem: opened.problem,
        overview_href: which.address(),
    })
}
