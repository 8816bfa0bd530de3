//! What clients keep to themselves: the rates at which they sample traces, and what they discard
//! and report (reference/PROTOCOL.md sections 4.2 and 9.6), by SDK, release and environment.

mod counts;
mod origins;
mod query;

use std::borrow::Cow;

use watchfire_event::{ProjectId, Timestamp};

use crate::tags::storable;

pub use query::{Discard, Rate, discards, rates};

pub(crate) use counts::ClientCounts;
pub(crate) use origins::Origins;

/// For how many days it is kept.
pub const CLIENT_DAYS: i64 = 90;
pub(crate) const CLIENT_HOURS: i64 = CLIENT_DAYS * 24;
/// The SDK of clients that are not told apart.
pub const OTHER_CLIENTS: &str = "(other)";
/// The SDK of what quotas here kept out.
pub const THIS_SERVER: &str = "(this server)";
/// A rate of 1, in millionths.
pub const WHOLE: i64 = 1_000_000;

/// Who samples.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Client {
    /// Its SDK, `name/version`; [`OTHER_CLIENTS`] for one whose name is none of an SDK's.
    pub sdk: String,
    /// The release; empty when it is not known. Only names on the project's list are kept.
    pub release: String,
    /// The environment; empty when it is not known. Only names on the project's list are kept.
    pub environment: String,
}

/// An envelope that says how its trace was sampled.
#[derive(Clone, Debug)]
pub struct NewRate {
    /// The project.
    pub project: ProjectId,
    /// When it came in.
    pub at: Timestamp,
    /// Who sent it.
    pub client: Client,
    /// The share of traces that the client keeps, from 0 to 1.
    pub rate: f64,
    /// How many transactions were in it.
    pub transactions: u32,
}

/// Items that a client reports as discarded.
#[derive(Clone, Debug)]
pub struct NewDiscard {
    /// The project.
    pub project: ProjectId,
    /// When the report came in.
    pub at: Timestamp,
    /// Who sent it.
    pub client: Client,
    /// The data category; best one of fixed words.
    pub category: Cow<'static, str>,
    /// Why; best one of fixed words.
    pub reason: Cow<'static, str>,
    /// How many.
    pub quantity: u64,
}

impl Client {
    /// The client of a `sentry_client` (`name/version`), with the release and environment that it
    /// named; a name that is none of an SDK's is not kept.
    #[must_use]
    pub fn new(sdk: Option<&str>, release: Option<&str>, environment: Option<&str>) -> Self {
        let owned = |text: Option<&str>| {
            let text = text.map(|text| storable(text).into_owned());
            text.unwrap_or_default()
        };
        Self {
            sdk: sdk.and_then(known_sdk).unwrap_or(OTHER_CLIENTS).to_owned(),
            release: owned(release),
            environment: owned(environment),
        }
    }
}

impl Client {
    /// Stands for this server, whose quotas lose events as clients do.
    pub(crate) fn here() -> Self {
        Self {
            sdk: THIS_SERVER.to_owned(),
            ..Self::default()
        }
    }
}

/// Names are free text, which may hold anything; those of SDKs begin alike.
fn known_sdk(sdk: &str) -> Option<&str> {
    const CHARS_MAX: usize = 64;
    let is_name = sdk.starts_with("sentry") || sdk.starts_with("raven");
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"./+-_".contains(&byte);
    (is_name && sdk.len() <= CHARS_MAX && sdk.bytes().all(is_word)).then_some(sdk)
}

/// A rate in millionths, to two digits: samplers make endless ones.
fn millionths(rate: f64) -> i64 {
    let mut unit = 1.0;
    let mut digits = (rate.clamp(0.0, 1.0)) * 1_000_000.0;
    while digits >= 100.0 {
        digits /= 10.0;
        unit *= 10.0;
    }
    #[expect(clippy::as_conversions, reason = "a whole number up to a million")]
    let rounded = (digits.round() * unit) as i64;
    rounded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_two_digits() {
        for (rate, expected) in [
            (1.0, WHOLE),
            (0.1, 100_000),
            (0.123_456, 120_000),
            (0.000_000_4, 0),
            (0.005, 5_000),
            (7.0, WHOLE),
            (f64::NAN, 0),
        ] {
            assert_eq!(millionths(rate), expected, "{rate}");
        }
    }

    #[test]
    fn only_names_of_sdks_are_kept() {
        let of = |sdk| Client::new(Some(sdk), None, None).sdk;
        assert_eq!(of("sentry.python/2.75.0"), "sentry.python/2.75.0");
        assert_eq!(of("raven-js/3.27.2"), "raven-js/3.27.2");
        for other in ["", "my secret", "sentry with words", "curl/8"] {
            assert_eq!(of(other), OTHER_CLIENTS, "{other}");
        }
    }
}
