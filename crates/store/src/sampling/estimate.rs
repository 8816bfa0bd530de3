//! How many events there were, when only a share of them came.
//!
//! In an hour the clients of a project lose a random share of their errors and report how many;
//! so do quotas here. Of the `m` errors that there were `a` came, each with the same chance
//! `p = a / m`: that is the assumption, and it holds for losses that do not look at the event.
//! Of an issue `x` came. That is a draw without replacement, and the number `t` of its errors is
//! estimated by `x / p`, with a variance of about `x (1 - p) / p² · (1 - x / a)`: an issue that is
//! all that came is all that was lost, too. Hours are independent: their estimates and variances
//! add up, to `t` and `v`.
//!
//! The interval is the score interval (Wilson's, for the number of trials): all `n` for which
//! `|X - n P| ≤ z √(n P Q)`, where `X` is the sum of what came, `P = X / t`, `Q = v P² / X` and
//! `z = 1.96`:
//!
//! ```text
//! (2 X + z² Q ± z √(4 X Q + z² Q²)) / (2 P)
//! ```
//!
//! A test checks by simulation that 95 % of such intervals hold the true number.

use super::client::WHOLE;

/// The two-sided 95 % point of the normal distribution.
const Z: f64 = 1.959_964;

/// What came of something in one hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// How many came.
    pub seen: f64,
    /// The share of all that came, above 0 and up to 1.
    pub share: f64,
    /// How many came of everything that the share is of; infinite where the share is a chance.
    pub of: f64,
}

/// How many there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// How many came.
    pub seen: i64,
    /// How many there were, about.
    pub total: i64,
    /// The lower end of the 95 % interval, at least `seen`.
    pub low: i64,
    /// The upper end of the 95 % interval.
    pub high: i64,
}

impl Estimate {
    /// The estimate of something of which `whole` came in hours without losses, and the parts in
    /// others. Nothing when there are no parts.
    #[must_use]
    pub fn of(whole: i64, parts: &[Part]) -> Option<Self> {
        let seen: f64 = parts.iter().map(|part| part.seen).sum();
        if seen <= 0.0 {
            return None;
        }
        let total: f64 = parts.iter().map(|part| part.seen / part.share).sum();
        let variance: f64 = parts.iter().map(Part::variance).sum();
        let share = seen / total;
        let loss = variance * share * share / seen;
        let square = Z * Z * loss;
        let middle = 2.0 * seen + square;
        let half = Z * (4.0 * seen * loss + square * loss).sqrt();
        let at = |end: f64| whole.saturating_add(rounded((end / (2.0 * share)).max(seen)));
        Some(Self {
            seen: whole.saturating_add(rounded(seen)),
            total: whole.saturating_add(rounded(total)),
            low: at(middle - half),
            high: at(middle + half),
        })
    }

    /// The share that came, from 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        let of = |number: i64| precise(number.max(1));
        (of(self.seen) / of(self.total)).min(1.0)
    }
}

impl Part {
    /// So many that came by chance, each with a probability in millionths, above 0.
    #[must_use]
    pub fn by_chance(seen: i64, millionths: i64) -> Self {
        Self {
            seen: precise(seen),
            share: precise(millionths) / precise(WHOLE),
            of: f64::INFINITY,
        }
    }

    fn variance(&self) -> f64 {
        let others = (1.0 - self.seen / self.of).max(0.0);
        self.seen * (1.0 - self.share) / (self.share * self.share) * others
    }
}

#[expect(clippy::as_conversions, reason = "counts stay far below 2^53")]
pub(super) fn precise(number: i64) -> f64 {
    number as f64
}

#[expect(
    clippy::as_conversions,
    reason = "saturates, which is what a count should do"
)]
fn rounded(number: f64) -> i64 {
    number.round() as i64
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    use super::*;

    fn part(seen: f64, share: f64) -> Part {
        Part {
            seen,
            share,
            of: f64::INFINITY,
        }
    }

    #[test]
    fn a_tenth_stands_for_ten_times_as_many() {
        let estimate = Estimate::of(0, &[part(120.0, 0.1)]).unwrap();
        assert_eq!((estimate.seen, estimate.total), (120, 1_200));
        assert_eq!((estimate.low, estimate.high), (1_013, 1_422));
        assert!((estimate.share() - 0.1).abs() < 1e-9);
        // What came in hours without losses is known.
        let more = Estimate::of(1_000, &[part(120.0, 0.1)]).unwrap();
        assert_eq!((more.seen, more.total, more.low), (1_120, 2_200, 2_013));
    }

    #[test]
    fn without_losses_there_is_nothing_to_estimate() {
        assert_eq!(Estimate::of(7, &[]), None);
        let sure = Estimate::of(0, &[part(50.0, 1.0)]).unwrap();
        assert_eq!((sure.low, sure.total, sure.high), (50, 50, 50));
    }

    #[test]
    fn an_issue_that_is_all_that_came_is_known() {
        let all = Part {
            seen: 40.0,
            share: 0.5,
            of: 40.0,
        };
        let estimate = Estimate::of(0, &[all]).unwrap();
        assert_eq!((estimate.low, estimate.total, estimate.high), (80, 80, 80));
    }

    /// Draws what came of an issue with `size` of the `all` errors of an hour, of which `came` did.
    fn draw(dice: &mut StdRng, size: u32, all: u32, came: u32) -> u32 {
        let (mut left, mut of_issue, mut drawn) = (all, size, 0);
        for _ in 0..came {
            if dice.random_range(0..left) < of_issue {
                of_issue -= 1;
                drawn += 1;
            }
            left -= 1;
        }
        drawn
    }

    /// The share of intervals that hold the true number.
    fn coverage(dice: &mut StdRng, hours: &[(u32, u32, u32)]) -> f64 {
        const ROUNDS: u32 = 2_000;
        let (mut held, mut drawn) = (0_u32, 0_u32);
        let truth: u32 = hours.iter().map(|(size, ..)| size).sum();
        for _ in 0..ROUNDS {
            let parts = hours.iter().map(|(size, all, came)| Part {
                seen: f64::from(draw(dice, *size, *all, *came)),
                share: f64::from(*came) / f64::from(*all),
                of: f64::from(*came),
            });
            let parts: Vec<Part> = parts.filter(|part| part.seen > 0.0).collect();
            let Some(estimate) = Estimate::of(0, &parts) else {
                continue;
            };
            drawn += 1;
            let truth = i64::from(truth);
            held += u32::from(estimate.low <= truth && truth <= estimate.high);
        }
        f64::from(held) / f64::from(drawn)
    }

    #[test]
    fn intervals_hold_the_true_number_as_often_as_they_say() {
        let mut dice = StdRng::seed_from_u64(95);
        for (name, hours) in [
            ("one hour, a tenth", vec![(300, 4_000, 400)]),
            ("one hour, a half", vec![(200, 1_000, 500)]),
            ("a large issue", vec![(900, 1_000, 200)]),
            ("nine tenths", vec![(100, 500, 450)]),
            (
                "hours of different shares",
                vec![(120, 1_000, 100), (300, 900, 450), (80, 700, 630)],
            ),
            ("many small hours", vec![(30, 300, 60); 12]),
        ] {
            let share = coverage(&mut dice, &hours);
            assert!((0.925..=0.98).contains(&share), "{name}: {share}");
        }
    }
}
