//! Tells an open page whether a newer event has arrived.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use watchfire_store as store;

use super::load;
use crate::Web;
use crate::error::WebError;
use crate::session::CurrentUser;

/// The state of an issue at this moment.
#[derive(Serialize)]
struct Pulse {
    /// The latest event's id; null when none is kept.
    latest: Option<String>,
    /// How many events the issue has had.
    events: i64,
}

/// `GET …/issues/{id}/watch`, JSON.
pub(super) async fn watch(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let name = load::issue_name(&request);
    let pulse = web
        .database
        .read(move |conn| {
            let found = load::issue(conn, &user.account, &name)?;
            let latest = store::event::latest(conn, found.issue.id)?;
            Ok(Pulse {
                latest: latest.map(|row| row.event_id.to_string()),
                events: found.issue.event_count,
            })
        })
        .await?;
    Ok(HttpResponse::Ok().json(pulse))
}
