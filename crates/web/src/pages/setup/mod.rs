//! The one-time link that makes the first account.

mod create;
mod show;

use actix_web::web;
use serde::Serialize;
use watchfire_store::setup_link;

use crate::Web;
use crate::error::WebError;

/// The form for the first account, as filled in so far.
#[derive(Default, Serialize)]
struct View {
    token: String,
    name: String,
    email: String,
    email_problem: Option<String>,
    password_problem: Option<String>,
}

/// Whether the link with this secret was not used yet.
async fn is_valid(web: &Web, token: &str) -> Result<bool, WebError> {
    let token = token.to_owned();
    Ok(web
        .database
        .read(move |conn| setup_link::is_valid(conn, &token))
        .await?)
}

/// The routes of setting up.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/setup/{token}", web::get().to(show::show))
        .route("/setup/{token}", web::post().to(create::create));
}
