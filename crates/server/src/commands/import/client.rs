//! Reads Sentry's API: one request after the other, with patience and with limits.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use ureq::http::{HeaderMap, Response, Uri};
use watchfire_event::Timestamp;

use super::link;
use crate::output;

/// How long Sentry may take to let us in.
const CONNECT_WAIT_MAX: Duration = Duration::from_secs(10);
/// How long one request may take.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(60);
/// The largest answer that is read.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How often one thing is asked for before it counts as failed.
const ATTEMPTS_MAX: u32 = 6;
/// How long to wait after the first failure; doubled after each further one.
const RETRY_WAIT: Duration = Duration::from_millis(500);
/// The longest that Sentry may make us wait; past it the import ends and can be run again.
const RETRY_WAIT_MAX: Duration = Duration::from_secs(120);
/// How many characters of an answer are quoted where it says why it refuses.
const QUOTE_CHARS_MAX: usize = 200;
const CLIENT: &str = concat!("watchfire-import/", env!("CARGO_PKG_VERSION"));

/// Sentry's API at one origin, with a token. Neither is ever printed together with the other: no
/// message holds the token.
pub(super) struct Sentry {
    agent: ureq::Agent,
    /// Ends in `/api/0`.
    base: String,
    token: String,
}

/// One thing could not be had although it was asked for several times; others may.
#[derive(Debug, thiserror::Error)]
#[error("{0}; gave up after {ATTEMPTS_MAX} attempts")]
pub(super) struct GaveUp(String);

/// One page of a list.
pub(super) struct Page {
    /// Its items.
    pub(super) items: Vec<Value>,
    /// The cursor of the next page; nothing on the last one.
    pub(super) next: Option<String>,
}

/// What Sentry says.
struct Answer {
    body: Value,
    next: Option<String>,
}

/// What a request came to.
enum Attempt {
    /// An answer.
    Answer(Answer),
    /// It does not exist.
    Missing,
    /// It may work later; the text says what happened, and perhaps Sentry how long to wait.
    Later(String, Option<Duration>),
}

impl Sentry {
    /// The API at an origin such as `https://sentry.io`; a path below it is kept, `/api/0` at its
    /// end may be left out.
    ///
    /// # Errors
    /// When the address is not one of http or https, or the token cannot be one.
    pub(super) fn new(url: &str, token: String) -> Result<Self> {
        let base = url.trim().trim_end_matches('/');
        let base = base.strip_suffix("/api/0").unwrap_or(base);
        let is_known = base.parse::<Uri>().is_ok_and(|uri| {
            uri.host().is_some() && matches!(uri.scheme_str(), Some("http" | "https"))
        });
        if !is_known {
            bail!(
                "--url is the address of Sentry, for example https://sentry.io, but it is {url:?}"
            );
        }
        if token.contains(|letter: char| !letter.is_ascii_graphic()) {
            bail!("--token holds something that no token has, such as a blank");
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // The token goes to the address that was typed and nowhere else.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT_WAIT_MAX))
            .timeout_global(Some(ANSWER_WAIT_MAX))
            .user_agent(CLIENT)
            .build();
        Ok(Self {
            agent: agent.into(),
            base: format!("{base}/api/0"),
            token,
        })
    }

    /// A page of the list at a path such as `/organizations/acme/issues/`; nothing when there is
    /// no such list. Waits and asks again where that may help.
    ///
    /// # Errors
    /// When Sentry refuses the token, asks for more patience than there is, or keeps failing
    /// ([`GaveUp`]).
    pub(super) fn page(
        &self,
        path: &str,
        query: &[(&str, &str)],
        cursor: Option<&str>,
    ) -> Result<Option<Page>> {
        match self.get(path, query, cursor)? {
            None => Ok(None),
            Some(Answer {
                body: Value::Array(items),
                next,
            }) => Ok(Some(Page { items, next })),
            Some(_) => bail!("{path} answered with something else than a list"),
        }
    }

    /// The one thing at a path; nothing when there is none.
    ///
    /// # Errors
    /// As [`Sentry::page`].
    pub(super) fn one(&self, path: &str) -> Result<Option<Value>> {
        let answer = self.get(path, &[], None)?;
        Ok(answer.map(|answer| answer.body))
    }

    fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
        cursor: Option<&str>,
    ) -> Result<Option<Answer>> {
        let mut pause = RETRY_WAIT;
        let mut attempt = 1;
        loop {
            match self.ask(path, query, cursor)? {
                Attempt::Answer(answer) => return Ok(Some(answer)),
                Attempt::Missing => return Ok(None),
                Attempt::Later(what, _) if attempt >= ATTEMPTS_MAX => {
                    return Err(GaveUp(what).into());
                }
                Attempt::Later(what, asked) => {
                    let wait = asked.unwrap_or(pause);
                    if wait > RETRY_WAIT_MAX {
                        bail!(
                            "{what} and asks to wait {} seconds; run the import again then",
                            wait.as_secs()
                        );
                    }
                    if asked.is_some() {
                        output::note(&format!("{what}; waiting {} s", wait.as_secs()));
                    }
                    sleep(wait);
                    pause = pause.saturating_mul(2);
                    attempt += 1;
                }
            }
        }
    }

    fn ask(&self, path: &str, query: &[(&str, &str)], cursor: Option<&str>) -> Result<Attempt> {
        let request = self
            .agent
            .get(format!("{}{path}", self.base))
            .query_pairs(query.iter().copied())
            .query_pairs(cursor.map(|cursor| ("cursor", cursor)))
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Accept", "application/json");
        let mut answer = match request.call() {
            Ok(answer) => answer,
            Err(error) => {
                return Ok(Attempt::Later(
                    format!("{} does not answer: {error}", self.base),
                    None,
                ));
            }
        };
        let body = answer
            .body_mut()
            .with_config()
            .limit(ANSWER_BYTES_MAX)
            .read_to_vec();
        let body = match body {
            Ok(body) => body,
            Err(ureq::Error::BodyExceedsLimit(_)) => {
                bail!("{path} answered with more than {ANSWER_BYTES_MAX} bytes")
            }
            Err(error) => return Ok(Attempt::Later(format!("{path} broke off: {error}"), None)),
        };
        self.judge(path, &answer, &body)
    }

    fn judge<T>(&self, path: &str, answer: &Response<T>, body: &[u8]) -> Result<Attempt> {
        match answer.status().as_u16() {
            200..=299 => {
                let body = serde_json::from_slice(body)
                    .with_context(|| format!("{path} answered with something else than JSON"))?;
                let link = header(answer.headers(), "link").unwrap_or_default();
                let next = link::next_cursor(link);
                Ok(Attempt::Answer(Answer { body, next }))
            }
            status @ 300..=399 => {
                let to = header(answer.headers(), "location").unwrap_or("another address");
                bail!(
                    "{} answered {status} and leads to {to}; give that address with --url",
                    self.base
                )
            }
            401 => bail!("Sentry refuses the token (401): {}", quote(body)),
            403 => bail!(
                "the token may not read {path} (403): {}; it needs the scopes org:read, project:read \
                 and event:read",
                quote(body)
            ),
            404 | 410 => Ok(Attempt::Missing),
            429 => Ok(Attempt::Later(
                "Sentry limits the rate (429)".to_owned(),
                asked_wait(answer.headers(), Timestamp::now()),
            )),
            status @ 500..=599 => Ok(Attempt::Later(
                format!("{path} answered {status}"),
                asked_wait(answer.headers(), Timestamp::now()),
            )),
            status => bail!("{path} answered {status}: {}", quote(body)),
        }
    }
}

/// How long Sentry asks to wait: `Retry-After` in seconds, or the time when its limit is lifted.
fn asked_wait(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    if let Some(seconds) = header(headers, "retry-after").and_then(|text| text.trim().parse().ok())
    {
        return Some(Duration::from_secs(seconds));
    }
    let reset: f64 = header(headers, "x-sentry-rate-limit-reset")?
        .trim()
        .parse()
        .ok()?;
    Duration::try_from_secs_f64(reset - now.seconds()).ok()
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// What an answer says, in one line: its `detail`, or its first characters.
fn quote(body: &[u8]) -> String {
    let detail = serde_json::from_slice::<Value>(body).ok();
    let detail = detail.and_then(|body| Some(body.get("detail")?.as_str()?.to_owned()));
    let text = detail.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(QUOTE_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_may_be_given_in_several_forms() {
        let base = |url: &str| Sentry::new(url, String::new()).map(|sentry| sentry.base);
        for url in [
            "https://s.example.com",
            "https://s.example.com/",
            " https://s.example.com/api/0/ ",
        ] {
            assert_eq!(base(url).unwrap(), "https://s.example.com/api/0", "{url}");
        }
        assert_eq!(
            base("http://h:9000/sentry").unwrap(),
            "http://h:9000/sentry/api/0"
        );
        for wrong in ["", "sentry.io", "ftp://sentry.io", "https://"] {
            assert!(base(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sentry_says_in_two_ways_how_long_to_wait() {
        let now = Timestamp(1_000 * 1_000_000);
        let wait = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            asked_wait(&headers, now)
        };
        assert_eq!(wait("retry-after", "7"), Some(Duration::from_secs(7)));
        assert_eq!(
            wait("x-sentry-rate-limit-reset", "1003"),
            Some(Duration::from_secs(3))
        );
        assert_eq!(wait("x-sentry-rate-limit-reset", "900"), None);
        assert_eq!(wait("retry-after", "soon"), None);
    }

    #[test]
    fn refusals_are_quoted_in_one_short_line() {
        assert_eq!(quote(br#"{"detail": "Invalid\ntoken"}"#), "Invalid token");
        assert_eq!(quote(b"<html>\n no </html>"), "<html> no </html>");
        assert_eq!(quote(&[b'x'; 5_000]).len(), QUOTE_CHARS_MAX);
    }
}
