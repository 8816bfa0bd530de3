use actix_web::{HttpResponse, web};
use watchfire_store::setup_link;

use super::View;
use crate::Web;
use crate::error::WebError;
use crate::frame::Frame;
use crate::session::Visitor;

/// `GET /setup/{token}`: the form for the first account.
pub(crate) async fn show(
    web: web::Data<Web>,
    visitor: Visitor,
    token: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let token = token.into_inner();
    let lookup = token.clone();
    let is_valid = web
        .database
        .read(move |conn| setup_link::is_valid(conn, &lookup))
        .await?;
    if !is_valid {
        return Err(WebError::SetupLinkUsed);
    }
    let view = View {
        token,
        ..View::default()
    };
    let frame = Frame::new(&visitor, "Set up");
    web.page(&visitor, "pages/setup", &frame, &view)
}
