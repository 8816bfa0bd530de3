//! What users wrote: the list of a project, and what an issue's page shows of it.

mod change;
pub(crate) mod entry;
mod list;
mod selection;

use actix_web::web;

/// The routes of feedback.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let list = web::resource(["/projects/{slug}/feedback", "/projects/{slug}/feedback/"]);
    config.service(list.route(web::get().to(list::list))).route(
        "/projects/{slug}/feedback/{id}",
        web::post().to(change::change),
    );
}
