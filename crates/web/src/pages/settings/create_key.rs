use actix_web::{HttpResponse, web};
use watchfire_store::key;

use super::change_key::label_problem;
use super::guard::guard;
use super::show::{Refused, refuse};
use crate::csrf::Posted;
use crate::error::WebError;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// How many keys a project may have.
const KEYS_MAX: usize = 100;

/// `POST /projects/{slug}/keys` with `label`: makes a key.
pub(crate) async fn create_key(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    guard(&web, &user, &slug).await?;
    let label = form.one("label").trim().to_owned();
    if let Some(problem) = label_problem(&label) {
        return refuse(&web, user, slug, Refused::NewKey { label, problem }).await;
    }
    let (account, now) = (user.account.clone(), user.visitor.now);
    let (name, wanted) = (slug.clone(), label.clone());
    let made = web
        .database
        .write(move |conn| {
            let project = access::project(conn, &account, &name)?;
            if key::list(conn, project.id)?.len() >= KEYS_MAX {
                return Ok(None);
            }
            key::create(conn, project.id, &wanted, now).map(Some)
        })
        .await?;
    match made {
        Some(key) => {
            let toast = Toast::plain(format!("Made the key “{}”", key.label), &slug, now);
            let cookie = toast.cookie(&web, &user.visitor.csrf);
            Ok(see_other(
                &address::key_of_settings(&slug, key.id),
                [cookie],
            ))
        }
        None => {
            let problem = format!("A project has at most {KEYS_MAX} keys. Delete one first.");
            refuse(&web, user, slug, Refused::NewKey { label, problem }).await
        }
    }
}
