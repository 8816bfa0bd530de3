use serde::Serialize;

/// How high the graph is, in its own units.
const HEIGHT: i64 = 24;
/// How far the bars are apart; each is one unit narrower.
const STEP: i64 = 4;

/// A small graph of bars without axes: how often, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Spark {
    /// Its width in its own units.
    pub(crate) width: i64,
    /// Its height in its own units.
    pub(crate) height: i64,
    /// The bars that are not empty.
    pub(crate) bars: Vec<Bar>,
    /// What the graph says in words.
    pub(crate) label: String,
}

/// A bar: its left and upper edge and its height.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Bar {
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) height: i64,
}

/// Draws hourly counts, `hours_per_bar` to a bar. An hour without events stays empty, one with few
/// keeps a bar that can be seen.
pub(crate) fn draw(hourly: &[i64], hours_per_bar: usize) -> Spark {
    let counts: Vec<i64> = hourly
        .chunks(hours_per_bar.max(1))
        .map(|hours| hours.iter().sum())
        .collect();
    let max = counts.iter().copied().max().unwrap_or(0);
    let mut bars = Vec::new();
    let mut x = 0;
    for count in counts {
        if count > 0 {
            // At least one unit, and rounded up, so that nothing that happened disappears.
            let height = (count.saturating_mul(HEIGHT) / max).clamp(2, HEIGHT);
            bars.push(Bar {
                x,
                y: HEIGHT - height,
                height,
            });
        }
        x += STEP;
    }
    let unit = match hours_per_bar {
        1 => "an hour".to_owned(),
        hours if hours % 24 == 0 => match hours / 24 {
            1 => "a day".to_owned(),
            days => format!("in {days} days"),
        },
        hours => format!("in {hours} hours"),
    };
    Spark {
        width: x,
        height: HEIGHT,
        bars,
        label: if max == 0 {
            "no events in this period".to_owned()
        } else {
            format!("at most {} {unit}", crate::number::exact(max))
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_in_proportion_and_empty_hours_stay_empty() {
        let spark = draw(&[0, 1, 1_000, 500], 1);
        let heights: Vec<_> = spark.bars.iter().map(|bar| (bar.x, bar.height)).collect();
        assert_eq!(heights, [(4, 2), (8, 24), (12, 12)]);
        assert_eq!(spark.label, "at most 1,000 an hour");
        assert_eq!(spark.width, 16);
    }

    #[test]
    fn several_hours_may_share_a_bar() {
        let spark = draw(&[1; 24], 12);
        assert_eq!(spark.bars.len(), 2);
        assert_eq!(spark.label, "at most 12 in 12 hours");
        assert_eq!(draw(&[0; 3], 12).label, "no events in this period");
        assert!(draw(&[], 1).bars.is_empty());
    }
}
