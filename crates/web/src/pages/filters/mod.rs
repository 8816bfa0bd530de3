//! The inbound filters of a project: a switch for each with what it refused lately, and the lists
//! of what a team does not want.

mod change;
mod counts;
mod form;
mod show;
pub(super) mod summary;
pub(super) mod undo;

use actix_web::web;

/// How many bytes the form has at most: five lists of a thousand lines.
const FORM_BYTES_MAX: usize = 1024 * 1024;

/// The routes of the inbound filters.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let root = "/projects/{slug}/settings/filters";
    config.service(
        web::resource([root.to_owned(), format!("{root}/")])
            .app_data(web::FormConfig::default().limit(FORM_BYTES_MAX))
            .route(web::get().to(show::show))
            .route(web::post().to(change::change)),
    );
}
