//! Ignore rules: the list of those that apply to a project, the form that makes and edits one and
//! shows first what it would match, and files of rules.

pub(super) mod change_rule;
mod create;
mod edit_rule;
mod export;
mod form;
mod history_view;
mod import;
mod import_page;
mod list;
mod rule_page;
mod rule_view;
mod show_new;
mod show_rule;
mod trial_view;

use actix_web::{HttpResponse, Resource, web};

use crate::address;
use crate::respond::see_other;

/// The largest form of these pages in bytes: a file of rules in which every character is escaped.
const FORM_BYTES_MAX: usize = 4 << 20;

/// The routes of ignore rules.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    let at = |tail: &str| -> Resource {
        let root = "/projects/{slug}/settings/ignore-rules";
        web::resource([format!("{root}{tail}"), format!("{root}{tail}/")])
            .app_data(web::FormConfig::default().limit(FORM_BYTES_MAX))
    };
    config
        .service(
            at("/new")
                .route(web::get().to(show_new::show_new))
                .route(web::post().to(create::create)),
        )
        .service(
            at("/import/{owner}")
                .route(web::get().to(import::show))
                .route(web::post().to(import::import)),
        )
        .service(at("/export/{owner}").route(web::get().to(export::export)))
        .service(
            at("/{id}/change")
                .route(web::post().to(change_rule::change_rule))
                .route(web::get().to(to_list)),
        )
        .service(
            at("/{id}")
                .route(web::get().to(show_rule::show_rule))
                .route(web::post().to(edit_rule::edit_rule)),
        )
        .service(at("").route(web::get().to(list::list)));
}

/// Leads a reload of a form that was refused, whose address is where it was posted to, back to
/// the list.
async fn to_list(path: web::Path<(String, i64)>) -> HttpResponse {
    see_other(&address::ignore_rules(&path.0), [])
}
