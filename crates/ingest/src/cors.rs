//! What browsers must be told so that a page of another origin may report here
//! (reference/PROTOCOL.md section 2.2).

use actix_web::HttpResponse;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CROSS_ORIGIN_RESOURCE_POLICY, HeaderMap,
    HeaderValue,
};

/// `sentry-trace` and `baggage` are not in Relay's list; the newest SDKs may add them.
const REQUEST_HEADERS: &str = "x-sentry-auth,x-requested-with,x-forwarded-for,origin,referer,\
    accept,content-type,authentication,authorization,content-encoding,transfer-encoding,\
    sentry-trace,baggage";

/// Lets any page read this answer. Errors need it too: a browser SDK must see rate limits.
pub(crate) fn allow(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("x-sentry-error,x-sentry-rate-limits,retry-after"),
    );
    headers.insert(
        CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static("cross-origin"),
    );
}

/// The answer to a preflight: any page may post.
pub(crate) async fn preflight() -> HttpResponse {
    let mut response = HttpResponse::Ok().finish();
    let headers = response.headers_mut();
    allow(headers);
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("POST"),
    );
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static(REQUEST_HEADERS),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    response
}
