use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use watchfire_event::Timestamp;
use watchfire_store::user::NewUser;
use watchfire_store::{self as store, Conn, organization, setup_link, user};

use super::{View, is_valid};
use crate::csrf::Posted;
use crate::error::WebError;
use crate::frame::Frame;
use crate::respond::see_other;
use crate::session::{Visitor, begin, session_cookie};
use crate::{Web, password};

/// The role of the first account in the organisations that exist.
const OWNER: &str = "owner";

/// `POST /setup/{token}` with `name`, `email`, `password`: makes the first account, uses the link
/// up and logs in.
pub(crate) async fn create(
    web: web::Data<Web>,
    visitor: Visitor,
    token: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let view = check(token.into_inner(), &form);
    if view.email_problem.is_some() || view.password_problem.is_some() {
        let frame = Frame::new(&visitor, "Set up");
        let mut response = web.page(&visitor, "pages/setup", &frame, &view)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    // Hashing is dear: not for anybody who guesses addresses.
    if !is_valid(&web, &view.token).await? {
        return Err(WebError::SetupLinkUsed);
    }
    let password_hash = password::hash_in_background(form.one("password").to_owned()).await?;
    let new = NewUser {
        email: view.email,
        name: view.name,
        password_hash,
        is_superuser: true,
    };
    let session = web
        .database
        .write(move |conn| first_account(conn, &view.token, &new, visitor.now))
        .await?
        .ok_or(WebError::SetupLinkUsed)?;
    Ok(see_other("/", [session_cookie(&web, session)]))
}

fn check(token: String, form: &Posted) -> View {
    let email = form.one("email").trim();
    let has_both_sides = email
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    let email_problem = (!has_both_sides || email.len() > 254)
        .then(|| "Write an address such as ana@example.com.".to_owned());
    View {
        token,
        name: form.one("name").trim().chars().take(100).collect(),
        email: email.to_owned(),
        email_problem,
        password_problem: password::problem(form.one("password")),
    }
}

/// Makes the account and its session; nothing when the link does not work (any more).
fn first_account(
    conn: &mut Conn<'_>,
    token: &str,
    new: &NewUser,
    now: Timestamp,
) -> store::Result<Option<String>> {
    if !setup_link::use_up(conn, token, now)? {
        return Ok(None);
    }
    let account = user::create(conn, new, now)?;
    for organization in organization::list(conn)? {
        organization::add_member(conn, organization.id, account.id, OWNER, now)?;
    }
    user::logged_in(conn, account.id, now)?;
    begin(conn, account.id, now).map(Some)
}
