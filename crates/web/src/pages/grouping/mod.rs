//! How events of a project are grouped: the version in force, the rules that were made from
//! issues, the texts of rules, discarded issues and jobs. Everything that changes the grouping is
//! tried on recent events before it is saved.

mod change_job;
mod change_rule;
mod change_text;
mod change_version;
mod discarded_view;
pub(super) mod form;
pub(super) mod issue_link;
pub(super) mod job_view;
pub(super) mod kind;
mod list_jobs;
mod moves;
pub(super) mod preview;
mod remove_tombstone;
pub(super) mod rights;
mod rule_page;
mod rule_view;
mod show;
mod show_rule;
mod show_text;
mod show_version;
mod text_page;
mod text_view;
mod version_page;
mod version_view;

use actix_web::{HttpResponse, Resource, web};

use crate::address;
use crate::respond::see_other;

/// The routes of grouping.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let at = |tail: &str| -> Resource {
        let root = "/projects/{slug}/grouping";
        web::resource([format!("{root}{tail}"), format!("{root}{tail}/")])
            .app_data(web::FormConfig::default().limit(form::FORM_BYTES_MAX))
    };
    config
        .service(
            at("/rules/{id}")
                .route(web::get().to(show_rule::show_rule))
                .route(web::post().to(change_rule::change_rule)),
        )
        .service(
            at("/texts/{owner}/{kind}")
                .route(web::get().to(show_text::show_text))
                .route(web::post().to(change_text::change_text)),
        )
        .service(
            at("/version")
                .route(web::get().to(show_version::show_version))
                .route(web::post().to(change_version::change_version)),
        )
        .service(at("/jobs").route(web::get().to(list_jobs::list_jobs)))
        .service(
            at("/jobs/{id}")
                .route(web::post().to(change_job::change_job))
                .route(web::get().to(to_overview)),
        )
        .service(
            at("/discarded/{id}")
                .route(web::post().to(remove_tombstone::remove_tombstone))
                .route(web::get().to(to_overview)),
        )
        .service(at("").route(web::get().to(show::show)));
}

/// Leads a reload of a form that was refused, whose address is where it was posted to, back to
/// the overview.
async fn to_overview(path: web::Path<(String, i64)>) -> HttpResponse {
    see_other(&address::grouping(&path.0), [])
}
