use actix_web::{HttpResponse, web};
use watchfire_store::project;

use super::domains::{self, SETTING};
use super::guard::guard;
use super::show::{Refused, refuse};
use crate::csrf::Posted;
use crate::error::WebError;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// `POST /projects/{slug}/domains` with `domains`, one a line.
pub(crate) async fn change_domains(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    guard(&web, &user, &slug).await?;
    let text = form.one("domains").to_owned();
    let domains = match domains::read(&text) {
        Ok(domains) => domains,
        Err(problem) => {
            return refuse(&web, user, slug, Refused::Domains { text, problem }).await;
        }
    };
    let back = format!("{}#domains", address::settings(&slug));
    let text = "Saved the allowed domains".to_owned();
    let toast = Toast::plain(text, &slug, user.visitor.now);
    let cookie = toast.cookie(&web, &user.visitor.csrf);
    web.database
        .write(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            project::set_setting(conn, project.id, SETTING, domains.into())
        })
        .await?;
    Ok(see_other(&back, [cookie]))
}
