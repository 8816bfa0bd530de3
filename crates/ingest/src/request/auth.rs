use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use super::PublicKey;
use crate::error::IngestError;

/// The newest protocol version that is understood.
const PROTOCOL_VERSION_MAX: u32 = 7;

/// Who sends, as the request itself says (reference/PROTOCOL.md section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Auth {
    /// The public key of the DSN.
    pub(crate) public_key: PublicKey,
    /// The SDK as `name/version`.
    pub(crate) client: Option<String>,
}

/// The fields of one authentication, before they are judged.
#[derive(Debug, Default)]
struct Fields {
    key: Option<String>,
    version: Option<String>,
    client: Option<String>,
}

/// Looks at all places that can hold a key: `X-Sentry-Auth`, `Authorization` (Sentry or Basic) and
/// the query. The first one counts; others may be there if they hold the same key. `None` when
/// there is no key anywhere.
///
/// # Errors
/// The 400 and 401 of [`IngestError`] for what cannot be read or contradicts itself.
pub(crate) fn authenticate(headers: &HeaderMap, query: &str) -> Result<Option<Auth>, IngestError> {
    let places = [
        sentry_header(headers, "x-sentry-auth")?,
        sentry_header(headers, AUTHORIZATION.as_str())?,
        basic_header(headers),
        query_fields(query),
    ];
    let mut found: Option<Auth> = None;
    for fields in places.into_iter().flatten() {
        let auth = fields.judge()?;
        match &found {
            Some(first) if first.public_key != auth.public_key => {
                return Err(IngestError::ContradictingAuth);
            }
            Some(_) => {}
            None => found = Some(auth),
        }
    }
    Ok(found)
}

impl Fields {
    fn set(&mut self, name: &str, value: &str) {
        let field = match name {
            "sentry_key" => &mut self.key,
            "sentry_version" => &mut self.version,
            "sentry_client" => &mut self.client,
            // The timestamp and the secret mean nothing any more; others are not ours.
            _ => return,
        };
        *field = Some(value.to_owned());
    }

    fn judge(self) -> Result<Auth, IngestError> {
        let version = self
            .version
            .as_deref()
            .and_then(|text| text.split('.').next()?.parse().ok())
            .unwrap_or(PROTOCOL_VERSION_MAX);
        if version > PROTOCOL_VERSION_MAX {
            return Err(IngestError::UnsupportedVersion(version));
        }
        Ok(Auth {
            public_key: self.key.unwrap_or_default().parse()?,
            client: self.client.filter(|client| !client.is_empty()),
        })
    }
}

/// `Sentry k=v, k=v` in a header. Another scheme is not for us.
fn sentry_header(headers: &HeaderMap, name: &str) -> Result<Option<Fields>, IngestError> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    let Some(pairs) = after_scheme(value.as_bytes(), b"sentry") else {
        return Ok(None);
    };
    let pairs = std::str::from_utf8(pairs).or(Err(IngestError::BadAuthHeader))?;
    let mut fields = Fields::default();
    for pair in pairs.split(',') {
        if let Some((key, value)) = pair.split_once('=') {
            fields.set(key.trim(), value.trim());
        }
    }
    match fields.key.as_deref() {
        None | Some("") => Err(IngestError::BadAuthHeader),
        Some(_) => Ok(Some(fields)),
    }
}

/// `Basic base64(key:anything)`. A name that cannot be a key belongs to a proxy in front of us.
fn basic_header(headers: &HeaderMap) -> Option<Fields> {
    let value = headers.get(AUTHORIZATION)?;
    let encoded = after_scheme(value.as_bytes(), b"basic")?;
    let decoded = STANDARD.decode(encoded.trim_ascii()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let key = text.split(':').next()?;
    key.parse::<PublicKey>().ok()?;
    let mut fields = Fields::default();
    fields.set("sentry_key", key);
    Some(fields)
}

fn query_fields(query: &str) -> Option<Fields> {
    if !query.contains("sentry_") {
        return None;
    }
    let mut fields = Fields::default();
    for pair in query.split('&') {
        if let Some((name, value)) = pair.split_once('=') {
            let value = value.replace('+', " ");
            fields.set(name, &percent_decode_str(&value).decode_utf8_lossy());
        }
    }
    fields.key.is_some().then_some(fields)
}

/// What follows the scheme, which is read in any case.
fn after_scheme<'a>(value: &'a [u8], scheme: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = value.trim_ascii_start().split_at_checked(scheme.len())?;
    (start.eq_ignore_ascii_case(scheme) && rest.first() == Some(&b' ')).then_some(rest)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    const OTHER: &str = "ffffffffffffffffffffffffffffffff";

    fn read(headers: &[(&str, &str)], query: &str) -> Result<Option<Auth>, IngestError> {
        let fill = |text: &str| text.replace("KEY", KEY).replace("OTHER", OTHER);
        let headers = headers
            .iter()
            .map(|(name, value)| {
                let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
                (name, HeaderValue::from_str(&fill(value)).expect("a value"))
            })
            .collect();
        authenticate(&headers, &fill(query))
    }

    #[track_caller]
    fn check(headers: &[(&str, &str)], query: &str, client: Option<&str>) {
        let expected = Auth {
            public_key: KEY.parse().expect("a key"),
            client: client.map(str::to_owned),
        };
        assert_eq!(read(headers, query), Ok(Some(expected)));
    }

    #[track_caller]
    fn check_error(headers: &[(&str, &str)], query: &str, expected: IngestError) {
        assert_eq!(read(headers, query), Err(expected));
    }

    #[test]
    fn the_sentry_header_is_read_with_and_without_blanks() {
        check(
            &[(
                "x-sentry-auth",
                "Sentry sentry_key=KEY, sentry_version=7, sentry_client=sentry.python/2.75.0",
            )],
            "",
            Some("sentry.python/2.75.0"),
        );
        check(
            &[(
                "x-sentry-auth",
                "sentry sentry_version=7.0,sentry_client=a/1,sentry_timestamp=1.5,sentry_secret=x,sentry_key=KEY",
            )],
            "",
            Some("a/1"),
        );
        check(&[("authorization", "SENTRY sentry_key=KEY.flag")], "", None);
    }

    #[test]
    fn basic_authentication_carries_the_key_as_the_name() {
        let encoded = STANDARD.encode(format!("{KEY}:whatever"));
        check(&[("authorization", &format!("Basic {encoded}"))], "", None);
    }

    #[test]
    fn the_query_is_percent_decoded() {
        check(
            &[],
            "sentry_version=7&sentry_key=KEY&sentry_client=sentry.javascript.node%2F11.12.0",
            Some("sentry.javascript.node/11.12.0"),
        );
    }

    #[test]
    fn agreeing_places_are_accepted_and_the_header_comes_first() {
        check(
            &[("x-sentry-auth", "Sentry sentry_key=KEY, sentry_client=a/1")],
            "sentry_key=KEY&sentry_client=b/2",
            Some("a/1"),
        );
        check(
            &[("authorization", "Basic cHJveHk6c2VjcmV0")],
            "sentry_key=KEY",
            None,
        );
        check(
            &[("x-sentry-auth", "Sentry sentry_key=KEY")],
            "sentry_release=1",
            None,
        );
    }

    #[test]
    fn contradicting_places_are_refused() {
        check_error(
            &[("x-sentry-auth", "Sentry sentry_key=KEY")],
            "sentry_key=OTHER",
            IngestError::ContradictingAuth,
        );
    }

    #[test]
    fn without_a_key_there_is_nobody() {
        assert_eq!(read(&[], ""), Ok(None));
        assert_eq!(read(&[], "sentry_version=7"), Ok(None));
        assert_eq!(read(&[("authorization", "Bearer abc")], ""), Ok(None));
        assert_eq!(
            read(&[("x-sentry-auth", "Other sentry_key=KEY")], ""),
            Ok(None)
        );
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let header = "x-sentry-auth";
        check_error(&[(header, "Sentry ")], "", IngestError::BadAuthHeader);
        check_error(
            &[(header, "Sentry sentry_key=")],
            "",
            IngestError::BadAuthHeader,
        );
        check_error(
            &[(header, "Sentry sentry_version=7")],
            "",
            IngestError::BadAuthHeader,
        );
        check_error(
            &[(header, "Sentry sentry_key=abc")],
            "",
            IngestError::BadPublicKey,
        );
        check_error(&[], "sentry_key=", IngestError::BadPublicKey);
        check_error(
            &[],
            "sentry_key=%C3%A9123456789abcdef0123456789abcde",
            IngestError::BadPublicKey,
        );
        check_error(
            &[],
            "sentry_key=KEY&sentry_version=8",
            IngestError::UnsupportedVersion(8),
        );
    }
}
