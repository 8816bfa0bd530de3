//! The one-time link that makes the first account.

mod create;
mod show;

use actix_web::web;
use serde::Serialize;

/// The form for the first account, as filled in so far.
#[derive(Default, Serialize)]
struct View {
    token: String,
    name: String,
    email: String,
    email_problem: Option<String>,
    password_problem: Option<String>,
}

/// The routes of setting up.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/setup/{token}", web::get().to(show::show))
        .route("/setup/{token}", web::post().to(create::create));
}
