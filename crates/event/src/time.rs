use std::fmt;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

const MICROS_PER_SECOND: f64 = 1_000_000.0;
/// The last instant of the year 9999, the newest that is accepted.
const MICROS_MAX: i64 = 253_402_300_799_999_999;

/// An instant in UTC, in microseconds since 1970.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The current instant.
    #[must_use]
    pub fn now() -> Self {
        Self(Utc::now().timestamp_micros())
    }

    /// The instant this many seconds after 1970; `None` past the year 9999 or when not finite.
    /// Milliseconds given by mistake land past 9999 and are refused
    /// (reference/PROTOCOL.md section 8.0).
    #[must_use]
    #[expect(
        clippy::as_conversions,
        reason = "the range is checked before the cast"
    )]
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        let micros = (seconds * MICROS_PER_SECOND).round();
        (micros.is_finite() && micros.abs() <= MICROS_MAX as f64).then_some(Self(micros as i64))
    }

    /// Reads RFC 3339 with an offset, or `YYYY-MM-DDTHH:MM:SS[.f]` taken as UTC.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let instant = match DateTime::parse_from_rfc3339(text) {
            Ok(instant) if text.as_bytes().get(10).is_some_and(u8::is_ascii_alphabetic) => {
                instant.to_utc()
            }
            _ => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
                .ok()?
                .and_utc(),
        };
        let micros = instant.timestamp_micros();
        (micros <= MICROS_MAX).then_some(Self(micros))
    }

    /// Seconds since 1970 with a fraction, the form that events carry.
    #[must_use]
    #[expect(
        clippy::as_conversions,
        reason = "microseconds up to the year 9999 fit a float well enough"
    )]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / MICROS_PER_SECOND
    }

    /// The start of the UTC hour that the instant lies in.
    #[must_use]
    pub fn hour_start(self) -> Self {
        Self(self.0 - self.0.rem_euclid(3_600_000_000))
    }

    /// This instant moved by a number of microseconds, which may be negative.
    #[must_use]
    pub fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with microseconds: `2026-11-20T10:00:00.000001Z`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = DateTime::from_timestamp_micros(self.0).unwrap_or_default();
        formatter.write_str(&instant.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_read_the_forms_that_sdks_send() {
        let expected = Timestamp(1_789_900_000_500_000);
        let text = expected.to_string();
        assert_eq!(Timestamp::parse(&text), Some(expected));
        assert_eq!(Timestamp::parse(text.trim_end_matches('Z')), Some(expected));
        assert_eq!(Timestamp::from_seconds(1_789_900_000.5), Some(expected));
        assert_eq!(
            Timestamp::parse("2026-11-20T12:00:00+02:00"),
            Timestamp::parse("2026-11-20T10:00:00")
        );
    }

    #[test]
    fn a_blank_date_separator_and_milliseconds_are_refused() {
        assert_eq!(Timestamp::parse("2026-11-20 10:00:00"), None);
        assert_eq!(Timestamp::parse("2026-11-20 10:00:00Z"), None);
        assert_eq!(Timestamp::from_seconds(1_789_900_000_500.0), None);
    }
}
