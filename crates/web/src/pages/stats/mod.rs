//! What became of everything that came in (reference/PRODUCT.md section 5.3).

pub(crate) mod category;
mod chart;
mod kind;
pub(crate) mod reason;
mod report;
mod selection;
mod show;

use actix_web::web;

/// The routes of the stats.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let resource = web::resource(["/projects/{slug}/stats", "/projects/{slug}/stats/"]);
    config.service(resource.route(web::get().to(show::show)));
}
