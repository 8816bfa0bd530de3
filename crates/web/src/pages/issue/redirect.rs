//! Leads the addresses that Sentry uses, `/organizations/{org}/issues/{id}/…`, and those of events
//! whose issue is not known, to our pages.

use actix_web::{HttpRequest, HttpResponse, web};
use watchfire_event::EventId;
use watchfire_store as store;

use crate::error::WebError;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::{Web, access, address};

/// `GET /projects/{slug}/events/{event}`: the page of the event's issue with this event.
pub(super) async fn redirect_event(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    let (slug, event) = path.into_inner();
    let event: EventId = event.parse().or(Err(WebError::NotFound))?;
    let found = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let row = store::event::get(conn, project.id, event)?;
            let row = row.ok_or(store::Error::NotFound)?;
            Ok(address::issue(&project.slug, row.issue_id))
        })
        .await?;
    Ok(see_other(&format!("{found}/events/{event}"), []))
}

/// `GET /organizations/{organization}/issues/{tail}`: an issue, or one of its events. What names
/// nothing leads to a page that says so.
pub(super) async fn redirect(request: HttpRequest) -> Result<HttpResponse, WebError> {
    let tail = request.match_info().get("tail").unwrap_or_default();
    let page = page(tail).ok_or(WebError::NotFound)?;
    Ok(see_other(&page, []))
}

fn page(tail: &str) -> Option<String> {
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
        assert_eq!(page("7/").as_deref(), Some("/issues/7"));
        assert_eq!(
            page("SHOP-1A/events/latest/").as_deref(),
            Some("/issues/SHOP-1A/events/latest")
        );
        assert_eq!(page("7/events/").as_deref(), Some("/issues/7/events"));
        assert_eq!(page("7/tags/x"), None);
        assert_eq!(page(""), None);
        assert_eq!(page("7\r\nSet-Cookie: a"), None);
    }
}
