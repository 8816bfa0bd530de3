//! The issue list and what can be done to its rows.

pub(crate) mod action;
mod change;
mod empty;
pub(crate) mod filters;
mod list;
mod marker;
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
}
