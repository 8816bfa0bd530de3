use chrono::{NaiveDate, NaiveDateTime};
use watchfire_event::Timestamp;

const MINUTE: i64 = 60 * 1_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A stretch of time, open on the sides that have no end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
}

impl Range {
    /// Reads `-24h` (in the last 24 hours), `+7d` (longer than 7 days ago), `>2026-11-20`,
    /// `<=2026-11-20T10:00:00`, `2026-11-20` (on that day). Days begin in UTC.
    pub(super) fn parse(text: &str, now: Timestamp) -> Option<Self> {
        if let Some(distance) = text.strip_prefix('-') {
            return Some(Self {
                from: Some(now.plus_micros(-duration(distance)?)),
                to: None,
            });
        }
        if let Some(distance) = text.strip_prefix('+') {
            return Some(Self {
                from: None,
                to: Some(now.plus_micros(-duration(distance)?)),
            });
        }
        let (operator, rest) = [">=", "<=", ">", "<"]
            .into_iter()
            .find_map(|operator| Some((operator, text.strip_prefix(operator)?)))
            .unwrap_or(("=", text));
        let (begin, end) = stretch(rest)?;
        let (from, to) = match operator {
            ">=" => (Some(begin), None),
            ">" => (Some(end), None),
            "<" => (None, Some(begin)),
            "<=" => (None, Some(end)),
            _ => (Some(begin), Some(end)),
        };
        Some(Self { from, to })
    }
}

/// Microseconds of `30m`, `24h`, `7d`, `2w`; at most a hundred years.
fn duration(text: &str) -> Option<i64> {
    let unit = match text.chars().last()? {
        'm' => MINUTE,
        'h' => HOUR,
        'd' => DAY,
        'w' => 7 * DAY,
        _ => return None,
    };
    let digits = text.get(..text.len() - 1)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let micros = digits.parse::<i64>().ok()?.checked_mul(unit)?;
    (micros <= 36_525 * DAY).then_some(micros)
}

/// The first instant that a date or time names, and the first one after it.
fn stretch(text: &str) -> Option<(Timestamp, Timestamp)> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let begin = Timestamp(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros());
        return Some((begin, begin.plus_micros(DAY)));
    }
    let instant = Timestamp::parse(text).or_else(|| {
        let minute = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok()?;
        Some(Timestamp(minute.and_utc().timestamp_micros()))
    })?;
    Some((instant, instant.plus_micros(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    #[test]
    fn minus_is_newer_and_plus_is_older() {
        assert_eq!(
            Range::parse("-24h", NOW).unwrap().from,
            Some(NOW.plus_micros(-DAY))
        );
        assert_eq!(
            Range::parse("+2w", NOW).unwrap().to,
            Some(NOW.plus_micros(-14 * DAY))
        );
    }

    #[test]
    fn a_date_is_the_whole_day() {
        let begin = Timestamp::parse("2026-11-20T00:00:00Z").unwrap();
        let end = begin.plus_micros(DAY);
        let range = |from, to| Some(Range { from, to });
        assert_eq!(
            Range::parse("2026-11-20", NOW),
            range(Some(begin), Some(end))
        );
        assert_eq!(Range::parse(">2026-11-20", NOW), range(Some(end), None));
        assert_eq!(Range::parse(">=2026-11-20", NOW), range(Some(begin), None));
        assert_eq!(Range::parse("<2026-11-20", NOW), range(None, Some(begin)));
        assert_eq!(Range::parse("<=2026-11-20", NOW), range(None, Some(end)));
        assert!(Range::parse(">2026-11-20T10:00", NOW).is_some());
    }

    #[test]
    fn other_texts_are_no_times() {
        for text in [
            "",
            "24h",
            "-",
            "-h",
            "-24",
            "-24y",
            "-é",
            "yesterday",
            "-999999999999d",
        ] {
            assert_eq!(Range::parse(text, NOW), None, "{text}");
        }
    }
}
