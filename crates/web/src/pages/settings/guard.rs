use crate::error::WebError;
use crate::session::CurrentUser;
use crate::{Web, access};

/// Lets only those on who may change the settings of the project of this slug.
///
/// # Errors
/// [`WebError::SettingsForbidden`] for members, [`WebError::NotFound`] for everybody else.
pub(in crate::pages) async fn guard(
    web: &Web,
    user: &CurrentUser,
    slug: &str,
) -> Result<(), WebError> {
    let (account, slug) = (user.account.clone(), slug.to_owned());
    let may_change = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &account, &slug)?;
            access::may_change_settings(conn, &account, project.organization_id)
        })
        .await?;
    may_change.then_some(()).ok_or(WebError::SettingsForbidden)
}

/// Leads a reload of a form that was refused, whose address is where it was posted to, back to
/// the settings.
pub(super) async fn to_settings(slug: actix_web::web::Path<Place>) -> actix_web::HttpResponse {
    crate::respond::see_other(&crate::address::settings(&slug.slug), [])
}

/// What the addresses of the forms have in common.
#[derive(serde::Deserialize)]
pub(super) struct Place {
    slug: String,
}
