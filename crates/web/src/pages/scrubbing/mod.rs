//! What is scrubbed from the events of a project: settings and rules that are tried before they
//! are saved, fields that are made safe from the mark of a value, and the jobs that apply the rules
//! to stored events or delete what one person left.

mod builder;
mod change;
mod draft;
mod edit;
mod editor;
mod effective_view;
mod erase;
mod form;
mod history_view;
mod improvements;
mod job_page;
mod jobs;
pub(super) mod origin;
mod own_rules;
mod preview_view;
mod safe;
mod sample;
pub(super) mod save;
mod show;
mod state;
mod stored;
mod suggest;
pub(super) mod summary;
mod switch;
mod warnings;
pub(super) mod words;

use actix_web::{Resource, web};

/// The routes of scrubbing.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let at = |tail: &str| -> Resource {
        let root = "/projects/{slug}/settings/scrubbing";
        web::resource([format!("{root}{tail}"), format!("{root}{tail}/")])
            .app_data(web::FormConfig::default().limit(form::FORM_BYTES_MAX))
    };
    config
        .service(
            at("/organization")
                .route(web::get().to(show::show_organization))
                .route(web::post().to(change::change_organization)),
        )
        .service(
            at("/edit/{owner}")
                .route(web::get().to(edit::open))
                .route(web::post().to(edit::edit)),
        )
        .service(
            at("/safe")
                .route(web::get().to(safe::ask))
                .route(web::post().to(safe::add)),
        )
        .service(
            at("/stored")
                .route(web::get().to(stored::show))
                .route(web::post().to(stored::start)),
        )
        .service(
            at("/erase")
                .route(web::get().to(erase::show))
                .route(web::post().to(erase::act)),
        )
        .service(at("/jobs/{id}/receipt").route(web::get().to(job_page::download)))
        .service(at("/jobs/{id}").route(web::get().to(job_page::show)))
        .service(at("/jobs").route(web::get().to(jobs::list_jobs)))
        .service(
            at("")
                .route(web::get().to(show::show))
                .route(web::post().to(change::change)),
        );
}
