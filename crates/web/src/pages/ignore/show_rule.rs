use actix_web::{HttpResponse, web};

use super::rule_page::{self, Asked, Draft};
use crate::Web;
use crate::error::WebError;
use crate::pages::owner::Owner;
use crate::session::CurrentUser;

/// `GET …/ignore-rules/{id}`
pub(super) async fn show_rule(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
) -> Result<HttpResponse, WebError> {
    let (slug, id) = path.into_inner();
    let draft = Draft {
        id: Some(id),
        owner: Owner::Project,
        issue: None,
        form: None,
        step: Asked::Look,
        tried: String::new(),
        refused: None,
        base: None,
    };
    rule_page::page(&web, user, slug, draft).await
}
