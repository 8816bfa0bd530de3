use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use watchfire_store as store;

use crate::csrf::{Posted, is_own_path};
use crate::error::WebError;
use crate::frame::Frame;
use crate::respond::see_other;
use crate::session::{Visitor, begin, session_cookie};
use crate::{Web, password};

use super::attempt_address;

/// The query of the log-in page.
#[derive(Deserialize)]
pub(crate) struct Parameters {
    #[serde(default)]
    next: String,
}

#[derive(Serialize)]
struct View {
    next: String,
    email: String,
    problem: Option<String>,
    /// Whether nobody has an account yet, so that logging in is in vain.
    is_unused: bool,
}

/// Longer addresses are remembered by their beginning, so that each costs a bounded memory.
const ACCOUNT_CHARS_MAX: usize = 254;

/// `GET /login?next=…`
pub(crate) async fn show(
    web: web::Data<Web>,
    visitor: Visitor,
    parameters: web::Query<Parameters>,
) -> Result<HttpResponse, WebError> {
    let next = own_path(&parameters.next);
    if visitor.user.is_some() {
        return Ok(see_other(next, []));
    }
    let is_unused = web.database.read(store::user::count).await? == 0;
    let view = View {
        next: next.to_owned(),
        email: String::new(),
        problem: None,
        is_unused,
    };
    let frame = Frame::new(&visitor, "Log in");
    web.page(&visitor, "pages/login", &frame, &view)
}

/// `POST /login` with `email`, `password`, `next`.
pub(crate) async fn log_in(
    web: web::Data<Web>,
    visitor: Visitor,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let email = form.one("email").trim().to_lowercase();
    let next = own_path(form.one("next")).to_owned();
    let address = attempt_address(&web, &request);
    let account: String = email.chars().take(ACCOUNT_CHARS_MAX).collect();
    if let Err(seconds) = web.throttle.attempt(&address, &account, visitor.now) {
        return too_many(&web, &visitor, email, next, seconds);
    }
    let lookup = email.clone();
    let user = web
        .database
        .read(move |conn| store::user::by_email(conn, &lookup))
        .await?
        .filter(|user| user.is_active);
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let is_right = password::verify_in_background(form.one("password").to_owned(), hash).await?;
    let Some(user) = user.filter(|_| is_right) else {
        tracing::info!("client.address" = address, "a log-in failed");
        let problem = "E-mail address or password is wrong.".to_owned();
        return refuse(
            &web,
            &visitor,
            email,
            next,
            problem,
            StatusCode::UNPROCESSABLE_ENTITY,
        );
    };
    web.throttle.succeeded(&address, &account);
    let now = visitor.now;
    let token = web
        .database
        .write(move |conn| {
            store::session::delete_expired(conn, now)?;
            store::user::logged_in(conn, user.id, now)?;
            begin(conn, user.id, now)
        })
        .await?;
    Ok(see_other(&next, [session_cookie(&web, token)]))
}

fn too_many(
    web: &Web,
    visitor: &Visitor,
    email: String,
    next: String,
    seconds: i64,
) -> Result<HttpResponse, WebError> {
    let wait = match seconds {
        ..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", (seconds + 59) / 60),
    };
    let problem = format!("Too many failed attempts. Try again in {wait}.");
    let mut response = refuse(
        web,
        visitor,
        email,
        next,
        problem,
        StatusCode::TOO_MANY_REQUESTS,
    )?;
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    Ok(response)
}

fn refuse(
    web: &Web,
    visitor: &Visitor,
    email: String,
    next: String,
    problem: String,
    status: StatusCode,
) -> Result<HttpResponse, WebError> {
    let view = View {
        next,
        email,
        problem: Some(problem),
        is_unused: false,
    };
    let frame = Frame::new(visitor, "Log in");
    let mut response = web.page(visitor, "pages/login", &frame, &view)?;
    *response.status_mut() = status;
    Ok(response)
}

fn own_path(next: &str) -> &str {
    if is_own_path(next) { next } else { "/" }
}
