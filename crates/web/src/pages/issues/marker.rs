use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_store::project::change_marker;

use crate::error::WebError;
use crate::session::CurrentUser;
use crate::{Web, access};

#[derive(Serialize)]
struct Marker {
    marker: i64,
}

/// `GET /projects/{slug}/marker`: a number that changes with the issues of the project, for lists
/// that load themselves again.
pub(crate) async fn marker(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let marker = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            change_marker(conn, &[project.id])
        })
        .await?;
    Ok(HttpResponse::Ok().json(Marker { marker }))
}
