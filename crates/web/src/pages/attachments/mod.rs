//! The files that came with events: how pages list them, and the bytes themselves.

mod media;
mod preview;
mod serve;
mod view;

pub(crate) use preview::with_texts;
pub(crate) use view::AttachmentView;

use actix_web::web;

/// The routes of attachments.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route(
            "/projects/{slug}/attachments/{id}",
            web::get().to(serve::download),
        )
        .route(
            "/projects/{slug}/attachments/{id}/image",
            web::get().to(serve::image),
        );
}
