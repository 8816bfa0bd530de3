//! Bars over time, stacked by what became of things, drawn by the server.

use chrono::DateTime;
use serde::Serialize;

use super::category::Unit;
use super::kind::Kind;

const HOUR_MICROS: i64 = 3_600_000_000;
/// The height of the drawing in its own unit.
const HEIGHT: i64 = 200;
/// The width of a bar and its gap in the drawing's own unit.
const PITCH: i64 = 12;
/// The gap between two bars.
const GAP: i64 = 2;

/// The time that is drawn: bars of whole hours or days (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first hour since 1970.
    pub(crate) from_hour: i64,
    /// How many bars.
    pub(crate) bars: i64,
    /// How many hours a bar has: 1 or 24.
    pub(crate) step: i64,
    /// How many bars lie between two labels of the axis.
    pub(crate) per_label: i64,
}

impl Span {
    /// The bars that end with the one of `now_hour`.
    pub(crate) fn ending(now_hour: i64, bars: i64, step: i64, per_label: i64) -> Self {
        let last = now_hour.div_euclid(step) * step;
        Self {
            from_hour: last - (bars - 1) * step,
            bars,
            step,
            per_label,
        }
    }

    /// The first hour after it.
    pub(crate) fn until_hour(self) -> i64 {
        self.from_hour + self.bars * self.step
    }

    /// The bar of an hour; nothing outside.
    pub(crate) fn place(self, hour: i64) -> Option<usize> {
        let place = (hour - self.from_hour).div_euclid(self.step);
        usize::try_from(place).ok().filter(|_| place < self.bars)
    }

    /// When the bar at this place begins, in words of its size.
    fn label(self, place: i64) -> String {
        let format = match (self.step, self.bars) {
            (24, _) => "%-d %b",
            (_, bars) if bars > 48 => "%-d %b %H:%M",
            _ => "%H:%M",
        };
        clock(self.from_hour + place * self.step, format)
    }

    /// The time of the bar at this place, in words that stand alone.
    fn time(self, place: i64) -> String {
        let from = self.from_hour + place * self.step;
        if self.step == 24 {
            clock(from, "%a %-d %b %Y")
        } else {
            format!(
                "{} – {} UTC",
                clock(from, "%-d %b %H:%M"),
                clock(from + self.step, "%H:%M")
            )
        }
    }
}

/// How much of each kind came in during one bar's time.
pub(crate) type Sums = [i64; Kind::DRAWN.len()];

/// The drawing.
#[derive(Debug, Serialize)]
pub(crate) struct Chart {
    pub(crate) width: i64,
    pub(crate) height: i64,
    pub(crate) bars: Vec<Bar>,
    /// The upper end of the axis.
    pub(crate) top: String,
    /// Its half.
    pub(crate) middle: String,
    /// Where labels of the time axis stand, evenly.
    pub(crate) labels: Vec<String>,
    /// All of it in one sentence.
    pub(crate) summary: String,
    /// The same as a table: only the times that have something.
    pub(crate) rows: Vec<Row>,
    /// The heads of the table's columns.
    pub(crate) columns: Vec<&'static str>,
}

/// One bar.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Bar {
    pub(crate) x: i64,
    pub(crate) width: i64,
    /// The parts from the ground up.
    pub(crate) parts: Vec<Part>,
    /// When, and how much of what.
    pub(crate) label: String,
}

/// A part of a bar.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Part {
    pub(crate) kind: &'static str,
    pub(crate) y: i64,
    pub(crate) height: i64,
}

/// A line of the table.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    pub(crate) time: String,
    pub(crate) cells: Vec<String>,
}

impl Chart {
    /// Draws these sums, one for each bar of the span.
    pub(crate) fn of(span: Span, sums: &[Sums], unit: Unit) -> Self {
        let max = sums.iter().map(total).max().unwrap_or(0);
        let top = nice(max, unit);
        let used = |place: usize| {
            sums.iter()
                .any(|sum| sum.get(place).is_some_and(|n| *n > 0))
        };
        let columns: Vec<(usize, Kind)> = Kind::DRAWN
            .into_iter()
            .enumerate()
            .filter(|(place, _)| used(*place))
            .collect();
        let (mut bars, mut rows) = (Vec::new(), Vec::new());
        for (place, sum) in (0..).zip(sums).filter(|(_, sum)| total(sum) > 0) {
            let time = span.time(place);
            bars.push(bar(place, sum, top, &time, unit));
            rows.push(Row {
                cells: columns
                    .iter()
                    .map(|(kind, _)| unit.exact(sum.get(*kind).copied().unwrap_or(0)))
                    .collect(),
                time,
            });
        }
        let whole: i64 = sums.iter().map(total).sum();
        let word = if span.step == 24 { "a day" } else { "an hour" };
        Self {
            width: span.bars * PITCH,
            height: HEIGHT,
            bars,
            top: unit.short(top),
            middle: unit.short(top / 2),
            labels: (0..span.bars)
                .filter(|place| place % span.per_label == 0)
                .map(|place| span.label(place))
                .collect(),
            summary: format!(
                "{} from {} until now, at most {} {word}",
                unit.exact(whole),
                span.time(0),
                unit.exact(max)
            ),
            rows,
            columns: columns.into_iter().map(|(_, kind)| kind.label()).collect(),
        }
    }
}

fn total(sum: &Sums) -> i64 {
    sum.iter().sum()
}

fn bar(place: i64, sum: &Sums, top: i64, time: &str, unit: Unit) -> Bar {
    let (mut ground, mut parts, mut label) = (HEIGHT, Vec::new(), format!("{time}:"));
    for (kind, quantity) in Kind::DRAWN.into_iter().zip(sum).filter(|(_, n)| **n > 0) {
        // Even a single thing shows, two units high; a full bar makes room for that at its top.
        let height = i128::from(*quantity) * i128::from(HEIGHT) / i128::from(top.max(1));
        let height = i64::try_from(height).unwrap_or(HEIGHT).max(2).min(ground);
        ground -= height;
        parts.push(Part {
            kind: kind.word(),
            y: ground,
            height,
        });
        let word = kind.label().to_lowercase();
        label.push_str(&format!(" {} {word},", unit.exact(*quantity)));
    }
    label.pop();
    Bar {
        x: place * PITCH + GAP / 2,
        width: PITCH - GAP,
        parts,
        label,
    }
}

/// The smallest round number that is not less, for an axis whose half can be said too: 2, 4, 6, 8,
/// 10, then also 3 and 5 of each power. Sizes count in steps of 1,024.
fn nice(max: i64, unit: Unit) -> i64 {
    let (base, steps): (i64, &[i64]) = match unit {
        Unit::Count => (10, &[2, 3, 4, 5, 6, 8, 10]),
        Unit::Bytes => (1_024, &BYTE_STEPS),
    };
    let mut scale: i64 = 1;
    loop {
        for step in steps {
            let end = scale.saturating_mul(*step);
            if (end >= max && end % 2 == 0) || end == i64::MAX {
                return end;
            }
        }
        scale = scale.saturating_mul(base);
    }
}

/// Round sizes between one unit and the next.
const BYTE_STEPS: [i64; 18] = [
    2, 4, 6, 8, 10, 16, 20, 30, 40, 60, 80, 100, 200, 300, 400, 600, 800, 1_024,
];

fn clock(hour: i64, format: &str) -> String {
    DateTime::from_timestamp_micros(hour.saturating_mul(HOUR_MICROS))
        .unwrap_or_default()
        .format(format)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_end_with_the_running_hour_or_day() {
        let hours = Span::ending(1_003, 24, 1, 4);
        assert_eq!((hours.from_hour, hours.until_hour()), (980, 1_004));
        assert_eq!((hours.place(979), hours.place(1_003)), (None, Some(23)));
        let days = Span::ending(1_003, 14, 24, 2);
        assert_eq!((days.from_hour, days.until_hour()), (672, 1_008));
        assert_eq!((days.place(672), days.place(1_003)), (Some(0), Some(13)));
    }

    #[test]
    fn axes_end_at_a_number_that_can_be_halved() {
        let ends = [0, 1, 3, 5, 41, 400, 401].map(|max| nice(max, Unit::Count));
        assert_eq!(ends, [2, 2, 4, 6, 50, 400, 500]);
        assert_eq!(nice(3 << 20, Unit::Bytes), 4 << 20);
        assert_eq!(nice((600 << 10) + 1, Unit::Bytes), 800 << 10);
        assert_eq!(nice(i64::MAX, Unit::Count), i64::MAX);
    }

    #[test]
    fn parts_stand_on_each_other_and_little_still_shows() {
        let span = Span::ending(23, 24, 1, 4);
        let mut sums = vec![Sums::default(); 24];
        sums[1] = [390, 0, 9, 0, 1];
        let chart = Chart::of(span, &sums, Unit::Count);
        assert_eq!((chart.top.as_str(), chart.middle.as_str()), ("400", "200"));
        assert_eq!(chart.labels.len(), 6);
        let bar = &chart.bars[0];
        let parts: Vec<_> = bar.parts.iter().map(|part| (part.y, part.height)).collect();
        assert_eq!((bar.x, parts), (13, vec![(5, 195), (1, 4), (0, 1)]));
        assert!(
            bar.label
                .starts_with("1 Jan 01:00 – 02:00 UTC: 390 accepted, "),
            "{}",
            bar.label
        );
        assert_eq!(chart.rows[0].cells, ["390", "9", "1"]);
        assert_eq!(chart.columns.len(), 3);
    }
}
