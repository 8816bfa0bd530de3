//! Times as people read them: relative in the page, exact on hover and focus.

use chrono::{DateTime, Utc};
use watchfire_event::Timestamp;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// The distance between two instants in one unit: `now`, `12m`, `3h`, `5d`, `2y`.
/// Up to a minute is `now`; days run to 59, then months of 30 days, then years.
#[must_use]
pub fn age(now: Timestamp, then: Timestamp) -> String {
    let distance = now.0.saturating_sub(then.0).saturating_abs();
    match distance {
        _ if distance < MINUTE => "now".to_owned(),
        _ if distance < HOUR => format!("{}m", distance / MINUTE),
        _ if distance < DAY => format!("{}h", distance / HOUR),
        _ if distance < 60 * DAY => format!("{}d", distance / DAY),
        _ if distance < YEAR => format!("{}mo", distance / (30 * DAY)),
        _ => format!("{}y", distance / YEAR),
    }
}

/// How old something is since `then`: `12m old`, `brand new`.
#[must_use]
pub fn old(now: Timestamp, then: Timestamp) -> String {
    match age(now, then).as_str() {
        "now" => "brand new".to_owned(),
        age => format!("{age} old"),
    }
}

/// The instant relative to `now`, in words that stand alone: `just now`, `12m ago`, `in 3h`.
#[must_use]
pub fn relative(now: Timestamp, then: Timestamp) -> String {
    let age = age(now, then);
    if age == "now" {
        "just now".to_owned()
    } else if then > now {
        format!("in {age}")
    } else {
        format!("{age} ago")
    }
}

/// The exact instant for a tooltip: `2026-11-20 10:00:00 UTC`.
/// Script rewrites it into the viewer's own zone.
#[must_use]
pub fn exact(then: Timestamp) -> String {
    instant(then).format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// The instant for `<time datetime>`, in RFC 3339 with milliseconds.
#[must_use]
pub fn machine(then: Timestamp) -> String {
    instant(then).format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn instant(then: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(then.0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_one_unit() {
        let now = Timestamp(1_800_000_000_000_000);
        let cases = [
            (0, "now"),
            (59 * SECOND, "now"),
            (MINUTE, "1m"),
            (59 * MINUTE + 59 * SECOND, "59m"),
            (23 * HOUR, "23h"),
            (59 * DAY, "59d"),
            (60 * DAY, "2mo"),
            (364 * DAY, "12mo"),
            (800 * DAY, "2y"),
        ];
        for (distance, expected) in cases {
            assert_eq!(age(now, now.plus_micros(-distance)), expected);
        }
    }

    #[test]
    fn a_relative_time_says_on_which_side_of_now_it_lies() {
        let now = Timestamp(1_800_000_000_000_000);
        assert_eq!(old(now, now), "brand new");
        assert_eq!(old(now, now.plus_micros(-HOUR)), "1h old");
        assert_eq!(relative(now, now), "just now");
        assert_eq!(relative(now, now.plus_micros(-HOUR)), "1h ago");
        assert_eq!(relative(now, now.plus_micros(2 * DAY)), "in 2d");
    }

    #[test]
    fn exact_times_are_in_utc() {
        let then = Timestamp::parse("2026-11-20T12:00:00.250+02:00").unwrap();
        assert_eq!(exact(then), "2026-11-20 10:00:00 UTC");
        assert_eq!(machine(then), "2026-11-20T10:00:00.250Z");
    }
}
