use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use watchfire_store::WriteError;

use crate::cors;
use crate::envelope::EnvelopeError;

/// Why a request is answered with something other than 200. The message is the `detail` of the
/// body (reference/PROTOCOL.md section 2.1).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IngestError {
    /// The body has no bytes.
    #[error("empty request body")]
    EmptyBody,
    /// The body cannot be decompressed or decoded.
    #[error("invalid request body")]
    InvalidBody,
    /// The body of `/store/` is not an event.
    #[error("invalid JSON data: {0}")]
    InvalidJson(String),
    /// The body does not fit the envelope grammar.
    #[error("invalid event envelope")]
    InvalidEnvelope(#[from] EnvelopeError),
    /// The envelope's `dsn` names another project or key than the request.
    #[error("invalid event envelope")]
    HeaderMismatch,
    /// The project in the path is not a number.
    #[error("bad project path parameter")]
    BadProject,
    /// The key does not have 32 characters.
    #[error("bad sentry DSN public key")]
    BadPublicKey,
    /// The client speaks a protocol of the future.
    #[error("unsupported protocol version ({0})")]
    UnsupportedVersion(u32),
    /// No place of the request holds a key.
    #[error("missing authorization information")]
    MissingAuth,
    /// The authentication header cannot be read.
    #[error("bad x-sentry-auth header")]
    BadAuthHeader,
    /// Two places hold different keys.
    #[error("multiple authorization payloads detected")]
    ContradictingAuth,
    /// The envelope's `dsn` cannot be read.
    #[error("bad envelope authentication header")]
    BadEnvelopeAuth,
    /// The key is unknown, disabled, or belongs to another project.
    #[error("event submission rejected with_reason: ProjectId")]
    UnknownKey,
    /// The method does not fit the path.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// The connection broke before the body was complete.
    #[error("invalid request body")]
    BrokenBody,
    /// The body did not arrive in time.
    #[error("request body took too long")]
    SlowBody,
    /// The body as a whole is over its limit.
    #[error("request content exceeded size limits")]
    BodyTooLarge,
    /// One item is over its limit.
    #[error(
        "envelope exceeded size limits for type '{0}' (https://develop.sentry.dev/sdk/envelopes/#size-limits)"
    )]
    ItemTooLarge(&'static str),
    /// The body is compressed in a way that is not known here.
    #[error("unsupported content encoding")]
    UnsupportedEncoding,
    /// The memory for bodies is full.
    #[error("failed to queue envelope")]
    Overloaded,
    /// The writer did not store the events; each of them is counted.
    #[error("{}", match .0 {
        WriteError::Busy => "failed to queue envelope",
        WriteError::Down => "project not available",
    })]
    NotStored(WriteError),
    /// The database cannot be asked for the project.
    #[error("project not available")]
    ProjectUnavailable,
}

/// How long a client waits after a 503.
const RETRY_AFTER_SECONDS: u16 = 5;

/// Old SDKs print this header (reference/PROTOCOL.md section 2.1).
static X_SENTRY_ERROR: HeaderName = HeaderName::from_static("x-sentry-error");

#[derive(Serialize)]
struct Body<'a> {
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    causes: &'a [Cow<'static, str>],
}

impl IngestError {
    /// What lies behind the message, for the body's `causes`.
    fn causes(&self) -> Vec<Cow<'static, str>> {
        match self {
            Self::InvalidEnvelope(error) => vec![error.to_string().into()],
            Self::HeaderMismatch => {
                vec!["project id header mismatch between envelope and request".into()]
            }
            _ => Vec::new(),
        }
    }
}

impl IngestError {
    /// The reason under which the request as a whole is counted as `invalid`
    /// (reference/PROTOCOL.md section 12); `None` where its items were counted one by one.
    pub(crate) fn reason(&self) -> Option<&'static str> {
        match self {
            Self::EmptyBody => Some("empty_body"),
            Self::InvalidBody => Some("invalid_body"),
            Self::InvalidEnvelope(_) | Self::HeaderMismatch => Some("invalid_envelope"),
            Self::BadProject | Self::BadPublicKey | Self::UnknownKey => Some("project_id"),
            Self::UnsupportedVersion(_) => Some("auth_version"),
            Self::MissingAuth
            | Self::BadAuthHeader
            | Self::ContradictingAuth
            | Self::BadEnvelopeAuth => Some("auth_client"),
            Self::MethodNotAllowed => Some("disallowed_method"),
            Self::SlowBody | Self::BrokenBody => Some("payload"),
            Self::BodyTooLarge => Some("request_too_large"),
            Self::UnsupportedEncoding => Some("invalid_compression"),
            Self::Overloaded => Some("queue_failed"),
            Self::ProjectUnavailable => Some("project_unavailable"),
            Self::InvalidJson(_) | Self::ItemTooLarge(_) | Self::NotStored(_) => None,
        }
    }
}

impl ResponseError for IngestError {
    fn status_code(&self) -> StatusCode {
        match self {
            // The client sent something that will not become better by sending it again.
            Self::EmptyBody
            | Self::InvalidBody
            | Self::BrokenBody
            | Self::InvalidJson(_)
            | Self::InvalidEnvelope(_)
            | Self::HeaderMismatch
            | Self::BadProject
            | Self::BadPublicKey
            | Self::UnsupportedVersion(_) => StatusCode::BAD_REQUEST,
            // The client did not say who it is, or said it twice.
            Self::MissingAuth
            | Self::BadAuthHeader
            | Self::ContradictingAuth
            | Self::BadEnvelopeAuth => StatusCode::UNAUTHORIZED,
            // The client said who it is, and that is nobody who may report here.
            Self::UnknownKey => StatusCode::FORBIDDEN,
            // The path exists, for another method.
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            // Reading on would let a slow client hold its connection for ever.
            Self::SlowBody => StatusCode::REQUEST_TIMEOUT,
            // The SDK counts a 413 as `send_error` and does not try again.
            Self::BodyTooLarge | Self::ItemTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            // Guessing at an unknown encoding would store garbage.
            Self::UnsupportedEncoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            // Ours to solve: native SDKs keep the envelope and send it again.
            Self::Overloaded | Self::NotStored(_) | Self::ProjectUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let detail = self.to_string();
        if status.is_server_error() {
            tracing::error!(http.status = status.as_u16(), "request failed: {detail}");
        } else {
            tracing::debug!(http.status = status.as_u16(), "request refused: {detail}");
        }
        let mut response = HttpResponse::build(status).json(Body {
            detail: &detail,
            causes: &self.causes(),
        });
        let headers = response.headers_mut();
        cors::allow(headers);
        if let Ok(value) = HeaderValue::from_str(&detail) {
            headers.insert(X_SENTRY_ERROR.clone(), value);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, RETRY_AFTER_SECONDS.into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;

    use super::*;

    #[track_caller]
    fn check(error: &IngestError, status: u16, body: &str) {
        let response = error.error_response();
        assert_eq!(response.status().as_u16(), status);
        let bytes = response.into_body().try_into_bytes().expect("a body");
        assert_eq!(bytes, body);
    }

    #[test]
    fn an_error_says_what_and_why() {
        check(
            &IngestError::EmptyBody,
            400,
            r#"{"detail":"empty request body"}"#,
        );
        check(
            &IngestError::InvalidEnvelope(EnvelopeError::UnexpectedEof),
            400,
            r#"{"detail":"invalid event envelope","causes":["unexpected end of file"]}"#,
        );
        check(
            &IngestError::ItemTooLarge("event"),
            413,
            r#"{"detail":"envelope exceeded size limits for type 'event' (https://develop.sentry.dev/sdk/envelopes/#size-limits)"}"#,
        );
    }

    #[test]
    fn browsers_may_read_errors_and_old_sdks_print_them() {
        let response = IngestError::UnknownKey.error_response();
        let header = |name: &str| response.headers().get(name).and_then(|it| it.to_str().ok());
        assert_eq!(header("access-control-allow-origin"), Some("*"));
        assert_eq!(
            header("x-sentry-error"),
            Some("event submission rejected with_reason: ProjectId")
        );
        assert_eq!(header("retry-after"), None);
    }

    #[test]
    fn an_overloaded_server_says_when_to_come_back() {
        let response = IngestError::NotStored(WriteError::Busy).error_response();
        assert_eq!(
            response.headers().get("retry-after"),
            Some(&HeaderValue::from_static("5"))
        );
    }
}
