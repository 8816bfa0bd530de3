//! The one error of this crate and how it reads in the browser.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;
use watchfire_store as store;

use crate::csrf::Refusal;
use crate::session::login_address;
use crate::templates::TemplateError;

/// How long a browser is asked to wait while the database is away.
const RETRY_SECONDS: u32 = 5;

/// Why a page cannot be shown or a form was not accepted.
///
/// The text of each is for the log; [`WebError::page`] is what the person reads.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebError {
    /// The address names nothing, or nothing that this person may know of.
    #[error("not found")]
    NotFound,
    /// The page needs an account. `next` is where to go on after logging in.
    #[error("not logged in")]
    LoginRequired { next: String },
    /// A form did not come from our own pages.
    #[error("a form was refused: {0}")]
    Csrf(#[from] Refusal),
    /// The set-up link was used, or a newer one was made.
    #[error("a set-up link that does not work any more")]
    SetupLinkUsed,
    /// The person may see what this changes, and not change it.
    #[error("a member may not change settings")]
    SettingsForbidden,
    /// The role of the person may not change what holds for all projects of the organisation.
    #[error("the role does not allow it for all projects")]
    OrganizationForbidden,
    /// The request makes no sense; the text says what to do.
    #[error("bad request: {0}")]
    BadRequest(String),
    /// The database could not answer.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A template has a mistake.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The thread that hashed a password is gone.
    #[error("a background task was lost")]
    Lost(#[from] actix_web::error::BlockingError),
    /// The password could not be hashed or its stored hash not be read.
    #[error("a password hash is unusable: {0}")]
    Password(String),
}

/// What an error page says.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorPage {
    /// The number of the answer.
    pub(crate) status: u16,
    /// What happened, in a few words.
    pub(crate) heading: &'static str,
    /// What to do about it.
    pub(crate) advice: String,
}

impl WebError {
    /// What the person who met this error reads.
    pub(crate) fn page(&self) -> ErrorPage {
        let (heading, advice) = match self {
            Self::NotFound | Self::Store(store::Error::NotFound) => (
                "Nothing is here",
                "The address may be mistyped, or what it named was deleted. The issue list shows \
                 what exists."
                    .to_owned(),
            ),
            Self::LoginRequired { .. } => {
                ("Log in first", "This page needs an account.".to_owned())
            }
            Self::Csrf(refusal) => ("This form was not accepted", refusal.advice()),
            Self::SetupLinkUsed => (
                "This set-up link does not work",
                "It works once, and only the newest one does. If there is an account, log in; if \
                 there is none, restart the server and it prints a new link. On the server, \
                 `watchfire user create EMAIL` makes further accounts."
                    .to_owned(),
            ),
            Self::OrganizationForbidden => (
                "Your role may not change this",
                "It holds for all projects of the organisation, so only its owners and managers \
                 change it. You can read it; ask one of them for the change, or change the rules \
                 of the project alone."
                    .to_owned(),
            ),
            Self::SettingsForbidden => (
                "Your role may not change this",
                "Owners, managers and admins of the organisation change keys, limits, domains and \
                 how events are grouped. You can read all of it in the settings; ask one of them \
                 for the change."
                    .to_owned(),
            ),
            Self::BadRequest(advice) => ("That did not make sense", advice.clone()),
            Self::Store(store::Error::Taken(_)) => (
                "The name is taken",
                "Go back and choose another one.".to_owned(),
            ),
            Self::Store(store::Error::Refused(reason)) => ("This cannot be done", reason.clone()),
            Self::Store(store::Error::Overtaken(reason)) => {
                ("Somebody else was faster", reason.clone())
            }
            Self::Store(store::Error::Busy) => (
                "Too many previews run at this moment",
                "Others are trying rules on recent events just now. Nothing is lost: reload this \
                 page in a few seconds."
                    .to_owned(),
            ),
            Self::Store(store::Error::Away(_)) => (
                "The database does not answer",
                "Nothing is lost: events are refused until it is back, and SDKs send them again \
                 or report the loss. Reload this page in a few seconds."
                    .to_owned(),
            ),
            Self::Store(store::Error::Query(_))
            | Self::Template(_)
            | Self::Lost(_)
            | Self::Password(_) => (
                "Something broke in Watchfire",
                "The log of the server holds the reason. Reloading the page may help; if it does \
                 not, please report it with that line of the log."
                    .to_owned(),
            ),
        };
        ErrorPage {
            status: self.status_code().as_u16(),
            heading,
            advice,
        }
    }

    /// Writes the failure to the log once: ours as errors, the caller's as debug lines.
    pub(crate) fn log(&self, path: &str) {
        let status = self.status_code();
        // Addresses may hold what nobody should read.
        let path = &*watchfire_scrub::hide_secrets(path);
        if status.is_server_error() {
            let error: &dyn std::error::Error = self;
            tracing::error!(error, "http.path" = path, "a page failed: {self}");
        } else {
            tracing::debug!("http.path" = path, "a page was refused: {self}");
        }
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        match self {
            // Nothing of that name, or nothing that the person may see.
            Self::NotFound | Self::Store(store::Error::NotFound) => StatusCode::NOT_FOUND,
            // The browser asks for the log-in page instead, and comes back afterwards.
            Self::LoginRequired { .. } => StatusCode::SEE_OTHER,
            // The form came from elsewhere or is too old.
            Self::Csrf(_) => StatusCode::FORBIDDEN,
            // Somebody else of the organisation may.
            Self::SettingsForbidden | Self::OrganizationForbidden => StatusCode::FORBIDDEN,
            // It existed, and will not work again.
            Self::SetupLinkUsed => StatusCode::GONE,
            // Fields that our own pages never send.
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            // A unique name is in use.
            Self::Store(store::Error::Taken(_)) => StatusCode::CONFLICT,
            // As things are, it cannot be done.
            Self::Store(store::Error::Refused(_) | store::Error::Overtaken(_)) => {
                StatusCode::CONFLICT
            }
            // The database will be back, and so will room for previews.
            Self::Store(store::Error::Away(_) | store::Error::Busy) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            // Our own mistakes.
            Self::Store(store::Error::Query(_))
            | Self::Template(_)
            | Self::Lost(_)
            | Self::Password(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The bare answer; `headers::finish` puts the page into it.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status_code());
        match self {
            Self::LoginRequired { next } => {
                response.insert_header((header::LOCATION, login_address(next)));
            }
            Self::Store(store::Error::Away(_) | store::Error::Busy) => {
                response.insert_header((header::RETRY_AFTER, RETRY_SECONDS));
            }
            _ => {}
        }
        response.finish()
    }
}
