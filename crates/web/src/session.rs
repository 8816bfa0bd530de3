//! Who is asking: the session cookie, the visitor, and the logged-in user.

use std::future::Future;
use std::pin::Pin;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rand::Rng;
use watchfire_event::{Timestamp, UserId};
use watchfire_store::session::NewSession;
use watchfire_store::user::User;
use watchfire_store::{self as store, Conn};

use crate::Web;
use crate::error::WebError;
use crate::theme::Theme;
use crate::undo::Toast;

/// How long a session lasts without logging in again.
const SESSION_DAYS: i64 = 30;
/// How old the note of a session's last use may get before it is renewed.
const TOUCH_MICROS: i64 = 60 * 60 * 1_000_000;
const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;
const SESSION_COOKIE: &str = "watchfire_session";
/// Holds the form secret of people who are not logged in.
const VISIT_COOKIE: &str = "watchfire_visit";

/// A person with a browser, logged in or not, at the time of one request.
#[derive(Clone)]
pub(crate) struct Visitor {
    /// The account, when logged in.
    pub(crate) user: Option<User>,
    /// The secret that every form of this person carries.
    pub(crate) csrf: String,
    /// Whether the browser had no cookie of ours; its secret is set with the answer.
    pub(crate) is_new: bool,
    /// The theme the person chose.
    pub(crate) theme: Theme,
    /// What to tell about the last action.
    pub(crate) toast: Option<Toast>,
    /// Path and query of the request.
    pub(crate) path: String,
    /// The instant of the request: the only one that its page knows.
    pub(crate) now: Timestamp,
    /// The session's secret, when logged in.
    pub(crate) token: Option<String>,
}

/// A visitor who is logged in. Taking this argument is what protects a page.
#[derive(Clone)]
pub(crate) struct CurrentUser {
    /// The account.
    pub(crate) account: User,
    /// The visit.
    pub(crate) visitor: Visitor,
}

impl Visitor {
    /// The visitor of this request; looked up once per request.
    pub(crate) async fn of(request: &HttpRequest) -> Result<Self, WebError> {
        if let Some(known) = request.extensions().get::<Self>() {
            return Ok(known.clone());
        }
        let visitor = Self::load(request).await?;
        request.extensions_mut().insert(visitor.clone());
        Ok(visitor)
    }

    async fn load(request: &HttpRequest) -> Result<Self, WebError> {
        let now = Timestamp::now();
        let mut visitor = Self::anonymous(request, now);
        let Some(token) = cookie(request, SESSION_COOKIE) else {
            return Ok(visitor);
        };
        let web = Web::of(request)?;
        let lookup = token.clone();
        let found = web
            .database
            .read(move |conn| store::session::find(conn, &lookup, now))
            .await?;
        if let Some((session, user)) = found {
            if now.0 - session.last_seen_at.0 > TOUCH_MICROS {
                let token = token.clone();
                web.database
                    .write(move |conn| store::session::touch(conn, &token, now))
                    .await?;
            }
            visitor.is_new = false;
            visitor.csrf = session.csrf_token;
            visitor.token = Some(token);
            visitor.user = Some(user);
        }
        visitor.toast = Toast::read(request, &visitor.csrf, now);
        Ok(visitor)
    }

    /// The visitor as far as the request alone tells, without asking the database.
    pub(crate) fn anonymous(request: &HttpRequest, now: Timestamp) -> Self {
        let visit = cookie(request, VISIT_COOKIE);
        Self {
            user: None,
            is_new: visit.is_none(),
            csrf: visit.unwrap_or_else(secret),
            theme: Theme::of(request),
            toast: None,
            path: request
                .uri()
                .path_and_query()
                .map_or_else(|| "/".to_owned(), ToString::to_string),
            now,
            token: None,
        }
    }

    /// The cookie that a new visitor's answer sets, so that the forms in it are accepted.
    pub(crate) fn fresh_cookie(&self, web: &Web) -> Option<Cookie<'static>> {
        self.is_new
            .then(|| own_cookie(web, VISIT_COOKIE, self.csrf.clone()))
    }
}

impl FromRequest for Visitor {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}

impl FromRequest for CurrentUser {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let visitor = Visitor::of(&request).await?;
            match visitor.user.clone() {
                Some(account) => Ok(Self { account, visitor }),
                None => Err(WebError::LoginRequired { next: visitor.path }),
            }
        })
    }
}

/// Begins a session in the database and returns the secret for its cookie.
pub(crate) fn begin(conn: &mut Conn<'_>, user_id: UserId, now: Timestamp) -> store::Result<String> {
    let (token, csrf_token) = (secret(), secret());
    let new = NewSession {
        token: &token,
        user_id,
        csrf_token: &csrf_token,
        expires_at: now.plus_micros(SESSION_DAYS * DAY_MICROS),
    };
    store::session::create(conn, &new, now)?;
    Ok(token)
}

/// The cookie of a session that has begun.
pub(crate) fn session_cookie(web: &Web, token: String) -> Cookie<'static> {
    let mut cookie = own_cookie(web, SESSION_COOKIE, token);
    cookie.set_max_age(Duration::days(SESSION_DAYS));
    cookie
}

/// What removes the session's cookie from the browser.
pub(crate) fn removed_session_cookie(web: &Web) -> Cookie<'static> {
    let mut cookie = own_cookie(web, SESSION_COOKIE, String::new());
    cookie.make_removal();
    cookie
}

/// A cookie that scripts cannot read and other sites cannot send with a form.
pub(crate) fn own_cookie(web: &Web, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .secure(web.config.secure_cookies())
        .same_site(SameSite::Lax)
        .finish()
}

/// The log-in page that leads on to `next`.
pub(crate) fn login_address(next: &str) -> String {
    if next == "/" {
        "/login".to_owned()
    } else {
        format!(
            "/login?next={}",
            utf8_percent_encode(next, NON_ALPHANUMERIC)
        )
    }
}

/// The value of a cookie of the request; `None` when it is absent or empty.
pub(crate) fn cookie(request: &HttpRequest, name: &str) -> Option<String> {
    request
        .cookie(name)
        .map(|cookie| cookie.value().to_owned())
        .filter(|value| !value.is_empty())
}

/// 256 random bits as 64 hexadecimal digits.
fn secret() -> String {
    let bytes: [u8; 32] = rand::rng().random();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Web {
    /// The state of this crate that the application was configured with.
    pub(crate) fn of(request: &HttpRequest) -> Result<&web::Data<Self>, WebError> {
        request
            .app_data::<web::Data<Self>>()
            .ok_or(WebError::NotFound)
    }
}
