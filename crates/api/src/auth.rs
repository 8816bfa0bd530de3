//! Who asks: the Bearer token of the request and its scopes.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use watchfire_event::{OrganizationId, Timestamp, UserId};
use watchfire_store::token::{self, Token};
use watchfire_store::{Conn, Result as StoreResult, organization, user};

use crate::Api;
use crate::error::ApiError;

/// A token's last use is written down at most this often.
const TOUCH_INTERVAL_MICROS: i64 = 60 * 1_000_000;

/// The holder of a valid token.
pub(crate) struct Caller {
    token: Token,
    reach: Reach,
}

/// Which organisations a caller may know of.
#[derive(Clone, Debug)]
pub(crate) enum Reach {
    /// Every one: a token without an account, or a superuser's.
    Everything,
    /// Those that the account belongs to.
    Organizations(Vec<OrganizationId>),
}

impl Reach {
    /// Whether an organisation exists for the caller.
    pub(crate) fn includes(&self, id: OrganizationId) -> bool {
        match self {
            Self::Everything => true,
            Self::Organizations(ids) => ids.contains(&id),
        }
    }
}

impl Caller {
    /// Whose token it is; nobody's for a token that acts for the whole installation.
    pub(crate) fn user(&self) -> Option<UserId> {
        self.token.user_id
    }

    /// Which organisations the caller may know of.
    pub(crate) fn reach(&self) -> Reach {
        self.reach.clone()
    }

    /// The token's scopes.
    pub(crate) fn scopes(&self) -> Vec<String> {
        self.token.scopes()
    }

    /// Checks that the token may do what `scope` names. A wider scope of the same kind will do:
    /// `event:admin` may what `event:write` may, and that what `event:read` may.
    pub(crate) fn require(&self, scope: &'static str) -> Result<(), ApiError> {
        let (kind, need) = scope.split_once(':').unwrap_or((scope, "read"));
        let allows = |held: &String| {
            let (held_kind, have) = held.split_once(':').unwrap_or((held, "read"));
            held == scope || (held_kind == kind && rank(have) >= rank(need))
        };
        if self.scopes().iter().any(allows) {
            Ok(())
        } else {
            Err(ApiError::Forbidden(scope))
        }
    }
}

fn rank(verb: &str) -> u8 {
    match verb {
        "read" => 1,
        "write" => 2,
        "admin" => 3,
        _ => 0,
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let api = request.app_data::<web::Data<Api>>().cloned();
        let secret = credentials(request, "bearer");
        Box::pin(async move {
            let secret = secret.ok_or(ApiError::Unauthorized(
                "Authentication credentials were not provided; send Authorization: Bearer with a \
                 token from `watchfire token create`",
            ))?;
            let api = api.ok_or_else(|| ApiError::NotFound("api".to_owned()))?;
            let found = api
                .database
                .read(move |conn| identify(conn, &secret))
                .await?;
            let (token, reach) = found.ok_or(ApiError::Unauthorized("Invalid token"))?;
            touch(&api, &token).await?;
            Ok(Self { token, reach })
        })
    }
}

/// Who hands something in: the holder of a token, or a program that only has a DSN
/// (reference/PRODUCT.md section 9.1).
pub(crate) enum Sender {
    /// A token.
    Token(Caller),
    /// The public part of a key, which nobody has looked up yet.
    Key(String),
}

impl FromRequest for Sender {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if let Some(dsn) = credentials(request, "dsn") {
            let key = public_key(&dsn).map(str::to_owned);
            return Box::pin(async move {
                key.map(Self::Key).ok_or(ApiError::Unauthorized(
                    "Authorization: DSN needs a whole DSN, for example https://KEY@host/1",
                ))
            });
        }
        let caller = Caller::from_request(request, payload);
        Box::pin(async move { caller.await.map(Self::Token) })
    }
}

/// The public part of the key of a DSN; older ones also have a secret part.
fn public_key(dsn: &str) -> Option<&str> {
    let (_, rest) = dsn.split_once("://")?;
    let (user, _) = rest.split_once('@')?;
    let key = user.split(':').next()?;
    (!key.is_empty()).then_some(key)
}

/// What follows the scheme in the header `Authorization`.
fn credentials(request: &HttpRequest, scheme: &str) -> Option<String> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (named, secret) = header.split_once(' ')?;
    named
        .eq_ignore_ascii_case(scheme)
        .then(|| secret.trim().to_owned())
}

/// The token of a secret and how far it reaches; nothing when there is none, or when its account
/// may no longer log in.
fn identify(conn: &mut Conn<'_>, secret: &str) -> StoreResult<Option<(Token, Reach)>> {
    let Some(token) = token::find(conn, secret)? else {
        return Ok(None);
    };
    let Some(id) = token.user_id else {
        return Ok(Some((token, Reach::Everything)));
    };
    let Some(account) = user::get(conn, id)?.filter(|account| account.is_active) else {
        return Ok(None);
    };
    if account.is_superuser {
        return Ok(Some((token, Reach::Everything)));
    }
    let member_of = organization::list_of_user(conn, id)?;
    let ids = member_of.iter().map(|found| found.id).collect();
    Ok(Some((token, Reach::Organizations(ids))))
}

async fn touch(api: &Api, token: &Token) -> Result<(), ApiError> {
    let (id, now) = (token.id, Timestamp::now());
    let recent = token
        .last_used_at
        .is_some_and(|used| now.0 - used.0 < TOUCH_INTERVAL_MICROS);
    if !recent {
        api.database
            .write(move |conn| token::touch(conn, id, now))
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::public_key;

    #[test]
    fn the_key_of_a_dsn_stands_before_the_host() {
        assert_eq!(public_key("https://abc@host/1"), Some("abc"));
        assert_eq!(public_key("http://abc:secret@host:8000/p/1"), Some("abc"));
        for wrong in ["", "abc", "https://host/1", "https://@host/1"] {
            assert_eq!(public_key(wrong), None, "{wrong}");
        }
    }
}
