//! The bars of an issue's events over time, drawn by the server.

use chrono::DateTime;
use serde::Serialize;
use watchfire_event::Timestamp;

use crate::number;

const HOUR_MICROS: i64 = 3_600_000_000;
/// The longest time that is drawn; older events are left to the numbers beside it.
const HOURS_MAX: i64 = 90 * 24;
/// The shortest time that is drawn, so that a fresh issue shows its place in the day.
const HOURS_MIN: i64 = 24;
/// Bars are at most this many; hours are added up until they fit.
const BARS_MAX: i64 = 72;
/// Widths of a bar in hours that people can think in.
const WIDTHS: [i64; 7] = [1, 2, 3, 6, 12, 24, 48];
/// The height of the drawing in its own unit.
const HEIGHT: i64 = 100;
/// The width of a bar and its gap in the drawing's own unit.
const PITCH: i64 = 10;

/// The time that is drawn, in hours since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// The first hour.
    pub(super) from_hour: i64,
    /// How many hours.
    pub(super) hours: i64,
}

impl Span {
    /// The time from the first event to now, within the limits; where the last event is long ago,
    /// the time up to it.
    pub(super) fn of(first_seen: Timestamp, last_seen: Timestamp, now: Timestamp) -> Self {
        let hour = |instant: Timestamp| instant.0.div_euclid(HOUR_MICROS);
        let end = if hour(now) - hour(last_seen) >= HOURS_MAX {
            hour(last_seen)
        } else {
            hour(now).max(hour(last_seen))
        };
        let hours = (end - hour(first_seen) + 1).clamp(HOURS_MIN, HOURS_MAX);
        Self {
            from_hour: end - hours + 1,
            hours,
        }
    }
}

/// The drawing.
#[derive(Debug, Serialize)]
pub(super) struct Histogram {
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) bars: Vec<Bar>,
    /// The tallest bar's count, in words: `max 120 in 6 h`.
    pub(super) max: String,
    /// When the drawing begins.
    pub(super) from: String,
    /// When it ends.
    pub(super) to: String,
    /// All of it in one sentence.
    pub(super) summary: String,
}

/// One bar.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    /// `20 Nov 10:00 – 16:00 UTC: 12 events`.
    pub(super) label: String,
}

impl Histogram {
    /// Draws these counts per hour.
    pub(super) fn of(span: Span, counts: &[i64]) -> Self {
        let step = WIDTHS
            .into_iter()
            .find(|step| span.hours <= step * BARS_MAX)
            .unwrap_or(48);
        let chunk = usize::try_from(step).unwrap_or(1);
        // Whole bars end at the right edge, so that the newest is not half a bar.
        let lead = usize::try_from(span.hours).unwrap_or(0) % chunk;
        let (first, rest) = counts.split_at_checked(lead).unwrap_or((counts, &[]));
        let groups = std::iter::once(first)
            .filter(|group| !group.is_empty())
            .chain(rest.chunks(chunk));
        let sums: Vec<(i64, i64)> = groups
            .map(|group| (group.iter().sum(), i64::try_from(group.len()).unwrap_or(1)))
            .collect();
        let max = sums.iter().map(|(sum, _)| *sum).max().unwrap_or(0);
        let total: i64 = sums.iter().map(|(sum, _)| *sum).sum();
        let end_hour = span.from_hour + span.hours;
        let unit = if step == 1 {
            "an hour".to_owned()
        } else if step == 24 {
            "a day".to_owned()
        } else {
            format!("{step} hours")
        };
        Self {
            width: i64::try_from(sums.len()).unwrap_or(1) * PITCH,
            height: HEIGHT,
            bars: bars(&sums, span.from_hour, max),
            max: format!("max {} in {unit}", number::exact(max)),
            from: label(span.from_hour, span.hours),
            to: label(end_hour, span.hours),
            summary: format!(
                "{} events from {} to {}, at most {} in {unit}",
                number::exact(total),
                label(span.from_hour, span.hours),
                label(end_hour, span.hours),
                number::exact(max)
            ),
        }
    }
}

fn bars(sums: &[(i64, i64)], from_hour: i64, max: i64) -> Vec<Bar> {
    let mut bars = Vec::new();
    let mut hour = from_hour;
    for (index, (sum, hours)) in sums.iter().enumerate() {
        if *sum > 0 && max > 0 {
            // Even a single event shows, two units high.
            let height = (sum.saturating_mul(HEIGHT) / max).max(2);
            let noun = if *sum == 1 { "event" } else { "events" };
            bars.push(Bar {
                x: i64::try_from(index).unwrap_or(0) * PITCH + 1,
                y: HEIGHT - height,
                width: PITCH - 2,
                height,
                label: format!(
                    "{} – {} UTC: {} {noun}",
                    clock(hour, "%-d %b %H:%M"),
                    clock(hour + hours, "%-d %b %H:%M"),
                    number::exact(*sum)
                ),
            });
        }
        hour += hours;
    }
    bars
}

/// A place on the axis: with the hour where the drawing spans a few days.
fn label(hour: i64, hours: i64) -> String {
    clock(
        hour,
        if hours <= 72 {
            "%-d %b %H:%M"
        } else {
            "%-d %b %Y"
        },
    )
}

fn clock(hour: i64, format: &str) -> String {
    DateTime::from_timestamp_micros(hour.saturating_mul(HOUR_MICROS))
        .unwrap_or_default()
        .format(format)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp(hour * HOUR_MICROS)
    }

    #[test]
    fn the_time_runs_from_the_first_event_to_now() {
        let span = |first, last, now| {
            let span = Span::of(at(first), at(last), at(now));
            (span.from_hour, span.hours)
        };
        assert_eq!(span(1_000, 1_030, 1_099), (1_000, 100));
        assert_eq!(span(1_000, 1_000, 1_001), (978, 24));
        assert_eq!(span(0, 90_000, 90_001), (90_001 - 2_159, 2_160));
        assert_eq!(span(10, 5_000, 90_000), (5_000 - 2_159, 2_160));
    }

    #[test]
    fn hours_are_added_up_until_they_fit() {
        let span = Span {
            from_hour: 0,
            hours: 100,
        };
        let mut counts = vec![0; 100];
        counts[0] = 4;
        counts[98] = 1;
        counts[99] = 1;
        let drawing = Histogram::of(span, &counts);
        assert_eq!(drawing.width, 500);
        let bars: Vec<_> = drawing.bars.iter().map(|bar| (bar.x, bar.height)).collect();
        assert_eq!(bars, [(1, 100), (491, 50)]);
        assert_eq!(drawing.max, "max 4 in 2 hours");
        assert_eq!(
            drawing.bars[1].label,
            "5 Jan 02:00 – 5 Jan 04:00 UTC: 2 events"
        );
    }

    #[test]
    fn a_drawing_without_events_has_no_bars() {
        let span = Span {
            from_hour: 0,
            hours: 24,
        };
        let drawing = Histogram::of(span, &[0; 24]);
        assert!(drawing.bars.is_empty());
        assert_eq!(drawing.max, "max 0 in an hour");
    }
}
