//! The static files of `web/static`: styles, scripts and the icon.
//!
//! Their address carries a hash over all of them, `/static/<hash>/base.css`, so that browsers keep
//! them for ever and modules can import each other by relative paths.

use std::borrow::Cow;
use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{self, Bytes};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::error::WebError;

#[derive(RustEmbed)]
#[folder = "../../web/static"]
struct Files;

/// The path under which static files live, with the hash and the file's own path in it.
pub(crate) const ROUTE: &str = "/static/{version}/{path:.*}";

static VERSION: LazyLock<String> = LazyLock::new(|| {
    // A debug build reads the files from disk, where they change under a running server.
    if cfg!(debug_assertions) {
        return "debug".to_owned();
    }
    let mut hash = Sha256::new();
    for name in Files::iter() {
        hash.update(name.as_bytes());
        if let Some(file) = Files::get(&name) {
            hash.update(&file.data);
        }
    }
    hash.finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
});

/// The address of the static file at this path below `web/static`.
pub(crate) fn address(path: &str) -> String {
    format!("/static/{}/{path}", *VERSION)
}

/// Serves one static file. An address with another version's hash gets today's file, unkept.
pub(crate) async fn show(path: web::Path<(String, String)>) -> Result<HttpResponse, WebError> {
    let (version, name) = path.into_inner();
    let file = Files::get(&name).ok_or(WebError::NotFound)?;
    let keep = if version == *VERSION && !cfg!(debug_assertions) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Ok(HttpResponse::Ok()
        .content_type(media_type(&name))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static(keep)))
        .body(match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        }))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
