//! What clients ask about the token's account.

use actix_web::{HttpResponse, web};
use serde_json::json;
use watchfire_store::user;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::shape;

/// `GET /auth/`: the account of the token.
pub(crate) async fn show(api: web::Data<Api>, caller: Caller) -> Result<HttpResponse, ApiError> {
    let found = match caller.user() {
        Some(id) => api.database.read(move |conn| user::get(conn, id)).await?,
        None => None,
    };
    let user = found.ok_or_else(|| {
        ApiError::BadRequest(
            "this token belongs to no account; make one with `watchfire token create --user`"
                .to_owned(),
        )
    })?;
    Ok(HttpResponse::Ok().json(shape::user(&user)))
}

/// `GET /users/me/regions/`: there is only this place. Clients take an empty list for that.
pub(crate) async fn regions(_caller: Caller) -> HttpResponse {
    HttpResponse::Ok().json(json!({"regions": []}))
}
