//! What every answer of this crate carries, and the page that an error becomes.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    self, ContentType, HeaderMap, HeaderName, HeaderValue, TryIntoHeaderValue,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest};
use watchfire_event::Timestamp;

use crate::Web;
use crate::error::WebError;
use crate::frame::Frame;
use crate::session::Visitor;

/// No script and no style inside pages, nothing from elsewhere, no frame around us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' \
                      data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// The middleware of all pages: turns errors into pages and adds the headers.
pub(crate) async fn finish(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // Routed as the GET that it asks about; the server's codec remembers to leave the body out.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    // Handlers' errors are answers already; what comes as `Err` is not ours.
    let mut response = next.call(request).await?.map_into_boxed_body();
    if let Some(page) = error_page(&response) {
        let (request, bare) = response.into_parts();
        let mut page = bare.set_body(BoxBody::new(page));
        insert(
            page.headers_mut(),
            header::CONTENT_TYPE,
            ContentType::html().try_into_value().ok(),
        );
        response = ServiceResponse::new(request, page);
    }
    add(response.headers_mut());
    Ok(response)
}

fn add(headers: &mut HeaderMap) {
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        insert(headers, name, Some(HeaderValue::from_static(value)));
    }
    // Files of strangers come with a stricter one of their own.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let policy = HeaderValue::from_static(POLICY);
        insert(headers, header::CONTENT_SECURITY_POLICY, Some(policy));
    }
    // Pages hold people's data: no proxy may keep them. The browser may, for going back at once.
    if !headers.contains_key(header::CACHE_CONTROL) {
        insert(
            headers,
            header::CACHE_CONTROL,
            Some(HeaderValue::from_static("private, no-cache")),
        );
    }
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: Option<HeaderValue>) {
    if let Some(value) = value {
        headers.insert(name, value);
    }
}

/// The page of an error, when the answer is one; logs it.
fn error_page(response: &ServiceResponse<BoxBody>) -> Option<String> {
    let request = response.request();
    let error = response.response().error()?.as_error::<WebError>()?;
    error.log(request.path());
    if response.status().is_redirection() {
        return None;
    }
    Some(render(request, error).unwrap_or_else(|| error.page().advice))
}

fn render(request: &HttpRequest, error: &WebError) -> Option<String> {
    let web = Web::of(request).ok()?;
    let page = error.page();
    let visitor = Visitor::anonymous(request, Timestamp::now());
    let frame = Frame::new(&visitor, page.heading);
    match web.templates.page("pages/error", &frame, &page) {
        Ok(html) => Some(html),
        Err(error) => {
            WebError::from(error).log(request.path());
            None
        }
    }
}
