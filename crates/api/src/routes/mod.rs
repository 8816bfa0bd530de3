//! One file per thing that is asked for; this one says which address leads where.

mod event;
mod find;
mod index;
mod issue;
mod issue_events;
mod issues;
mod keys;
mod organizations;
mod projects;
mod tags;

use actix_web::HttpResponse;
use actix_web::web::{ServiceConfig, get, post, put, resource};
use serde_json::json;

/// Registers the routes below `/api/0`. Sentry's clients send a slash at the end; it may be left
/// out.
pub(crate) fn configure(config: &mut ServiceConfig) {
    let at = |path: &str| resource(format!("{path}{{end:/?}}"));
    let organization = "/organizations/{organization}";
    let project = "/projects/{organization}/{project}";
    config
        .service(at("").route(get().to(index::show)))
        .service(at("/organizations").route(get().to(organizations::list)))
        .service(at(organization).route(get().to(organizations::show)))
        .service(at("/projects").route(get().to(projects::list_all)))
        .service(
            at(&format!("{organization}/projects"))
                .route(get().to(projects::list))
                .route(post().to(projects::create)),
        )
        .service(at(project).route(get().to(projects::show)))
        .service(
            at(&format!("{project}/keys"))
                .route(get().to(keys::list))
                .route(post().to(keys::create)),
        )
        .service(at(&format!("{project}/events/{{event}}")).route(get().to(event::show)))
        .service(at(&format!("{project}/events/{{event}}/json")).route(get().to(event::raw)))
        .service(at(&format!("{organization}/eventids/{{event}}")).route(get().to(find::event)))
        .service(at(&format!("{organization}/shortids/{{issue}}")).route(get().to(find::short_id)));
    for base in [organization, project] {
        config.service(
            at(&format!("{base}/issues"))
                .route(get().to(issues::list))
                .route(put().to(issues::update)),
        );
    }
    for base in [
        format!("{organization}/issues/{{issue}}"),
        "/issues/{issue}".to_owned(),
    ] {
        config
            .service(
                at(&base)
                    .route(get().to(issue::show))
                    .route(put().to(issue::update)),
            )
            .service(at(&format!("{base}/events")).route(get().to(issue_events::list)))
            .service(at(&format!("{base}/events/{{event}}")).route(get().to(issue_events::show)))
            .service(at(&format!("{base}/tags")).route(get().to(tags::list)))
            .service(at(&format!("{base}/tags/{{key}}")).route(get().to(tags::show)));
    }
}

/// What an unknown address answers.
pub(crate) async fn not_found() -> HttpResponse {
    HttpResponse::NotFound().json(json!({"detail": "The requested resource does not exist"}))
}
