//! What people set for themselves.

mod change_password;
mod change_theme;
mod show;

use actix_web::web;

/// The routes of accounts.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/account", web::get().to(show::show))
        .route("/account", web::post().to(change_password::change_password))
        .route("/theme", web::post().to(change_theme::change_theme));
}
