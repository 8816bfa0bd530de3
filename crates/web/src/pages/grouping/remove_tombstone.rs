use actix_web::{HttpResponse, web};
use watchfire_store::{self as store, tombstone};

use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// `POST /projects/{slug}/grouping/discarded/{id}`: takes events of a discarded issue again.
pub(super) async fn remove_tombstone(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    let (slug, id) = path.into_inner();
    guard(&web, &user, &slug).await?;
    let back = format!("{}#discarded", address::grouping(&slug));
    let told = "The next such event makes an issue again".to_owned();
    let toast = Toast::plain(told, &slug, user.visitor.now);
    let cookie = toast.cookie(&web, &user.visitor.csrf);
    web.database
        .write(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            if tombstone::remove(conn, project.id, id)? {
                Ok(())
            } else {
                Err(store::Error::NotFound)
            }
        })
        .await?;
    Ok(see_other(&back, [cookie]))
}
