//! Traces and logs as OpenTelemetry sends them (reference/PROTOCOL.md section 2). They are counted
//! and not kept yet.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource, ResponseError, web};
use serde_json::json;

use super::answer::media_type;
use super::visit::Visit;
use crate::cors;
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::{Taken, commit};
use crate::items::otlp::{LOGS, Names, TRACES, count_json, count_protobuf};
use crate::outcome::{Amount, DataCategory};

const JSON: &str = "application/json";
const PROTOBUF: &str = "application/x-protobuf";
const EXPECTED: &str = "application/x-protobuf or application/json";

/// `/api/{project}/integration/otlp/v1/traces` and the older path without `integration`.
pub(super) fn traces() -> Resource {
    web::resource([
        "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}integration{_3:/+}otlp{_4:/+}v1{_5:/+}traces{_6:/*}",
        "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}otlp{_4:/+}v1{_5:/+}traces{_6:/*}",
    ])
    .route(web::post().to(post_traces))
}

/// `/api/{project}/integration/otlp/v1/logs`.
pub(super) fn logs() -> Resource {
    web::resource(
        "/{_0:/*}api{_1:/+}{project_id:[^/]+}{_2:/+}integration{_3:/+}otlp{_4:/+}v1{_5:/+}logs{_6:/*}",
    )
    .route(web::post().to(post_logs))
}

async fn post_traces(request: HttpRequest, payload: Payload, ingest: Data<Ingest>) -> HttpResponse {
    answer(&request, payload, &ingest, TRACES, DataCategory::Span).await
}

async fn post_logs(request: HttpRequest, payload: Payload, ingest: Data<Ingest>) -> HttpResponse {
    answer(&request, payload, &ingest, LOGS, DataCategory::LogItem).await
}

/// Answers in the language of the request, errors too.
async fn answer(
    request: &HttpRequest,
    payload: Payload,
    ingest: &Ingest,
    names: Names,
    category: DataCategory,
) -> HttpResponse {
    let mut visit = Visit::begin(ingest, request);
    let is_json = media_type(request) != PROTOBUF;
    match take_in(&mut visit, payload, names, category).await {
        Ok(()) => {
            let (content_type, body) = if is_json {
                (JSON, "{}")
            } else {
                (PROTOBUF, "")
            };
            let mut response = HttpResponse::Ok().content_type(content_type).body(body);
            cors::allow(response.headers_mut());
            response
        }
        Err(error) => {
            visit.account(category, &error);
            status(&error, is_json)
        }
    }
}

async fn take_in(
    visit: &mut Visit<'_>,
    payload: Payload,
    names: Names,
    category: DataCategory,
) -> Result<(), IngestError> {
    let sender = visit.admit_auth().await?;
    let media_type = media_type(visit.request);
    if media_type != JSON && media_type != PROTOBUF {
        return Err(IngestError::UnsupportedContentType(EXPECTED));
    }
    let bytes_max = visit.ingest.limits.container_bytes_max;
    let mut body = visit.read_body(payload, bytes_max).await?;
    let count = body.plain(bytes_max, |bytes| {
        if media_type == JSON {
            count_json(bytes, names)
        } else {
            count_protobuf(bytes)
        }
    })?;
    drop(body);
    let count = count.or(Err(IngestError::InvalidBody))?;
    let mut taken = Taken::default();
    let intake = visit.intake(&sender);
    if count > 0 {
        intake.refuse_not_kept(Amount::new(category, count), &mut taken);
    }
    commit(taken, visit.ingest).await?.or_limited()
}

/// An error in the form of OpenTelemetry: a status with one of gRPC's codes and a message. The
/// headers are those of any error.
fn status(error: &IngestError, is_json: bool) -> HttpResponse {
    let response = error.error_response();
    let code = grpc_code(response.status());
    let message = error.to_string();
    let body = if is_json {
        json!({ "code": code, "message": message })
            .to_string()
            .into_bytes()
    } else {
        protobuf_status(code, &message)
    };
    let mut response = response.set_body(BoxBody::new(body));
    let content_type = if is_json { JSON } else { PROTOBUF };
    response.headers_mut().insert(
        actix_web::http::header::CONTENT_TYPE,
        actix_web::http::header::HeaderValue::from_static(content_type),
    );
    response
}

/// The code of `google.rpc.Code` that says the same as a status.
fn grpc_code(status: StatusCode) -> u8 {
    const INVALID_ARGUMENT: u8 = 3;
    const PERMISSION_DENIED: u8 = 7;
    const RESOURCE_EXHAUSTED: u8 = 8;
    const UNAVAILABLE: u8 = 14;
    const UNAUTHENTICATED: u8 = 16;

    match status {
        StatusCode::UNAUTHORIZED => UNAUTHENTICATED,
        StatusCode::FORBIDDEN => PERMISSION_DENIED,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::PAYLOAD_TOO_LARGE => RESOURCE_EXHAUSTED,
        StatusCode::SERVICE_UNAVAILABLE => UNAVAILABLE,
        _ => INVALID_ARGUMENT,
    }
}

/// `google.rpc.Status`: the code is field 1, the message field 2, cut to what one byte can count.
fn protobuf_status(code: u8, message: &str) -> Vec<u8> {
    let ends = (0..=127).rev();
    let end = ends.into_iter().find(|end| message.is_char_boundary(*end));
    let message = message
        .get(..end.unwrap_or(0).min(message.len()))
        .unwrap_or_default();
    let length = u8::try_from(message.len()).unwrap_or(0);
    let mut status = vec![0x08, code, 0x12, length];
    status.extend(message.bytes());
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_in_protobuf_holds_code_and_message() {
        assert_eq!(protobuf_status(3, "bad"), b"\x08\x03\x12\x03bad");
        let long = protobuf_status(3, &"é".repeat(100));
        assert_eq!(long.len(), 4 + 126);
        assert_eq!(long.get(3), Some(&126));
    }
}
