//! Deletes the issue of a page, or deletes it and discards what comes of its kind.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::load;
use crate::Web;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::issues::remove::Removal;
use crate::session::CurrentUser;

/// `POST …/issues/{id}/delete`: `sure` is `yes`, `back` is where to go on. Without `sure` the page
/// asks.
pub(super) async fn delete(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    remove(Removal::Delete, &web, user, &request, &form).await
}

/// `POST …/issues/{id}/discard`: as [`delete`], and later events of the kind are dropped.
pub(super) async fn discard(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    remove(Removal::Discard, &web, user, &request, &form).await
}

async fn remove(
    removal: Removal,
    web: &Web,
    user: CurrentUser,
    request: &HttpRequest,
    form: &Posted,
) -> Result<HttpResponse, WebError> {
    let name = load::issue_name(request);
    let account = user.account.clone();
    let find = web
        .database
        .read(move |conn| load::issue(conn, &account, &name));
    let found = find.await?;
    let ids = vec![found.issue.id];
    removal
        .answer(web, user, found.project.slug, ids, form)
        .await
}
