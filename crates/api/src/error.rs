//! The API's one error type and the JSON it answers: `{"detail": "…"}`, or `{"field": ["…"]}`
//! where one field of a body is wrong.

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

/// How long a client should wait while the database is away, or others run previews.
const RETRY_AFTER_SECONDS: &str = "5";

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// No token, or one that nobody gave out.
    #[error("{0}")]
    Unauthorized(&'static str),
    /// The token lacks a scope; the text names it.
    #[error("the token lacks the scope {0}")]
    Forbidden(&'static str),
    /// The thing that was asked for does not exist; the text names it.
    #[error("{0} not found")]
    NotFound(String),
    /// The request cannot be understood; the text says what to change.
    #[error("{0}")]
    BadRequest(String),
    /// As things are, it cannot be done; the text says why.
    #[error("{0}")]
    Conflict(String),
    /// One field of the body has a value that is not taken; the messages say what is.
    #[error("{field}: {}", .messages.join("; "))]
    Field {
        /// Its name in the body.
        field: &'static str,
        /// What to send instead, a sentence each.
        messages: Vec<String>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] watchfire_store::Error),
    /// The thread that read a rule is gone.
    #[error("a background task was lost")]
    Lost(#[from] actix_web::error::BlockingError),
}

impl ApiError {
    /// A field of the body that has to be changed.
    pub(crate) fn field(field: &'static str, message: impl Into<String>) -> Self {
        Self::Field {
            field,
            messages: vec![message.into()],
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            // Clients ask for another token.
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            // The token is known but may not.
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::Store(watchfire_store::Error::NotFound) => {
                StatusCode::NOT_FOUND
            }
            Self::BadRequest(_) | Self::Field { .. } => StatusCode::BAD_REQUEST,
            // A name that is in use is the client's to change.
            Self::Conflict(_) | Self::Store(watchfire_store::Error::Taken(_)) => {
                StatusCode::CONFLICT
            }
            // Somebody else saved meanwhile; the text says who and when.
            Self::Store(watchfire_store::Error::Overtaken(_)) => StatusCode::CONFLICT,
            // As things are, it cannot be done; the text says why.
            Self::Store(watchfire_store::Error::Refused(_)) => StatusCode::BAD_REQUEST,
            // Worth trying again.
            Self::Store(watchfire_store::Error::Away(_) | watchfire_store::Error::Busy) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Store(_) | Self::Lost(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        // Words of the database are for the log alone.
        let detail = match self {
            Self::Store(error @ watchfire_store::Error::Busy) => error.to_string(),
            Self::Store(error) if status.is_server_error() => {
                tracing::error!(%error, "api request failed");
                "the server could not answer; its log says why".to_owned()
            }
            Self::Store(watchfire_store::Error::NotFound) => "not found".to_owned(),
            Self::Store(
                watchfire_store::Error::Refused(reason) | watchfire_store::Error::Overtaken(reason),
            ) => reason.clone(),
            Self::Store(_) => "already taken".to_owned(),
            other => other.to_string(),
        };
        let mut response = HttpResponse::build(status);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, RETRY_AFTER_SECONDS));
        }
        match self {
            Self::Field { field, messages } => response.json(json!({*field: messages})),
            _ => response.json(json!({"detail": detail})),
        }
    }
}
