use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use watchfire_store as store;

use super::show::{View, page};
use crate::csrf::Posted;
use crate::error::WebError;
use crate::respond::see_other;
use crate::session::{CurrentUser, begin, session_cookie};
use crate::{Web, password};

/// `POST /account` with `current` and `new`: changes the password and ends all other sessions.
pub(crate) async fn change_password(
    web: web::Data<Web>,
    user: CurrentUser,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let current = form.one("current").to_owned();
    let hash = user.account.password_hash.clone();
    let is_right = password::verify_in_background(current, Some(hash)).await?;
    let view = View {
        current_problem: (!is_right).then(|| "This is not your password.".to_owned()),
        new_problem: password::problem(form.one("new")),
        ..View::default()
    };
    if view.current_problem.is_some() || view.new_problem.is_some() {
        let mut response = page(&web, user, view).await?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let password_hash = password::hash_in_background(form.one("new").to_owned()).await?;
    let (id, now) = (user.account.id, user.visitor.now);
    let token = web
        .database
        .write(move |conn| {
            store::user::set_password(conn, id, &password_hash)?;
            store::session::delete_of_user(conn, id)?;
            begin(conn, id, now)
        })
        .await?;
    Ok(see_other(
        "/account?changed=1",
        [session_cookie(&web, token)],
    ))
}
