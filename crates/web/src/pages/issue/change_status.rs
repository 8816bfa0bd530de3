//! Resolves, reopens or archives an issue and offers to undo it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use watchfire_store::issue;

use super::load;
use crate::Web;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::issues::action;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;

/// `POST …/issues/{id}/status`: the field `action` says what to do, `back` where to go on.
pub(super) async fn change_status(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let (change, verb) = action::read(form.one("action"))?;
    let (account, now) = (user.account, user.visitor.now);
    let name = load::issue_name(&request);
    let (found, former) = web
        .database
        .write(move |conn| {
            let found = load::issue(conn, &account, &name)?;
            let ids = [found.issue.id];
            let former = issue::change_status(conn, &ids, change, Some(account.id), now)?;
            Ok((found, former))
        })
        .await?;
    let address = found.address();
    let text = if former.is_empty() {
        "Nothing changed: it was so already".to_owned()
    } else {
        format!("{verb} {}", found.short_id())
    };
    let toast = Toast::new(text, &found.project.slug, former, now);
    let cookie = toast.cookie(&web, &user.visitor.csrf);
    Ok(see_other(form.back(&address), [cookie]))
}
