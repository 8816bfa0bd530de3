use actix_web::{HttpResponse, web};
use watchfire_event::IssueId;
use watchfire_store::ignore_rule;
use watchfire_store::{self as store};

use super::form::{Form, Step};
use super::rule_page::{self, Asked, Draft};
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::grouping::rights::guard_organization;
use crate::pages::owner::Owner;
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// `POST …/ignore-rules/new` with the fields of the form, `scope` (`project`, `organization`),
/// `issue`, `tried` and `do`, the button.
pub(super) async fn create(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    guard(&web, &user, &slug).await?;
    let step = Step::of(form.one("do"))?;
    let owner = Owner::of(form.one("scope")).unwrap_or(Owner::Project);
    if owner == Owner::Organization {
        guard_organization(&web, &user, &slug).await?;
    }
    let mut filled = Form::read(&form);
    filled.take(step);
    let mut draft = Draft {
        id: None,
        owner,
        issue: form.one("issue").parse().ok().map(IssueId),
        form: Some(filled),
        step: Asked::Button(step),
        tried: form.one("tried").to_owned(),
        refused: None,
        base: None,
    };
    let Some(rule) = rule_page::may_save(&draft, None).await? else {
        return rule_page::page(&web, user, slug, draft).await;
    };
    let (account, now, name) = (user.account.clone(), user.visitor.now, slug.clone());
    let (issue, saved_name) = (draft.issue, rule.name.clone());
    let saved = web.database.write(move |conn| {
        let project = access::project(conn, &account, &name)?;
        let issue = match issue {
            Some(id) => store::issue::get(conn, id)?
                .filter(|issue| issue.project_id == project.id)
                .map(|issue| issue.id),
            None => None,
        };
        let scope = owner.scope(&project);
        ignore_rule::add(conn, scope, &rule, issue, Some(account.id), now)
    });
    match saved.await {
        Ok(_) => {
            let toast = Toast::plain(format!("Made the rule “{saved_name}”"), &slug, now);
            let cookie = toast.cookie(&web, &user.visitor.csrf);
            Ok(see_other(&address::ignore_rules(&slug), [cookie]))
        }
        Err(store::Error::Refused(reason)) => {
            draft.refused = Some(reason);
            rule_page::page(&web, user, slug, draft).await
        }
        Err(other) => Err(other.into()),
    }
}
