//! Puts a draft in force.

use watchfire_event::{Timestamp, UserId};
use watchfire_store::project::Project;
use watchfire_store::scrubbing::{self, Version};
use watchfire_store::user::User;
use watchfire_store::{self as store, Conn};

use super::draft::Draft;
use super::state::{State, Which};
use crate::Web;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::grouping::rights::{Rights, guard_organization};
use crate::pages::owner::Owner;
use crate::pages::settings::guard::guard;
use crate::session::CurrentUser;
use crate::undo::{Toast, Undo};

/// Why a draft was not saved: nothing of it was.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It has problems, which the form shows.
    Problems,
    /// Somebody else saved since the form was opened: who and when, in a sentence.
    Overtaken(String),
}

/// Lets only those on who may change these settings.
///
/// # Errors
/// [`WebError::SettingsForbidden`] or [`WebError::OrganizationForbidden`] for others who see the
/// project, [`WebError::NotFound`] for everybody else.
pub(super) async fn allow(web: &Web, user: &CurrentUser, which: &Which) -> Result<(), WebError> {
    match which.owner {
        Owner::Project => guard(web, user, &which.slug).await,
        Owner::Organization => guard_organization(web, user, &which.slug).await,
    }
}

/// What was posted, on top of what is in force.
pub(super) fn posted(state: &State, form: &Posted) -> Draft {
    state
        .draft()
        .with_posted(form, state.owner, &state.inherited)
}

/// Stores a draft that was made of the version `base`; answers the number of the new version.
pub(super) fn store(
    conn: &mut Conn<'_>,
    state: &State,
    draft: &Draft,
    base: i64,
    author: UserId,
    now: Timestamp,
) -> store::Result<Result<i64, Refusal>> {
    state.scope().lock(conn)?;
    // What was read before the lock may be old.
    let current = scrubbing::document(conn, state.scope())?;
    if current.as_ref().map_or(0, |version| version.id) != base {
        return Ok(Err(Refusal::Overtaken(overtaken(conn, current, now)?)));
    }
    let Ok(text) = draft.document(state.owner) else {
        return Ok(Err(Refusal::Problems));
    };
    let stored = scrubbing::set(conn, state.scope(), &text, Some(author), now)?;
    Ok(stored.map(|version| version.id).or(Err(Refusal::Problems)))
}

fn overtaken(conn: &mut Conn<'_>, by: Option<Version>, now: Timestamp) -> store::Result<String> {
    let (author, at) = by.map_or((None, now), |version| (version.user_id, version.created_at));
    let reason = store::overtaken(conn, "These settings were changed", author, at)?;
    Ok(format!(
        "{reason}. What you typed stands below: look at the history, then save again."
    ))
}

/// The sentence about a change from one version to another, with the way back.
pub(super) fn told(
    text: impl Into<String>,
    which: &Which,
    (former, saved): (i64, i64),
    now: Timestamp,
) -> Toast {
    let undo = Undo::Scrubbing {
        is_organization: which.owner == Owner::Organization,
        former,
        saved,
    };
    Toast::with_undo(text.into(), &which.slug, undo, now)
}

/// Puts the version `former` in force again where `saved` still is; 0 is what there was before the
/// first. Answers the number of the new version; nothing when the version is not found, somebody
/// else saved since, or the person may not.
pub(in crate::pages) fn restore(
    conn: &mut Conn<'_>,
    user: &User,
    project: &Project,
    owner: Owner,
    (former, saved): (i64, i64),
    now: Timestamp,
) -> store::Result<Option<i64>> {
    let scope = owner.scope(project);
    scope.lock(conn)?;
    let current = scrubbing::document(conn, scope)?.map_or(0, |version| version.id);
    let may_change = Rights::of(conn, user, project)?.may_change(scope);
    if current != saved || !may_change {
        return Ok(None);
    }
    let text = match former {
        0 => Some("{}".to_owned()),
        id => scrubbing::version(conn, scope, id)?.map(|version| version.document),
    };
    let Some(text) = text else {
        return Ok(None);
    };
    let stored = scrubbing::set(conn, scope, &text, Some(user.id), now)?;
    Ok(stored.ok().map(|version| version.id))
}
