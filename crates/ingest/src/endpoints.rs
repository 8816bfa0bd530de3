//! The paths that SDKs report to (reference/PROTOCOL.md section 2).

mod envelope;
mod store;
mod visit;

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, web};
use watchfire_event::EventId;

use crate::cors;
use crate::error::IngestError;
use crate::ingest::Ingest;

/// Adds the SDK-facing endpoints to an application.
///
/// They are `/api/{project}/envelope/`, `/api/{project}/store/` and `/api/store/`, each with or
/// without its last slash and with slashes repeated anywhere; for `POST` and the preflight
/// `OPTIONS`, and for `GET` on the store.
pub fn configure(config: &mut web::ServiceConfig, state: web::Data<Ingest>) {
    const ENVELOPE: &str = "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}envelope{_3:/*}";
    const STORE: &str = "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}store{_3:/*}";
    const LEGACY_STORE: &str = "/{_0:/*}api{_1:/+}store{_2:/*}";

    let envelope = web::resource(ENVELOPE).route(web::post().to(envelope::post));
    let mut resources = vec![envelope];
    for path in [LEGACY_STORE, STORE] {
        let store = web::resource(path)
            .route(web::post().to(store::post))
            .route(web::get().to(store::get));
        resources.push(store);
    }
    for resource in resources {
        let resource = resource
            .app_data(state.clone())
            .route(web::method(actix_web::http::Method::OPTIONS).to(cors::preflight))
            .default_service(web::to(method_not_allowed));
        config.service(resource);
    }
}

async fn method_not_allowed() -> Result<HttpResponse, IngestError> {
    Err(IngestError::MethodNotAllowed)
}

/// The one good answer: exactly 200 and the id, if there is one.
fn accepted(id: Option<EventId>) -> HttpResponse {
    let body = match id {
        Some(id) => format!(r#"{{"id":"{id}"}}"#),
        None => "{}".to_owned(),
    };
    let mut response = HttpResponse::Ok()
        .content_type("application/json")
        .body(body);
    cors::allow(response.headers_mut());
    response
}

/// The answer to an event in a query: an image of one transparent pixel.
fn pixel() -> HttpResponse {
    const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\xff\0,\0\0\0\0\x01\0\x01\0\0\x02\0;";
    let mut response = HttpResponse::Ok().content_type("image/gif").body(GIF);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    cors::allow(headers);
    response
}
