use actix_web::{HttpResponse, web};
use serde::Deserialize;
use watchfire_grouping::Version;

use super::version_page;
use crate::Web;
use crate::error::WebError;
use crate::session::CurrentUser;

/// Which version is asked about.
#[derive(Deserialize)]
pub(super) struct Parameters {
    /// Its name; the newest without.
    #[serde(default)]
    to: String,
}

/// `GET /projects/{slug}/grouping/version?to=`
pub(super) async fn show_version(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    parameters: web::Query<Parameters>,
) -> Result<HttpResponse, WebError> {
    let to = match parameters.to.as_str() {
        "" => Version::LATEST,
        id => Version::from_id(id).ok_or(WebError::NotFound)?,
    };
    version_page::page(&web, user, slug.into_inner(), to, None, None).await
}
