use actix_web::{HttpResponse, web};
use watchfire_grouping::Version;
use watchfire_store::regroup::{self, Change};
use watchfire_store::{self as store};

use super::form::Sent;
use super::version_page;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// `POST /projects/{slug}/grouping/version` with `to`, `action` (`preview`, `save`), `previewed`
/// and `past`.
pub(super) async fn change_version(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    guard(&web, &user, &slug).await?;
    let to = Version::from_id(form.one("to")).ok_or_else(|| {
        WebError::BadRequest("There is no version of the grouping of that name.".to_owned())
    })?;
    let sent = Sent::read(&form)?;
    let change = Change::SetVersion(to);
    if !sent.may_save(&change) {
        return version_page::page(&web, user, slug, to, Some(sent), None).await;
    }
    let database = web.database.clone();
    let (account, now, name, past) = (
        user.account.clone(),
        user.visitor.now,
        slug.clone(),
        sent.past,
    );
    let applied = web.database.write(move |conn| {
        let project = access::project(conn, &account, &name)?;
        let dictionaries = database.dictionaries();
        let author = Some(account.id);
        regroup::apply(conn, dictionaries, &project, &change, author, now, past)
    });
    match applied.await {
        Ok(_) => {
            let toast = Toast::plain(
                format!("Events are grouped by {to} from now on"),
                &slug,
                now,
            );
            let cookie = toast.cookie(&web, &user.visitor.csrf);
            let back = format!("{}#version", address::grouping(&slug));
            Ok(see_other(&back, [cookie]))
        }
        Err(store::Error::Refused(reason)) => {
            version_page::page(&web, user, slug, to, Some(sent), Some(reason)).await
        }
        Err(other) => Err(other.into()),
    }
}
