//! One handler per file, named by its verb, in a folder per thing.

mod account;
pub(crate) mod attachments;
pub(crate) mod feedback;
mod filters;
mod grouping;
mod ignore;
mod issue;
pub(crate) mod issues;
mod owner;
mod project;
mod releases;
mod sampling;
mod scrubbing;
mod session;
mod settings;
mod setup;
pub(crate) mod stats;

use actix_web::error::QueryPayloadError;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::assets;
use crate::error::WebError;

/// All routes of the pages.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .app_data(web::QueryConfig::default().error_handler(unreadable_query))
        .route(assets::ROUTE, web::get().to(assets::show))
        .configure(setup::configure)
        .configure(session::configure)
        .configure(account::configure)
        .configure(project::configure)
        .configure(issues::configure)
        .configure(issue::configure)
        .configure(attachments::configure)
        .configure(feedback::configure)
        .configure(stats::configure)
        .configure(releases::configure)
        .configure(sampling::configure)
        .configure(settings::configure)
        .configure(filters::configure)
        .configure(scrubbing::configure)
        .configure(ignore::configure)
        .configure(grouping::configure)
        .default_service(web::to(missing));
}

fn unreadable_query(error: QueryPayloadError, _: &HttpRequest) -> actix_web::Error {
    WebError::BadRequest(format!(
        "The part of the address after the question mark cannot be read: {error}."
    ))
    .into()
}

async fn missing() -> Result<HttpResponse, WebError> {
    Err(WebError::NotFound)
}
