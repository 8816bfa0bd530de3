//! What a Relay has besides the endpoints of SDKs: signs of life, and paths that are not served
//! here (reference/PROTOCOL.md section 2).

use actix_web::{HttpResponse, Resource, web};

use crate::cors;
use crate::error::IngestError;

/// `/api/relay/healthcheck/live/` and `/ready/`, and `/api/0/relays/live/`.
pub(super) fn health() -> Resource {
    web::resource([
        "/{_0:/*}api{_1:/+}relay{_2:/+}healthcheck{_3:/+}{_4:live|ready}{_5:/*}",
        "/{_0:/*}api{_1:/+}0{_2:/+}relays{_3:/+}live{_4:/*}",
    ])
    .route(web::get().to(healthy))
}

/// Resumable uploads and dumps of consoles, which SDKs try and then do without.
pub(super) fn absent() -> Resource {
    web::resource([
        "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}upload{_3:(/.*)?}",
        "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}playstation{_3:/*}",
    ])
    .route(web::post().to(not_found))
    .route(web::patch().to(not_found))
    .route(web::head().to(not_found))
}

async fn healthy() -> HttpResponse {
    let mut response = HttpResponse::Ok()
        .content_type("application/json")
        .body(r#"{"is_healthy":true}"#);
    cors::allow(response.headers_mut());
    response
}

async fn not_found() -> Result<HttpResponse, IngestError> {
    Err(IngestError::NotFound)
}
