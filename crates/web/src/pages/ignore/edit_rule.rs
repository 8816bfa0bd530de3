use actix_web::{HttpResponse, web};
use watchfire_event::Timestamp;
use watchfire_store::ignore_rule::{self, StoredRule};
use watchfire_store::{self as store};

use super::form::{Form, Step};
use super::rule_page::{self, Asked, Draft, owner_of};
use super::rule_view;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::grouping::rights::guard_organization;
use crate::pages::owner::Owner;
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// `POST …/ignore-rules/{id}` with the fields of the form, `tried`, `base`, the version that it was
/// made from, and `do`, the button.
pub(super) async fn edit_rule(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let (slug, id) = path.into_inner();
    let stored = guarded(&web, &user, &slug, id).await?;
    let step = Step::of(form.one("do"))?;
    let mut filled = Form::read(&form);
    filled.take(step);
    let mut draft = Draft {
        id: Some(id),
        owner: owner_of(&stored),
        issue: None,
        form: Some(filled),
        step: Asked::Button(step),
        tried: form.one("tried").to_owned(),
        refused: None,
        base: None,
    };
    match base_of(&form) {
        Ok(base) => draft.base = base,
        Err(unreadable) => {
            draft.refuse(&unreadable.to_string());
            return rule_page::page(&web, user, slug, draft).await;
        }
    }
    let Some(rule) = rule_page::may_save(&draft, Some(&stored)).await? else {
        return rule_page::page(&web, user, slug, draft).await;
    };
    let (account, now, name) = (user.account.clone(), user.visitor.now, slug.clone());
    let (saved_name, base) = (rule.name.clone(), draft.base.unwrap_or(stored.changed_at));
    let saved = web.database.write(move |conn| {
        let project = access::project(conn, &account, &name)?;
        let stored = rule_view::find(conn, &project, id)?;
        ignore_rule::check_base(conn, &stored, base)?;
        ignore_rule::edit(conn, &stored, &rule, Some(account.id), now)
    });
    match saved.await {
        Ok(()) => {
            let toast = Toast::plain(format!("Saved the rule “{saved_name}”"), &slug, now);
            let cookie = toast.cookie(&web, &user.visitor.csrf);
            Ok(see_other(&address::ignore_rules(&slug), [cookie]))
        }
        Err(store::Error::Refused(reason)) => {
            draft.refused = Some(reason);
            rule_page::page(&web, user, slug, draft).await
        }
        Err(store::Error::Overtaken(reason)) => {
            draft.refuse(&reason);
            rule_page::page(&web, user, slug, draft).await
        }
        Err(other) => Err(other.into()),
    }
}

impl Draft {
    /// Keeps what was typed, to be saved in the place of what is saved now.
    fn refuse(&mut self, reason: &str) {
        self.refused = Some(format!(
            "Not saved: {reason}. Your text is still here; what is saved now stands below. To put \
             yours in its place, save again."
        ));
        self.base = None;
    }
}

/// The version that a form was made from; nothing when it does not say.
///
/// # Errors
/// [`store::Error::Refused`] when what it says is no version.
pub(super) fn base_of(form: &Posted) -> store::Result<Option<Timestamp>> {
    let said = form.one("base");
    match said.parse() {
        Ok(at) => Ok(Some(Timestamp(at))),
        Err(_) if said.is_empty() => Ok(None),
        Err(_) => {
            let reason = "the version that this was made from cannot be read";
            Err(store::Error::Refused(reason.to_owned()))
        }
    }
}

/// The rule of a number, when the person may change it.
///
/// # Errors
/// [`WebError::SettingsForbidden`] or [`WebError::OrganizationForbidden`] for those who may see it
/// alone, [`store::Error::NotFound`] for everybody else.
pub(super) async fn guarded(
    web: &Web,
    user: &CurrentUser,
    slug: &str,
    id: i64,
) -> Result<StoredRule, WebError> {
    guard(web, user, slug).await?;
    let (account, name) = (user.account.clone(), slug.to_owned());
    let stored = web.database.read(move |conn| {
        let project = access::project(conn, &account, &name)?;
        rule_view::find(conn, &project, id)
    });
    let stored = stored.await?;
    if owner_of(&stored) == Owner::Organization {
        guard_organization(web, user, slug).await?;
    }
    Ok(stored)
}
