//! Protection against forms that other sites post in a person's name.
//!
//! Two checks, both needed: the form carries the session's secret, and the browser's `Origin`
//! header, when it sends one, names this server.

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use std::future::Future;
use std::pin::Pin;

use crate::Web;
use crate::error::WebError;
use crate::session::Visitor;

/// Why a form was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The form was sent from a page of another address.
    #[error("origin {received} instead of {expected}")]
    Origin { expected: String, received: String },
    /// The form's secret is not this session's.
    #[error("a wrong form secret")]
    Token,
    /// The browser sent none of our cookies.
    #[error("no cookie")]
    NoCookie,
}

impl Refusal {
    /// What the person can do about it.
    pub(crate) fn advice(&self) -> String {
        match self {
            Self::Origin { expected, received } => format!(
                "The form came from {received}, but this server's address is {expected}. Open \
                 Watchfire under {expected}; or, if {received} is where it really lives, set \
                 WATCHFIRE_URL={received} and restart it."
            ),
            Self::Token => "The page is older than your session. Go back, reload it and send the \
                            form again."
                .to_owned(),
            Self::NoCookie => "The browser sent no cookie. Allow cookies for this address, go \
                               back, reload the page and send the form again. Over plain http, \
                               cookies that were set for https do not come back: use the address \
                               in WATCHFIRE_URL."
                .to_owned(),
        }
    }
}

/// The fields of a form that was posted by one of our own pages.
///
/// Taking this argument is what protects a handler: there is no other way to the fields.
pub(crate) struct Posted(Vec<(String, String)>);

impl Posted {
    /// The first value of a field; empty when the form has no such field.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// All values of a field, as ticked boxes send them.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All fields with their values, in the order of the form.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Where to go after the form: the field `back` when it names a page of ours, else `otherwise`.
    pub(crate) fn back<'a>(&'a self, otherwise: &'a str) -> &'a str {
        let back = self.one("back");
        if is_own_path(back) { back } else { otherwise }
    }
}

impl FromRequest for Posted {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let form = web::Form::<Vec<(String, String)>>::from_request(&request, payload);
        Box::pin(async move {
            check_origin(&request)?;
            let visitor = Visitor::of(&request).await?;
            let form = form.await.map_err(|error| {
                WebError::BadRequest(format!("The form cannot be read: {error}."))
            })?;
            let posted = Self(form.into_inner());
            if visitor.is_new {
                return Err(Refusal::NoCookie.into());
            }
            if !same(posted.one("csrf"), &visitor.csrf) {
                return Err(Refusal::Token.into());
            }
            Ok(posted)
        })
    }
}

/// Whether this is a path on this server, so that a redirect to it cannot lead elsewhere.
pub(crate) fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(|character: char| character == '\\' || character.is_control())
}

/// Compares `Origin` with the configured address and with the address the browser used: a page of
/// another site can imitate neither.
fn check_origin(request: &HttpRequest) -> Result<(), Refusal> {
    let Some(received) = request.headers().get(header::ORIGIN) else {
        return Ok(());
    };
    let received = received.to_str().unwrap_or("an unreadable address");
    let expected = request
        .app_data::<web::Data<Web>>()
        .map_or("", |web| web.config.public_url.as_str());
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    if is_expected_origin(received, expected, host) {
        return Ok(());
    }
    Err(Refusal::Origin {
        expected: origin_of(expected).to_owned(),
        received: received.to_owned(),
    })
}

fn is_expected_origin(received: &str, public_url: &str, host: Option<&str>) -> bool {
    let authority = received.split_once("://").map(|(_, authority)| authority);
    received.eq_ignore_ascii_case(origin_of(public_url))
        || matches!((authority, host), (Some(one), Some(other)) if one.eq_ignore_ascii_case(other))
}

/// Scheme, host and port of an address, without its path.
pub(crate) fn origin_of(url: &str) -> &str {
    let start = url.find("://").map_or(0, |scheme| scheme + 3);
    let end = url
        .get(start..)
        .and_then(|rest| rest.find('/'))
        .map_or(url.len(), |length| start + length);
    url.get(..end).unwrap_or(url)
}

/// Compares two secrets in a time that does not depend on where they differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one
            .bytes()
            .zip(other.bytes())
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_ours_when_it_is_configured_or_the_address_in_use() {
        let url = "https://errors.example.com/";
        assert!(is_expected_origin("https://errors.example.com", url, None));
        assert!(is_expected_origin(
            "http://localhost:9000",
            url,
            Some("localhost:9000")
        ));
        assert!(!is_expected_origin(
            "https://evil.example",
            url,
            Some("errors.example.com")
        ));
        assert!(!is_expected_origin("null", url, Some("null")));
    }

    #[test]
    fn the_refusal_names_both_origins() {
        let refusal = Refusal::Origin {
            expected: "https://a.example".to_owned(),
            received: "https://b.example".to_owned(),
        };
        let advice = refusal.advice();
        assert!(advice.contains("https://a.example") && advice.contains("https://b.example"));
    }

    #[test]
    fn only_paths_of_this_server_are_followed() {
        assert!(is_own_path("/projects/shop/issues?query=is%3Anew"));
        for path in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a\nb",
        ] {
            assert!(!is_own_path(path), "{path:?}");
        }
    }
}
