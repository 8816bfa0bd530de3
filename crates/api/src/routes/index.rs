//! `GET /api/0/`: who am I. sentry-cli checks its token with it.

use actix_web::{HttpResponse, web};
use serde_json::json;
use watchfire_store::user;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

/// The API's version, the token's scopes and its account.
pub(crate) async fn show(api: web::Data<Api>, caller: Caller) -> Result<HttpResponse, ApiError> {
    let found = match caller.user() {
        Some(id) => api.database.read(move |conn| user::get(conn, id)).await?,
        None => None,
    };
    let user = found.map(|user| json!({"id": user.id.to_string(), "email": user.email}));
    Ok(HttpResponse::Ok().json(json!({
        "version": "0",
        "auth": {"scopes": caller.scopes()},
        "user": user,
    })))
}
