use actix_web::{HttpResponse, web};
use watchfire_filter::ignore::{Rule, parse_toml};
use watchfire_store::ignore_rule::{self, Import};
use watchfire_store::{self as store};

use super::import_page::{self, Draft};
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::grouping::rights::guard_organization;
use crate::pages::owner::Owner;
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// `GET …/ignore-rules/import/{owner}`
pub(super) async fn show(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    let (slug, owner) = path.into_inner();
    let owner = Owner::of(&owner).ok_or(WebError::NotFound)?;
    import_page::page(&web, user, slug, Draft::empty(owner)).await
}

/// `POST …/ignore-rules/import/{owner}` with `text`, `how` (`merge`, `replace`), `seen`, `base` and
/// `do` (`check`, `save`). All of a file is taken over or nothing.
pub(super) async fn import(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, String)>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let (slug, owner) = path.into_inner();
    let owner = Owner::of(&owner).ok_or(WebError::NotFound)?;
    guard(&web, &user, &slug).await?;
    if owner == Owner::Organization {
        guard_organization(&web, &user, &slug).await?;
    }
    let mut draft = Draft {
        text: form.one("text").replace("\r\n", "\n"),
        how: match form.one("how") {
            "replace" => Import::Replace,
            _ => Import::Merge,
        },
        is_posted: true,
        is_save: form.one("do") == "save",
        ..Draft::empty(owner)
    };
    // The expressions of the rules are compiled, which takes a thread that may block.
    let text = draft.text.clone();
    let rules = match web::block(move || parse_toml(&text)).await? {
        Ok(rules) => rules,
        Err(problems) => {
            draft.problems = problems.iter().map(ToString::to_string).collect();
            return import_page::page(&web, user, slug, draft).await;
        }
    };
    if rules.is_empty() && draft.how == Import::Merge {
        draft.problems = vec!["The text has no rule; each begins with a line [[rule]].".to_owned()];
        return import_page::page(&web, user, slug, draft).await;
    }
    let is_seen = form.one("seen") == import_page::digest(&draft.text, draft.how);
    draft.rules = rules;
    if !(draft.is_save && is_seen) {
        return import_page::page(&web, user, slug, draft).await;
    }
    let base = form.one("base").to_owned();
    match save(&web, &user, &slug, &draft, base).await {
        Ok(told) => {
            let toast = Toast::plain(told, &slug, user.visitor.now);
            let cookie = toast.cookie(&web, &user.visitor.csrf);
            let list = format!("{}#{}", address::ignore_rules(&slug), owner.word());
            Ok(see_other(&list, [cookie]))
        }
        Err(store::Error::Overtaken(reason)) => {
            draft.save_problem = Some(format!(
                "Not imported: {reason}. What your text would change now stands above; look at it, \
                 then import."
            ));
            import_page::page(&web, user, slug, draft).await
        }
        Err(store::Error::Refused(reason)) => {
            draft.problems = vec![reason];
            import_page::page(&web, user, slug, draft).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn save(
    web: &Web,
    user: &CurrentUser,
    slug: &str,
    draft: &Draft,
    base: String,
) -> store::Result<String> {
    let (account, now, slug) = (user.account.clone(), user.visitor.now, slug.to_owned());
    let (owner, how): (Owner, Import) = (draft.owner, draft.how);
    let rules: Vec<Rule> = draft.rules.clone();
    let imported = web.database.write(move |conn| {
        let project = access::project(conn, &account, &slug)?;
        let scope = owner.scope(&project);
        let how = (how, Some(base.as_str()));
        ignore_rule::import(conn, scope, &rules, how, Some(account.id), now)
    });
    Ok(format!(
        "Imported: {}",
        import_page::words(&imported.await?)
    ))
}
