//! What load balancers and container engines ask.

use actix_web::{HttpResponse, web};
use serde_json::json;
use watchfire_store::{Database, organization};

/// Registers `/health/live`, `/health/ready` and the paths that Sentry and Relay use.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/health/live", web::get().to(live))
        .route("/health/ready", web::get().to(ready))
        .route("/_health/", web::get().to(ready))
        .route("/api/relay/healthcheck/live/", web::get().to(live))
        .route("/api/relay/healthcheck/ready/", web::get().to(ready));
}

/// The process answers.
async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"is_healthy": true}))
}

/// The database answers too; else 503 with the failing check named.
async fn ready(database: web::Data<Database>) -> HttpResponse {
    match database.read(organization::list).await {
        Ok(_) => HttpResponse::Ok().json(json!({"is_healthy": true})),
        Err(error) => {
            tracing::error!(%error, "database does not answer");
            HttpResponse::ServiceUnavailable()
                .json(json!({"is_healthy": false, "failing": ["database"]}))
        }
    }
}
