//! How a project is sampled: what is kept here, what clients keep to themselves, and spikes.

mod change;
mod client_view;
mod form;
mod show;
pub(crate) mod spike_view;

use actix_web::web;

/// The routes of sampling.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let page = web::resource("/projects/{slug}/sampling");
    let page = page.route(web::get().to(show::show));
    config.service(page.route(web::post().to(change::change)));
}
