//! One handler per file, named by its verb, in a folder per thing.

mod account;
mod issue;
pub(crate) mod issues;
mod project;
mod session;
mod setup;

use actix_web::{HttpResponse, web};

use crate::assets;
use crate::error::WebError;

/// All routes of the pages.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route(assets::ROUTE, web::get().to(assets::show))
        .configure(setup::configure)
        .configure(session::configure)
        .configure(account::configure)
        .configure(project::configure)
        .configure(issues::configure)
        .configure(issue::configure)
        .default_service(web::to(missing));
}

async fn missing() -> Result<HttpResponse, WebError> {
    Err(WebError::NotFound)
}
