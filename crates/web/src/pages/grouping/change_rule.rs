use actix_web::{HttpResponse, web};
use watchfire_store::grouping_rules::{Rule, Scope};
use watchfire_store::regroup::{self, Applied};
use watchfire_store::{self as store};

use super::form::{Asked, Sent, lines_of, rule_problem};
use super::rights::guard_organization;
use super::rule_page::{self, Draft, Wish};
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// `POST /projects/{slug}/grouping/rules/{id}` with `change` (`edit`, `on`, `off`, `remove`),
/// `text` to edit, `action` (`preview`, `save`), `previewed` and `past`.
pub(super) async fn change_rule(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let (slug, id) = path.into_inner();
    guard(&web, &user, &slug).await?;
    let wish = Wish::of(form.one("change")).ok_or_else(|| {
        WebError::BadRequest("A rule can be edited, switched on or off, or removed.".to_owned())
    })?;
    let sent = Sent::read(&form)?;
    let text = lines_of(form.one("text"));
    let change = wish.change(id, &text);
    let mut draft = Draft {
        wish,
        text: (wish == Wish::Edit).then(|| text.clone()),
        sent: Some(sent.clone()),
        ..Draft::default()
    };
    if sent.asked == Asked::Save {
        let rule = load(&web, &user, &slug, id).await?;
        if matches!(rule.scope, Scope::Organization(_)) {
            guard_organization(&web, &user, &slug).await?;
        }
        if wish == Wish::Edit {
            draft.problem = rule_problem(rule.kind, &text);
        }
    }
    if draft.problem.is_some() || !sent.may_save(&change) {
        return rule_page::page(&web, user, (slug, id), draft).await;
    }
    let database = web.database.clone();
    let (account, now, name) = (user.account.clone(), user.visitor.now, slug.clone());
    let applied = web.database.write(move |conn| {
        let project = access::project(conn, &account, &name)?;
        rule_page::find(conn, &project, id)?;
        let author = Some(account.id);
        let dictionaries = database.dictionaries();
        regroup::apply(
            conn,
            dictionaries,
            &project,
            &change,
            author,
            now,
            sent.past,
        )
    });
    match applied.await {
        Ok(applied) => {
            let toast = Toast::plain(told(wish, id, applied), &slug, now);
            let cookie = toast.cookie(&web, &user.visitor.csrf);
            Ok(see_other(&address::grouping_rule(&slug, id), [cookie]))
        }
        Err(store::Error::Refused(reason)) => {
            draft.problem = Some(reason);
            rule_page::page(&web, user, (slug, id), draft).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn load(web: &Web, user: &CurrentUser, slug: &str, id: i64) -> Result<Rule, WebError> {
    let (account, slug) = (user.account.clone(), slug.to_owned());
    let rule = web.database.read(move |conn| {
        let project = access::project(conn, &account, &slug)?;
        rule_page::find(conn, &project, id)
    });
    Ok(rule.await?)
}

fn told(wish: Wish, id: i64, applied: Applied) -> String {
    let did = match wish {
        Wish::Edit => format!("Saved rule {id}"),
        Wish::On => format!("Switched rule {id} on"),
        Wish::Off => format!("Switched rule {id} off"),
        Wish::Remove => format!("Removed rule {id}"),
    };
    match applied.job_id {
        Some(job) => format!("{did}; job {job} moves past events"),
        None => did,
    }
}
