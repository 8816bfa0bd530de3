use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::rule_page::{self, Draft, Wish};
use crate::Web;
use crate::error::WebError;
use crate::session::CurrentUser;

/// What the form begins with.
#[derive(Deserialize)]
pub(super) struct Parameters {
    /// `edit`, `on`, `off` or `remove`.
    #[serde(default)]
    change: String,
    /// A step of the rule's history, by its instant in microseconds.
    #[serde(default)]
    restore: Option<i64>,
}

/// `GET /projects/{slug}/grouping/rules/{id}?change=&restore=`
pub(super) async fn show_rule(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
    parameters: web::Query<Parameters>,
) -> Result<HttpResponse, WebError> {
    let draft = Draft {
        wish: Wish::of(&parameters.change).unwrap_or_default(),
        restore: parameters.restore,
        ..Draft::default()
    };
    rule_page::page(&web, user, path.into_inner(), draft).await
}
