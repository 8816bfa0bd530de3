use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};
use watchfire_store::quota::MONTH_SECONDS;

/// Where a window begins and where the next one does, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Window {
    /// The window of this length, in seconds, that holds `now`. Windows begin at multiples of
    /// their length; that of [`MONTH_SECONDS`] is the calendar month in UTC.
    pub(super) fn around(now: i64, seconds: i64) -> Self {
        let month = (seconds == MONTH_SECONDS).then(|| month_around(now));
        month.flatten().unwrap_or_else(|| {
            let seconds = seconds.max(1);
            let start = now - now.rem_euclid(seconds);
            Self {
                start,
                end: start.saturating_add(seconds),
            }
        })
    }
}

fn month_around(now: i64) -> Option<Window> {
    let today = DateTime::<Utc>::from_timestamp(now, 0)?.date_naive();
    let first = today.with_day(1)?;
    let midnight = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc().timestamp();
    Some(Window {
        start: midnight(first),
        end: midnight(first.checked_add_months(Months::new(1))?),
    })
}

#[cfg(test)]
mod tests {
    use watchfire_event::Timestamp;

    use super::*;

    #[track_caller]
    fn check(now: &str, seconds: i64, start: &str, end: &str) {
        let at = |text| Timestamp::parse(text).expect("a time").0 / 1_000_000;
        let expected = Window {
            start: at(start),
            end: at(end),
        };
        assert_eq!(Window::around(at(now), seconds), expected);
    }

    #[test]
    fn windows_begin_with_their_minute_hour_or_month() {
        let now = "2026-12-31T23:59:59Z";
        let year_end = "2027-01-01T00:00:00Z";
        check(now, 60, "2026-12-31T23:59:00Z", year_end);
        check(now, 3600, "2026-12-31T23:00:00Z", year_end);
        check(now, MONTH_SECONDS, "2026-12-01T00:00:00Z", year_end);
        check(
            "2028-02-29T12:00:00Z",
            MONTH_SECONDS,
            "2028-02-01T00:00:00Z",
            "2028-03-01T00:00:00Z",
        );
        check(year_end, 60, year_end, "2027-01-01T00:01:00Z");
    }

    #[test]
    fn a_window_without_length_is_a_second() {
        assert_eq!(Window::around(7, 0), Window { start: 7, end: 8 });
    }
}
