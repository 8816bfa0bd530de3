use std::borrow::Cow;
use std::sync::atomic::{AtomicI64, Ordering};

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::WriteError;

use crate::cors;
use crate::envelope::EnvelopeError;
use crate::quota::RateLimits;

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
    /// The envelope says that it comes from another page than the request.
    #[error("invalid event envelope")]
    OriginMismatch,
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
    /// The key is unknown or belongs to another project.
    #[error("event submission rejected with_reason: ProjectId")]
    UnknownKey,
    /// The key is switched off.
    #[error("event submission rejected with_reason: ProjectId")]
    DisabledKey,
    /// The page that the request comes from may not report to the project.
    #[error("event submission rejected with_reason: Cors")]
    Cors,
    /// At least one item was dropped by a limit. What was not is stored.
    #[error(
        "Sentry dropped data due to a quota or internal rate limit being reached. This will not affect your application. See https://docs.sentry.io/product/accounts/quotas/ for more information."
    )]
    RateLimited(RateLimits),
    /// The `Content-Type` is none that the endpoint reads.
    #[error("unsupported content type, expected {0}")]
    UnsupportedContentType(&'static str),
    /// A form with files cannot be read.
    #[error("invalid multipart data")]
    InvalidMultipart,
    /// A crash report comes without its dump.
    #[error("missing minidump")]
    MissingMinidump,
    /// What should be a dump begins like none.
    #[error("invalid minidump")]
    InvalidMinidump,
    /// The dump is compressed, and cannot be decompressed.
    #[error("invalid compression format")]
    InvalidCompression,
    /// The body is no crash report of the Unreal Engine.
    #[error("invalid unreal report")]
    InvalidUnreal,
    /// The event in the path has no id of an event.
    #[error("bad event id path parameter")]
    BadEventId,
    /// A check-in cannot be used, and why; it is counted.
    #[error("invalid check-in")]
    InvalidCheckIn(Cow<'static, str>),
    /// There is nothing at the path.
    #[error("not found")]
    NotFound,
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

static X_SENTRY_RATE_LIMITS: HeaderName = HeaderName::from_static("x-sentry-rate-limits");

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
            Self::OriginMismatch => {
                vec!["origin header mismatch between envelope and request".into()]
            }
            Self::InvalidCheckIn(message) => vec![message.clone()],
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
            Self::InvalidEnvelope(_) | Self::HeaderMismatch | Self::OriginMismatch => {
                Some("invalid_envelope")
            }
            Self::Cors => Some("cors"),
            Self::UnsupportedContentType(_) => Some("content_type"),
            Self::InvalidMultipart => Some("invalid_multipart"),
            Self::MissingMinidump => Some("missing_minidump_upload"),
            Self::InvalidMinidump => Some("invalid_minidump"),
            Self::InvalidUnreal => Some("invalid_unreal_report"),
            Self::BadEventId => Some("invalid_event_id"),
            Self::BadProject | Self::BadPublicKey | Self::UnknownKey | Self::DisabledKey => {
                Some("project_id")
            }
            Self::UnsupportedVersion(_) => Some("auth_version"),
            Self::MissingAuth
            | Self::BadAuthHeader
            | Self::ContradictingAuth
            | Self::BadEnvelopeAuth => Some("auth_client"),
            Self::MethodNotAllowed => Some("disallowed_method"),
            Self::SlowBody | Self::BrokenBody => Some("payload"),
            Self::BodyTooLarge => Some("request_too_large"),
            Self::UnsupportedEncoding | Self::InvalidCompression => Some("invalid_compression"),
            Self::Overloaded => Some("queue_failed"),
            Self::ProjectUnavailable => Some("project_unavailable"),
            Self::InvalidJson(_)
            | Self::InvalidCheckIn(_)
            | Self::ItemTooLarge(_)
            | Self::RateLimited(_)
            | Self::NotFound
            | Self::NotStored(_) => None,
        }
    }

    /// What is wrong, for the stats page: the message with what lies behind it.
    pub(crate) fn words(&self) -> String {
        let mut words = match self {
            Self::UnknownKey => {
                "no project has this key, or the address names another project".into()
            }
            Self::DisabledKey => "the key is switched off in the project's settings".into(),
            _ => self.to_string(),
        };
        for cause in self.causes() {
            words.push_str(": ");
            words.push_str(&cause);
        }
        words
    }
}

/// Whether no failure was logged in this second yet. A server that fails does so for all of its
/// requests, and thousands of equal lines would only cost it more; the outcomes have the number.
fn is_worth_a_line(now: Timestamp) -> bool {
    const MICROS_PER_SECOND: i64 = 1_000_000;
    static LAST: AtomicI64 = AtomicI64::new(0);

    let second = now.0 / MICROS_PER_SECOND;
    LAST.swap(second, Ordering::Relaxed) != second
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
            | Self::OriginMismatch
            | Self::InvalidMultipart
            | Self::MissingMinidump
            | Self::InvalidMinidump
            | Self::InvalidCompression
            | Self::InvalidUnreal
            | Self::InvalidCheckIn(_)
            | Self::BadEventId
            | Self::BadProject
            | Self::BadPublicKey
            | Self::UnsupportedVersion(_) => StatusCode::BAD_REQUEST,
            // The client did not say who it is, or said it twice.
            Self::MissingAuth
            | Self::BadAuthHeader
            | Self::ContradictingAuth
            | Self::BadEnvelopeAuth => StatusCode::UNAUTHORIZED,
            // The client said who it is, and that is nobody who may report here.
            Self::UnknownKey | Self::DisabledKey | Self::Cors => StatusCode::FORBIDDEN,
            // SDKs wait as long as the headers say, for the categories that they name.
            Self::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::NotFound => StatusCode::NOT_FOUND,
            // The path exists, for another method.
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            // Reading on would let a slow client hold its connection for ever.
            Self::SlowBody => StatusCode::REQUEST_TIMEOUT,
            // The SDK counts a 413 as `send_error` and does not try again.
            Self::BodyTooLarge | Self::ItemTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            // Guessing at an unknown encoding would store garbage.
            Self::UnsupportedEncoding | Self::UnsupportedContentType(_) => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            // Ours to solve: native SDKs keep the envelope and send it again.
            Self::Overloaded | Self::NotStored(_) | Self::ProjectUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let detail = self.to_string();
        if status.is_server_error() && is_worth_a_line(Timestamp::now()) {
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
        if let Self::RateLimited(limits) = self {
            headers.insert(RETRY_AFTER, limits.retry_after().into());
            if let Ok(value) = HeaderValue::from_str(&limits.to_header()) {
                headers.insert(X_SENTRY_RATE_LIMITS.clone(), value);
            }
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
