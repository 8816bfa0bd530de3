//! The releases of a project and their health (reference/PRODUCT.md section 7).

mod bars;
mod list;
mod row;
mod selection;

use actix_web::web;

/// The routes of releases.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let list = web::resource(["/projects/{slug}/releases", "/projects/{slug}/releases/"]);
    config.service(list.route(web::get().to(list::list)));
}
