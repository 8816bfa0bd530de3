use actix_web::{HttpResponse, web};
use watchfire_store::grouping_rules::Scope;
use watchfire_store::project::Project;
use watchfire_store::regroup;
use watchfire_store::{self as store};

use super::form::{Asked, Sent, lines_of};
use super::rights::guard_organization;
use super::text_page::{self, Draft, Which};
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access};

/// `POST /projects/{slug}/grouping/texts/{owner}/{kind}` with `text`, `action` (`preview`, `save`),
/// `previewed` and `past`.
pub(super) async fn change_text(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, String, String)>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let which = Which::read(path.into_inner())?;
    guard(&web, &user, &which.slug).await?;
    let sent = Sent::read(&form)?;
    let text = lines_of(form.one("text"));
    let mut draft = Draft {
        text: Some(text.clone()),
        sent: Some(sent.clone()),
        ..Draft::default()
    };
    let project = project(&web, &user, &which).await?;
    let scope = which.owner.scope(&project);
    if sent.asked == Asked::Save && matches!(scope, Scope::Organization(_)) {
        guard_organization(&web, &user, &which.slug).await?;
    }
    let change = which.change(&project, text);
    if !sent.may_save(&change) {
        return text_page::page(&web, user, which, draft).await;
    }
    let (database, now, author) = (web.database.clone(), user.visitor.now, user.account.id);
    let applied = web.database.write(move |conn| {
        let dictionaries = database.dictionaries();
        regroup::apply(
            conn,
            dictionaries,
            &project,
            &change,
            Some(author),
            now,
            sent.past,
        )
    });
    match applied.await {
        Ok(applied) => {
            let told = match applied.job_id {
                Some(job) => format!("Saved the rules; job {job} moves past events"),
                None => "Saved the rules".to_owned(),
            };
            let toast = Toast::plain(told, &which.slug, now);
            let cookie = toast.cookie(&web, &user.visitor.csrf);
            Ok(see_other(&which.address(), [cookie]))
        }
        Err(store::Error::Refused(reason)) => {
            draft.problem = Some(reason);
            text_page::page(&web, user, which, draft).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn project(web: &Web, user: &CurrentUser, which: &Which) -> Result<Project, WebError> {
    let (account, slug) = (user.account.clone(), which.slug.clone());
    let project = web
        .database
        .read(move |conn| access::project(conn, &account, &slug));
    Ok(project.await?)
}
