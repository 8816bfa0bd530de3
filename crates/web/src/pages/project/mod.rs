//! Projects: making one, first steps with it.

mod create;
mod first_event;
mod open;
mod snippet;
mod start;

use actix_web::web;

/// The routes of projects.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(open::open))
        .route("/projects/new", web::get().to(create::show))
        .route("/projects/new", web::post().to(create::create))
        .route("/projects/{slug}", web::get().to(open::open_project))
        .route("/projects/{slug}/start", web::get().to(start::start))
        .route(
            "/projects/{slug}/first-event",
            web::get().to(first_event::first_event),
        );
}
