use actix_web::{HttpResponse, web};

use super::{View, is_valid};
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
    if !is_valid(&web, &token).await? {
        return Err(WebError::SetupLinkUsed);
    }
    let view = View {
        token,
        ..View::default()
    };
    let frame = Frame::new(&visitor, "Set up");
    web.page(&visitor, "pages/setup", &frame, &view)
}
