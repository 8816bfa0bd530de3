use actix_web::{HttpResponse, web};
use watchfire_store::{self as store, feedback};

use crate::csrf::Posted;
use crate::error::WebError;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// `POST /projects/{slug}/feedback/{id}` with `action` (`resolve` or `reopen`) and `back`.
pub(crate) async fn change(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let (slug, id) = path.into_inner();
    let is_resolved = match form.one("action") {
        "resolve" => true,
        "reopen" => false,
        other => {
            return Err(WebError::BadRequest(format!(
                "“{other}” is no action. Use resolve or reopen."
            )));
        }
    };
    let list = address::feedback(&slug);
    let text = if is_resolved {
        "Resolved the message"
    } else {
        "Reopened the message"
    };
    let toast = Toast::plain(text.to_owned(), &slug, user.visitor.now);
    let cookie = toast.cookie(&web, &user.visitor.csrf);
    web.database
        .write(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            if feedback::set_resolved(conn, project.id, id, is_resolved)? {
                Ok(())
            } else {
                Err(store::Error::NotFound)
            }
        })
        .await?;
    Ok(see_other(form.back(&list), [cookie]))
}
