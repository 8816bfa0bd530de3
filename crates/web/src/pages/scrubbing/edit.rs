use actix_web::{HttpResponse, web};

use super::builder::Choices;
use super::change::{number, put};
use super::draft::Draft;
use super::editor::{self, Opened};
use super::own_rules;
use super::save::{self, Refusal};
use super::state::{State, Which};
use crate::Web;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::owner::Owner;
use crate::respond::see_other;
use crate::session::CurrentUser;

/// `GET /projects/{slug}/settings/scrubbing/edit/{owner}`
pub(super) async fn open(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    editor::page(&web, user, which(path.into_inner())?, Opened::default()).await
}

/// `POST /projects/{slug}/settings/scrubbing/edit/{owner}` with the fields of the form and
/// `action`: `preview`, `save`, `add` (a rule from choices) or `remove N` (the rule at that place).
pub(super) async fn edit(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, String)>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let which = which(path.into_inner())?;
    save::allow(&web, &user, &which).await?;
    let base = number(&form, "base")?;
    let (account, place) = (user.account.clone(), which.clone());
    let read = web
        .database
        .read(move |conn| State::read(conn, &account, &place));
    let mut draft = save::posted(&read.await?, &form);
    let mut opened = Opened {
        base: Some(base),
        sample: form.one("sample").to_owned(),
        ..Opened::default()
    };
    match form.one("action") {
        "preview" => opened.choices = Choices::read(&form),
        "save" => match save_draft(&web, &user, &which, &draft, base).await? {
            Ok(response) => return Ok(response),
            Err(refusal) => {
                opened.is_refused = true;
                opened.problem = Some(match refusal {
                    Refusal::Overtaken(reason) => {
                        opened.base = None;
                        reason
                    }
                    Refusal::Problems => {
                        "Nothing was saved: correct what is marked, then save.".to_owned()
                    }
                });
            }
        },
        "add" => {
            let choices = Choices::read(&form);
            match choices.add_to(&mut draft) {
                Ok(()) => {}
                Err(problem) => {
                    opened.choice_problem = Some(problem);
                    opened.choices = choices;
                }
            }
        }
        other => match other.strip_prefix("remove ").map(str::parse) {
            Some(Ok(place)) => own_rules::remove(&mut draft, place),
            _ => {
                return Err(WebError::BadRequest(format!(
                    "“{other}” is no action. Use preview, save, add or remove."
                )));
            }
        },
    }
    opened.draft = Some(draft);
    editor::page(&web, user, which, opened).await
}

async fn save_draft(
    web: &Web,
    user: &CurrentUser,
    which: &Which,
    draft: &Draft,
    base: i64,
) -> Result<Result<HttpResponse, Refusal>, WebError> {
    let saved = match put(web, user, which, draft.clone(), base).await? {
        Ok(saved) => saved,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let now = user.visitor.now;
    let toast = save::told("Saved what is scrubbed", which, (base, saved), now);
    let cookie = toast.cookie(web, &user.visitor.csrf);
    Ok(Ok(see_other(&which.address(), [cookie])))
}

fn which((slug, owner): (String, String)) -> Result<Which, WebError> {
    let owner = Owner::of(&owner).ok_or(WebError::NotFound)?;
    Ok(Which { slug, owner })
}
