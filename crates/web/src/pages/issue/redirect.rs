//! Leads the addresses that Sentry uses, `/organizations/{org}/issues/{id}/…`, to our pages.

use actix_web::{HttpRequest, HttpResponse};

use crate::error::WebError;
use crate::respond::see_other;

/// `GET /organizations/{organization}/issues/{tail}`: an issue, or one of its events. What names
/// nothing leads to a page that says so.
pub(super) async fn redirect(request: HttpRequest) -> Result<HttpResponse, WebError> {
    let tail = request.match_info().get("tail").unwrap_or_default();
    let address = address(tail).ok_or(WebError::NotFound)?;
    Ok(see_other(&address, []))
}

fn address(tail: &str) -> Option<String> {
    let mut parts = tail.split('/').filter(|part| !part.is_empty());
    let issue = parts.next().filter(|part| is_plain(part))?;
    match (parts.next(), parts.next(), parts.next()) {
        (Some("events"), Some(event), None) if is_plain(event) => {
            Some(format!("/issues/{issue}/events/{event}"))
        }
        (Some("events"), None, None) => Some(format!("/issues/{issue}/events")),
        (None, None, None) => Some(format!("/issues/{issue}")),
        _ => None,
    }
}

fn is_plain(part: &str) -> bool {
    part.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_sentry_lead_to_ours() {
        assert_eq!(address("7/").as_deref(), Some("/issues/7"));
        assert_eq!(
            address("SHOP-1A/events/latest/").as_deref(),
            Some("/issues/SHOP-1A/events/latest")
        );
        assert_eq!(address("7/events/").as_deref(), Some("/issues/7/events"));
        assert_eq!(address("7/tags/x"), None);
        assert_eq!(address(""), None);
        assert_eq!(address("7\r\nSet-Cookie: a"), None);
    }
}
