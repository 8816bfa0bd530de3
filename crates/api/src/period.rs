//! The time that statistics are about: `statsPeriod` or `start` and `end`, cut by `interval`.

use serde::Deserialize;
use watchfire_event::Timestamp;

use crate::error::ApiError;
use crate::series::too_much;

/// What is shown when the client does not say, as in Sentry.
const DEFAULT_PERIOD: &str = "90d";
/// The length of one interval when the client does not say.
const DEFAULT_INTERVAL: &str = "1h";
/// The most intervals of one answer.
const INTERVALS_MAX: i64 = 10_000;
const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_HOUR: i64 = 3_600;
const SECONDS_PER_DAY: i64 = 86_400;

/// The parameters as the client sends them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PeriodQuery {
    stats_period: Option<String>,
    start: Option<String>,
    end: Option<String>,
    interval: Option<String>,
}

/// Whole intervals of some hours each, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    /// Where the first interval begins.
    pub(crate) from: Timestamp,
    /// Where the last interval ends.
    pub(crate) to: Timestamp,
    /// The length of an interval in hours.
    pub(crate) bucket_hours: i64,
}

impl PeriodQuery {
    /// What a client sends to ask for these times.
    pub(crate) fn between(from: Timestamp, to: Timestamp, interval: &str) -> Self {
        Self {
            stats_period: None,
            start: Some(from.to_string()),
            end: Some(to.to_string()),
            interval: Some(interval.to_owned()),
        }
    }

    /// The period that is asked for, widened to whole intervals.
    pub(crate) fn read(&self, now: Timestamp) -> Result<Period, ApiError> {
        let interval = self.interval.as_deref().unwrap_or(DEFAULT_INTERVAL);
        let bucket_hours = interval_hours(interval)?;
        let (from, to) = self.bounds(now)?;
        if from >= to {
            return Err(ApiError::BadRequest(
                "start must be before end; both are UTC, for example 2026-11-20T00:00:00"
                    .to_owned(),
            ));
        }
        let period = Period::around(from, to, bucket_hours);
        if period.len() > INTERVALS_MAX {
            return Err(too_much());
        }
        Ok(period)
    }

    fn bounds(&self, now: Timestamp) -> Result<(Timestamp, Timestamp), ApiError> {
        match (&self.stats_period, &self.start, &self.end) {
            (None, Some(start), Some(end)) => Ok((instant("start", start)?, instant("end", end)?)),
            (None, Some(_), None) | (None, None, Some(_)) => Err(ApiError::BadRequest(
                "start and end are both required where statsPeriod is missing".to_owned(),
            )),
            (period, _, _) => {
                let period = period.as_deref().unwrap_or(DEFAULT_PERIOD);
                let seconds = seconds(period).ok_or_else(|| {
                    ApiError::BadRequest(format!(
                        "Invalid statsPeriod: {period:?}; a number and h, d or w is taken, for \
                         example 24h"
                    ))
                })?;
                Ok((now.plus_micros(-seconds * MICROS_PER_SECOND), now))
            }
        }
    }
}

impl Period {
    /// The whole intervals of so many hours that hold everything from `from` until before `to`.
    pub(crate) fn around(from: Timestamp, to: Timestamp, bucket_hours: i64) -> Self {
        let bucket = bucket_hours * SECONDS_PER_HOUR * MICROS_PER_SECOND;
        Self {
            from: Timestamp(from.0.div_euclid(bucket) * bucket),
            to: Timestamp((to.0 - 1).div_euclid(bucket) * bucket + bucket),
            bucket_hours,
        }
    }

    /// How many intervals there are.
    pub(crate) fn len(&self) -> i64 {
        (self.to.0 - self.from.0) / self.bucket_micros()
    }

    /// Where the intervals begin, earliest first.
    pub(crate) fn starts(&self) -> impl Iterator<Item = Timestamp> + use<> {
        let (from, bucket) = (self.from, self.bucket_micros());
        (0..self.len()).map(move |index| from.plus_micros(index * bucket))
    }

    /// The interval that an instant lies in; nothing outside the period.
    pub(crate) fn index_of(&self, at: Timestamp) -> Option<usize> {
        let index = (at.0 - self.from.0).div_euclid(self.bucket_micros());
        usize::try_from(index).ok().filter(|_| at.0 < self.to.0)
    }

    fn bucket_micros(&self) -> i64 {
        self.bucket_hours * SECONDS_PER_HOUR * MICROS_PER_SECOND
    }
}

/// The hours of an interval: what divides a day, since counters are kept by the hour.
fn interval_hours(text: &str) -> Result<i64, ApiError> {
    let seconds = seconds(text).filter(|seconds| *seconds > 0);
    let seconds = seconds.ok_or_else(|| {
        ApiError::BadRequest(format!(
            "Invalid interval: {text:?}; use for example 1h or 1d"
        ))
    })?;
    let problem = if seconds % SECONDS_PER_HOUR != 0 {
        "The interval has to be a multiple of the minimum interval of one hour."
    } else if seconds > SECONDS_PER_DAY {
        "The interval has to be less than one day."
    } else if SECONDS_PER_DAY % seconds != 0 {
        "The interval should divide one day without a remainder."
    } else {
        return Ok(seconds / SECONDS_PER_HOUR);
    };
    Err(ApiError::BadRequest(problem.to_owned()))
}

/// A length of time such as `14d`, in seconds; at most ten years.
fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    let unit = text.chars().next_back()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => SECONDS_PER_HOUR,
        'd' => SECONDS_PER_DAY,
        'w' => 7 * SECONDS_PER_DAY,
        _ => return None,
    };
    let longest = 3_660 * SECONDS_PER_DAY;
    number
        .checked_mul(factor)
        .filter(|seconds| (0..=longest).contains(seconds))
}

/// An instant as clients write it: RFC 3339, without an offset too, a date alone, or seconds.
fn instant(name: &str, text: &str) -> Result<Timestamp, ApiError> {
    // A plus sign in an address stands for a blank unless the client escapes it.
    let text = text.trim().replace(' ', "+");
    Timestamp::parse(&text)
        .or_else(|| Timestamp::parse(&format!("{text}T00:00:00")))
        .or_else(|| Timestamp::parse(&format!("{text}:00")))
        .or_else(|| Timestamp::from_seconds(text.parse().ok()?))
        .ok_or_else(|| {
            ApiError::BadRequest(format!(
                "Invalid {name}: {text:?}; use UTC, for example 2026-11-20T00:00:00"
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &PeriodQuery) -> Result<Period, String> {
        let now = Timestamp::parse("2026-11-21T08:30:00").unwrap();
        query.read(now).map_err(|error| error.to_string())
    }

    fn stats(period: &str, interval: &str) -> Result<Period, String> {
        read(&PeriodQuery {
            stats_period: Some(period.to_owned()),
            interval: Some(interval.to_owned()),
            ..PeriodQuery::default()
        })
    }

    fn between(start: &str, end: &str) -> Result<Period, String> {
        read(&PeriodQuery {
            start: Some(start.to_owned()),
            end: Some(end.to_owned()),
            ..PeriodQuery::default()
        })
    }

    #[test]
    fn a_period_is_widened_to_whole_intervals() {
        let period = stats("2h", "1h").unwrap();
        assert_eq!(period.len(), 3);
        let starts: Vec<String> = period.starts().map(|at| at.to_string()).collect();
        assert_eq!(starts[0], "2026-11-21T06:00:00.000000Z");
        assert_eq!(starts[2], "2026-11-21T08:00:00.000000Z");
        assert_eq!(period.index_of(period.from), Some(0));
        assert_eq!(period.index_of(period.to), None);
        assert_eq!(period.index_of(period.from.plus_micros(-1)), None);
        assert_eq!(stats("14d", "1d").unwrap().len(), 15);
    }

    #[test]
    fn times_are_read_in_every_usual_form() {
        let same = [
            ("2026-11-20T00:00:00", "2026-11-20T02:00:00"),
            ("2026-11-20T00:00:00Z", "2026-11-20T03:00:00 01:00"),
            ("2026-11-20", "2026-11-20T02:00"),
            ("1795132800", "1795140000"),
        ];
        for (start, end) in same {
            let period = between(start, end).unwrap();
            assert_eq!(period.from.to_string(), "2026-11-20T00:00:00.000000Z");
            assert_eq!(period.len(), 2, "{start} {end}");
        }
    }

    #[test]
    fn what_cannot_be_shown_is_refused_with_advice() {
        for (period, interval, word) in [
            ("x", "1h", "statsPeriod"),
            ("14d", "5m", "one hour"),
            ("14d", "2d", "less than one day"),
            ("14d", "5h", "divide one day"),
            ("14d", "0h", "interval"),
            ("600d", "1h", "too many results"),
            ("99999999999999w", "1h", "statsPeriod"),
        ] {
            let error = stats(period, interval).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
        assert!(
            between("2026-11-20", "2026-11-19")
                .unwrap_err()
                .contains("before end")
        );
        assert!(between("soon", "2026-11-19").unwrap_err().contains("start"));
    }
}
