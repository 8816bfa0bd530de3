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

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::web::{ServiceConfig, post, put, resource, route, to};
use actix_web::{HttpRequest, HttpResponse, Route, guard};
use serde_json::json;

/// The methods that addresses of the API know at most.
const METHODS: &str = "GET, HEAD, POST, PUT, OPTIONS";

/// Registers the routes below `/api/0`. Sentry's clients send a slash at the end; it may be left
/// out.
pub(crate) fn configure(config: &mut ServiceConfig) {
    let at = |path: &str| resource(format!("{path}{{end:/?}}")).default_service(to(other_method));
    let organization = "/organizations/{organization}";
    let project = "/projects/{organization}/{project}";
    config
        .service(
            resource(["", "/"])
                .route(get().to(index::show))
                .default_service(to(other_method)),
        )
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

/// A route that reads. Who asks for the head alone gets the same answer without its body.
fn get() -> Route {
    route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// What an address answers to methods that it does not know; OPTIONS is harmless.
async fn other_method(request: HttpRequest) -> HttpResponse {
    if request.method() == Method::OPTIONS {
        return HttpResponse::NoContent()
            .insert_header((ALLOW, METHODS))
            .finish();
    }
    let detail = format!("Method \"{}\" not allowed.", request.method());
    HttpResponse::MethodNotAllowed()
        .insert_header((ALLOW, METHODS))
        .json(json!({"detail": detail}))
}
