//! The form that makes a grouping rule from an issue: filled in from its events, tried on recent
//! ones, saved last.

mod choices;
mod draft;
mod events;
mod frames;
mod merge;
mod page;
mod save;
mod show;
mod split;
mod variable;

use actix_web::Resource;
use actix_web::web::{self, ServiceConfig};

use crate::pages::grouping::form::FORM_BYTES_MAX;

/// The routes of the form.
pub(super) fn configure(config: &mut ServiceConfig) {
    for root in ["/issues/{id}", "/projects/{project}/issues/{id}"] {
        let address = format!("{root}/grouping/change");
        let form: Resource = web::resource([address.clone(), format!("{address}/")])
            .app_data(web::FormConfig::default().limit(FORM_BYTES_MAX))
            .route(web::get().to(show::show))
            .route(web::post().to(save::save));
        config.service(form);
    }
}
