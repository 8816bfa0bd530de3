//! The issue list and what can be done to its rows.

pub(crate) mod action;
pub(crate) mod asked;
mod change;
mod empty;
pub(crate) mod filters;
mod list;
mod marker;
mod merge;
pub(crate) mod merging;
pub(crate) mod remove;
pub(crate) mod row;
pub(crate) mod selection;
pub(crate) mod spark;
mod undo;

use actix_web::web;

/// The routes of the issue list.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/projects/{slug}/issues", web::get().to(list::list))
        .route("/projects/{slug}/change", web::post().to(change::change))
        .route("/projects/{slug}/undo", web::post().to(undo::undo))
        .route("/projects/{slug}/marker", web::get().to(marker::marker));
    config.service(
        web::resource("/projects/{slug}/merge")
            .route(web::get().to(merge::ask))
            .route(web::post().to(merge::merge)),
    );
    config.service(
        web::resource("/projects/{slug}/delete")
            .route(web::get().to(remove::ask_delete))
            .route(web::post().to(remove::delete)),
    );
    config.service(
        web::resource("/projects/{slug}/discard")
            .route(web::get().to(remove::ask_discard))
            .route(web::post().to(remove::discard)),
    );
}
