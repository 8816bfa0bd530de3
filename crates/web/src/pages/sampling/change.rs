use actix_web::{HttpResponse, web};
use watchfire_store::grouping_rules::Scope;
use watchfire_store::sampling::{self, Settings};

use super::form;
use super::show::page;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// `POST /projects/{slug}/sampling` with the settings by their names.
pub(super) async fn change(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    guard(&web, &user, &slug).await?;
    let settings = match form::read(&form, Settings::default()) {
        Ok(settings) => settings,
        Err(fields) => return page(&web, user, slug, Some(fields)).await,
    };
    let back = format!("{}#settings", address::sampling(&slug));
    let text = "Saved the sampling settings".to_owned();
    let toast = Toast::plain(text, &slug, user.visitor.now);
    let cookie = toast.cookie(&web, &user.visitor.csrf);
    web.database
        .write(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            Scope::Project(project.id).lock(conn)?;
            sampling::set(conn, project.id, &settings)
        })
        .await?;
    Ok(see_other(&back, [cookie]))
}
