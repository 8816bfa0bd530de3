use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, web};
use watchfire_store as store;

use crate::Web;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::respond::see_other;
use crate::session::{Visitor, removed_session_cookie};
use crate::undo::Toast;

/// `POST /logout`: ends the session here and in the database.
pub(crate) async fn log_out(
    web: web::Data<Web>,
    visitor: Visitor,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    if let Some(token) = visitor.token {
        web.database
            .write(move |conn| store::session::delete(conn, &token))
            .await?;
    }
    let cookies = [removed_session_cookie(&web), Toast::removed_cookie(&web)];
    let mut response = see_other("/login", cookies);
    // What the browser keeps for going back must not outlive the session.
    response.headers_mut().insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\""),
    );
    Ok(response)
}
