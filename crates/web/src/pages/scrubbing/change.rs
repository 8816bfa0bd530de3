use actix_web::{HttpResponse, web};

use super::draft::Draft;
use super::save::{self, Refusal};
use super::show::{self, Refused};
use super::state::{State, Which};
use crate::Web;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::owner::Owner;
use crate::respond::see_other;
use crate::session::CurrentUser;

/// `POST /projects/{slug}/settings/scrubbing` with `action` (`save`, `restore`), `base` and the
/// fields of the form, or `version`.
pub(super) async fn change(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    let owner = Owner::Project;
    act(&web, user, Which { slug, owner }, &form).await
}

/// `POST /projects/{slug}/settings/scrubbing/organization`, likewise.
pub(super) async fn change_organization(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    let owner = Owner::Organization;
    act(&web, user, Which { slug, owner }, &form).await
}

async fn act(
    web: &Web,
    user: CurrentUser,
    which: Which,
    form: &Posted,
) -> Result<HttpResponse, WebError> {
    save::allow(web, &user, &which).await?;
    match form.one("action") {
        "save" => change_settings(web, user, which, form).await,
        "restore" => go_back(web, user, which, form).await,
        other => Err(WebError::BadRequest(format!(
            "“{other}” is no action. Use save or restore."
        ))),
    }
}

async fn change_settings(
    web: &Web,
    user: CurrentUser,
    which: Which,
    form: &Posted,
) -> Result<HttpResponse, WebError> {
    let base: i64 = number(form, "base")?;
    let (account, place) = (user.account.clone(), which.clone());
    let read = web
        .database
        .read(move |conn| State::read(conn, &account, &place));
    let draft = save::posted(&read.await?, form);
    match put(web, &user, &which, draft.clone(), base).await? {
        Ok(saved) => {
            let now = user.visitor.now;
            let toast = save::told("Saved what is scrubbed", &which, (base, saved), now);
            let cookie = toast.cookie(web, &user.visitor.csrf);
            Ok(see_other(&which.address(), [cookie]))
        }
        Err(refusal) => {
            // Who saves once more has seen that another version is in force now.
            let (base, problem) = match refusal {
                Refusal::Overtaken(reason) => (None, Some(reason)),
                Refusal::Problems => (Some(base), None),
            };
            let refused = Refused {
                draft,
                base,
                problem,
            };
            show::page(web, user, which, Some(refused)).await
        }
    }
}

/// Stores a draft that was made of the version `base`.
pub(super) async fn put(
    web: &Web,
    user: &CurrentUser,
    which: &Which,
    draft: Draft,
    base: i64,
) -> Result<Result<i64, Refusal>, WebError> {
    let (account, which, now) = (user.account.clone(), which.clone(), user.visitor.now);
    let stored = web.database.write(move |conn| {
        let state = State::read(conn, &account, &which)?;
        save::store(conn, &state, &draft, base, account.id, now)
    });
    Ok(stored.await?)
}

async fn go_back(
    web: &Web,
    user: CurrentUser,
    which: Which,
    form: &Posted,
) -> Result<HttpResponse, WebError> {
    let version = number(form, "version")?;
    let (account, place, now) = (user.account.clone(), which.clone(), user.visitor.now);
    let restored = web.database.write(move |conn| {
        let state = State::read(conn, &account, &place)?;
        let current = state.base();
        let ids = (version, current);
        let restored = save::restore(conn, &account, &state.project, place.owner, ids, now)?;
        Ok(restored.map(|saved| (current, saved)))
    });
    let Some(versions) = restored.await? else {
        return Err(WebError::BadRequest(
            "This version cannot be put in force again: a part of it is broken. Open the editor \
             and write what you need from it."
                .to_owned(),
        ));
    };
    let text = format!("Version {version} is in force again");
    let toast = save::told(text, &which, versions, now);
    let cookie = toast.cookie(web, &user.visitor.csrf);
    let back = format!("{}#history", which.address());
    Ok(see_other(&back, [cookie]))
}

/// A whole number of the form.
pub(super) fn number(form: &Posted, name: &str) -> Result<i64, WebError> {
    let read = form.one(name).parse().ok();
    read.ok_or_else(|| {
        WebError::BadRequest(format!(
            "The field {name} of the form is no number. Go back, reload the page and try again."
        ))
    })
}
