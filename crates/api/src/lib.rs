//! The Sentry-compatible REST API under `/api/0/` (reference/PRODUCT.md section 9).
//!
//! A route reads rows through `store`, a shape turns them into the JSON that Sentry's clients
//! expect. Every request carries a Bearer token whose scopes are checked by the route.
//!
//! **Invariant:** knows nothing of HTML and nothing of the SDK protocol.

mod auth;
mod body;
mod category;
mod error;
mod page;
mod period;
mod routes;
mod series;
mod shape;

use actix_web::web::{self, ServiceConfig};
use watchfire_store::{Blobs, Database, Writer};

/// The scopes that a token can have (reference/PRODUCT.md section 9.1).
pub const SCOPES: &[&str] = &[
    "org:read",
    "org:write",
    "org:admin",
    "org:ci",
    "project:read",
    "project:write",
    "project:admin",
    "project:releases",
    "team:read",
    "team:write",
    "team:admin",
    "member:read",
    "member:write",
    "member:admin",
    "event:read",
    "event:write",
    "event:admin",
    "alerts:read",
    "alerts:write",
];

/// The longest body of a request.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// The longest body of a request that may hold whole texts of grouping rules: several times what
/// their characters can take.
const RULES_BODY_BYTES_MAX: usize = 1024 * 1024;

/// What the routes work with.
#[derive(Clone)]
pub struct Api {
    /// Where everything is kept.
    pub database: Database,
    /// What stores feedback.
    pub writer: Writer,
    /// Where the bytes of attachments lie.
    pub blobs: Blobs,
    /// The public origin without a slash at the end, for links and DSNs.
    pub public_url: String,
}

/// Registers every route under `/api/0/`.
pub fn configure(config: &mut ServiceConfig, api: Api) {
    config.service(
        web::scope("/api/0")
            .app_data(web::Data::new(api))
            .app_data(json_config())
            .app_data(web::QueryConfig::default().error_handler(|error, _| refused(&error)))
            .app_data(web::PathConfig::default().error_handler(|error, _| refused(&error)))
            .configure(routes::configure)
            .default_service(web::to(routes::not_found)),
    );
}

/// Bodies are JSON whatever their Content-Type says: `curl -d` names forms.
fn json_config() -> web::JsonConfig {
    web::JsonConfig::default()
        .limit(BODY_BYTES_MAX)
        .content_type_required(false)
        .content_type(|_| true)
        .error_handler(|error, _| refused(&error))
}

/// The same for requests that may hold whole texts of grouping rules.
fn rules_json_config() -> web::JsonConfig {
    json_config().limit(RULES_BODY_BYTES_MAX)
}

/// What actix would answer as plain text, as JSON.
fn refused(error: &dyn std::fmt::Display) -> actix_web::Error {
    error::ApiError::BadRequest(error.to_string()).into()
}
