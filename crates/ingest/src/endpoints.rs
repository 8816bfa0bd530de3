//! The paths that SDKs report to (reference/PROTOCOL.md section 2).

mod answer;
mod attachments;
mod cron;
mod embed;
mod envelope;
mod minidump;
mod nel;
mod otlp;
mod relay;
mod security;
mod store;
mod unreal;
mod vercel;
mod visit;

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use watchfire_event::EventId;

use self::visit::Visit;
use crate::cors;
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::outcome::DataCategory;
use crate::request::Pulse;

/// Adds the SDK-facing endpoints to an application.
///
/// They are those of reference/PROTOCOL.md section 2, each with or without its last slash and with
/// slashes repeated anywhere, and the preflight `OPTIONS` on each. What a resource does not answer
/// itself is a 405. Call it on the worker's own thread, as actix-web does.
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
    resources.extend([
        security::resource(),
        nel::resource(),
        minidump::resource(),
        unreal::resource(),
        attachments::resource(),
        cron::resource(),
        embed::resource(),
        otlp::traces(),
        otlp::logs(),
        vercel::resource(),
        relay::health(),
        relay::absent(),
    ]);
    config.app_data(Pulse::start());
    for resource in resources {
        let resource = resource
            .app_data(state.clone())
            .route(web::method(actix_web::http::Method::OPTIONS).to(cors::preflight))
            .default_service(web::to(method_not_allowed));
        config.service(resource);
    }
}

async fn method_not_allowed(
    request: HttpRequest,
    ingest: web::Data<Ingest>,
) -> Result<HttpResponse, IngestError> {
    let error = IngestError::MethodNotAllowed;
    Visit::begin(&ingest, &request).account(DataCategory::Default, &error);
    Err(error)
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
