use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::text_page::{self, Draft, Which};
use crate::Web;
use crate::error::WebError;
use crate::session::CurrentUser;

/// What the form begins with.
#[derive(Deserialize)]
pub(super) struct Parameters {
    /// The number of an earlier text.
    #[serde(default)]
    restore: Option<i64>,
}

/// `GET /projects/{slug}/grouping/texts/{owner}/{kind}?restore=`
pub(super) async fn show_text(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, String, String)>,
    parameters: web::Query<Parameters>,
) -> Result<HttpResponse, WebError> {
    let which = Which::read(path.into_inner())?;
    let draft = Draft {
        restore: parameters.restore,
        ..Draft::default()
    };
    text_page::page(&web, user, which, draft).await
}
