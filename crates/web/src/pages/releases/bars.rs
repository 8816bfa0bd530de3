use serde::Serialize;

use crate::number;

/// How high the graph is, in its own units.
const HEIGHT: i64 = 24;
/// How far the bars are apart; each is one unit narrower.
const STEP: i64 = 4;

/// A small graph of sessions over time: all of them, and those that crashed in front.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Bars {
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) bars: Vec<Bar>,
    /// What the graph says in words.
    pub(super) label: String,
}

/// A bar with its crashed part.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) height: i64,
    /// The upper edge of the crashed part, which stands on the ground; absent without one.
    pub(super) crashed_y: Option<i64>,
    pub(super) crashed_height: i64,
}

/// Draws sessions and crashed ones among them, one pair for each bar.
pub(super) fn draw(counts: &[(i64, i64)]) -> Bars {
    let max = counts.iter().map(|(total, _)| *total).max().unwrap_or(0);
    let crashed: i64 = counts.iter().map(|(_, crashed)| *crashed).sum();
    let mut bars = Vec::new();
    for (x, (total, crashed)) in (0..).step_by(4).zip(counts) {
        if *total > 0 {
            // Rounded up, so that nothing that happened disappears.
            let height = scaled(*total, max).clamp(2, HEIGHT);
            let crashed_height = scaled(*crashed, max).min(height);
            bars.push(Bar {
                x,
                y: HEIGHT - height,
                height,
                crashed_y: (*crashed > 0).then_some(HEIGHT - crashed_height),
                crashed_height,
            });
        }
    }
    Bars {
        width: i64::try_from(counts.len()).unwrap_or(0) * STEP,
        height: HEIGHT,
        bars,
        label: if max == 0 {
            "no sessions in this period".to_owned()
        } else {
            format!(
                "at most {} sessions a bar, {} crashed in all",
                number::exact(max),
                number::exact(crashed)
            )
        },
    }
}

fn scaled(part: i64, max: i64) -> i64 {
    let part = i128::from(part) * i128::from(HEIGHT);
    i64::try_from(part.div_euclid(i128::from(max.max(1))))
        .unwrap_or(HEIGHT)
        .max(i64::from(part > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crashes_stand_in_front_of_all_sessions() {
        let graph = draw(&[(0, 0), (1_000, 1), (500, 500)]);
        let bars: Vec<_> = graph
            .bars
            .iter()
            .map(|bar| (bar.x, bar.height, bar.crashed_y))
            .collect();
        assert_eq!(bars, [(4, 24, Some(23)), (8, 12, Some(12))]);
        assert_eq!(graph.width, 12);
        assert_eq!(draw(&[(0, 0)]).label, "no sessions in this period");
    }
}
