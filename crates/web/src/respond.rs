//! The answers that handlers give: a page, a part of one, or the way to another page.

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::header;
use serde::Serialize;

use crate::Web;
use crate::error::WebError;
use crate::frame::Frame;
use crate::session::Visitor;

impl Web {
    /// The page of template `name`, which sees the fields of `view` and the frame as `frame`.
    pub(crate) fn page<V: Serialize>(
        &self,
        visitor: &Visitor,
        name: &str,
        frame: &Frame,
        view: &V,
    ) -> Result<HttpResponse, WebError> {
        let html = self.templates.page(name, frame, view)?;
        let mut response = HttpResponse::Ok();
        response.content_type("text/html; charset=utf-8");
        if let Some(cookie) = visitor.fresh_cookie(self) {
            response.cookie(cookie);
        }
        Ok(response.body(html))
    }

    /// The markup of template `name` without the layout, for a page that is open already.
    pub(crate) fn part<V: Serialize>(
        &self,
        name: &str,
        frame: &Frame,
        view: &V,
    ) -> Result<HttpResponse, WebError> {
        Ok(HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(self.templates.part(name, frame, view)?))
    }
}

/// The answer to a form: go on to this page, with these cookies.
pub(crate) fn see_other(
    path: &str,
    cookies: impl IntoIterator<Item = Cookie<'static>>,
) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, path));
    for cookie in cookies {
        response.cookie(cookie);
    }
    response.finish()
}
