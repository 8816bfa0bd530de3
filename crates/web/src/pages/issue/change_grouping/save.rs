use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use watchfire_store::regroup::{self, Change};
use watchfire_store::{self as store};

use super::choices::Choices;
use super::draft::Typed;
use super::page::{self, Answer, View};
use crate::csrf::Posted;
use crate::error::WebError;
use crate::frame::Frame;
use crate::pages::grouping::form::{Asked, Sent, lines_of};
use crate::pages::grouping::rights::guard_organization;
use crate::pages::issue::load::{self, Found};
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, address};

/// `POST …/issues/{id}/grouping/change/` with the choices of the kind, `text` (the rule), `chosen`,
/// `scope`, `note`, `past`, `previewed` and `action`: `preview` shows the page with what would
/// happen, `save` saves what the page showed and leads to the rule.
pub(super) async fn save(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let name = load::issue_name(&request);
    guard(&web, &user, &slug(&web, &user, &name).await?).await?;
    let typed = Typed {
        text: lines_of(form.one("text")),
        chosen: form.one("chosen").to_owned(),
        note: form.one("note").to_owned(),
        sent: Sent::read(&form)?,
        refused: None,
    };
    let choices = Choices::read(form.pairs());
    let is_save = typed.sent.asked == Asked::Save;
    if is_save && choices.is_everywhere {
        guard_organization(&web, &user, &slug(&web, &user, &name).await?).await?;
    }
    let refused = match prepare(&web, &user, &name, &choices, &typed).await? {
        Answer::Page(page) => return show(&web, &user, is_save, &page),
        Answer::Save(ready) => match apply(&web, &user, *ready, typed.sent.past).await {
            Err(WebError::Store(store::Error::Refused(reason))) => Some(reason),
            other => return other,
        },
    };
    let typed = Typed { refused, ..typed };
    match prepare(&web, &user, &name, &choices, &typed).await? {
        Answer::Page(page) => show(&web, &user, true, &page),
        // What was refused is never ready.
        Answer::Save(_) => Err(WebError::NotFound),
    }
}

async fn prepare(
    web: &Web,
    user: &CurrentUser,
    name: &str,
    choices: &Choices,
    typed: &Typed,
) -> Result<Answer, WebError> {
    let (database, user, name) = (web.database.clone(), user.clone(), name.to_owned());
    let (choices, typed) = (choices.clone(), typed.clone());
    let answer = web
        .database
        .read(move |conn| page::answer(conn, &database, &user, &name, choices, Some(&typed)));
    Ok(answer.await?)
}

fn show(
    web: &Web,
    user: &CurrentUser,
    is_refused: bool,
    page: &(Frame, View),
) -> Result<HttpResponse, WebError> {
    let (frame, view) = page;
    let mut response = web.page(&user.visitor, "pages/grouping_change", frame, view)?;
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

async fn apply(
    web: &Web,
    user: &CurrentUser,
    (found, change): (Found, Change),
    past: bool,
) -> Result<HttpResponse, WebError> {
    let (database, now, author) = (web.database.clone(), user.visitor.now, user.account.id);
    let project = found.project.clone();
    let applied = web.database.write(move |conn| {
        let dictionaries = database.dictionaries();
        regroup::apply(
            conn,
            dictionaries,
            &project,
            &change,
            Some(author),
            now,
            past,
        )
    });
    let applied = applied.await?;
    let slug = &found.project.slug;
    let (text, to) = match applied.rule_id {
        Some(id) => (format!("Saved rule {id}"), address::grouping_rule(slug, id)),
        None => ("Saved the rule".to_owned(), address::grouping(slug)),
    };
    let text = match applied.job_id {
        Some(job) => format!("{text}; job {job} moves past events"),
        None => text,
    };
    let cookie = Toast::plain(text, slug, now)
        .with_link(&format!("Back to {}", found.short_id()), found.address())
        .cookie(web, &user.visitor.csrf);
    Ok(see_other(&to, [cookie]))
}

async fn slug(web: &Web, user: &CurrentUser, name: &str) -> Result<String, WebError> {
    let (account, name) = (user.account.clone(), name.to_owned());
    let found = web
        .database
        .read(move |conn| load::issue(conn, &account, &name));
    Ok(found.await?.project.slug)
}
