use serde::Deserialize;
use watchfire_event::Timestamp;

use crate::address;

const HOUR_MICROS: i64 = 3_600_000_000;

/// What an address says about the releases; anything unknown counts as absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Selection {
    /// The period, one of [`PERIODS`].
    pub(super) period: String,
    /// The environment; every one when empty.
    pub(super) environment: String,
}

/// A period that can be chosen.
pub(super) struct Period {
    /// Its word in addresses.
    pub(super) word: &'static str,
    /// Its name.
    pub(super) label: &'static str,
    /// How many bars, of how many hours each.
    pub(super) bars: (i64, i64),
}

/// The periods. Sessions are counted by the hour.
pub(super) const PERIODS: [Period; 5] = [
    period("24h", "24 hours", (24, 1)),
    period("7d", "7 days", (28, 6)),
    period("14d", "14 days", (28, 12)),
    period("30d", "30 days", (30, 24)),
    period("90d", "90 days", (30, 72)),
];

/// The period of addresses that name none.
const PERIOD_DEFAULT: &str = "14d";

const fn period(word: &'static str, label: &'static str, bars: (i64, i64)) -> Period {
    Period { word, label, bars }
}

impl Selection {
    /// The period: the nearest one for a word of other pages, the default one for unknown words.
    pub(super) fn period(&self) -> &'static Period {
        let [shortest, _, fallback, _, longest] = &PERIODS;
        match self.period.as_str() {
            "1h" => shortest,
            "all" => longest,
            word => {
                let known = PERIODS.iter().find(|period| period.word == word);
                known.unwrap_or(fallback)
            }
        }
    }

    /// The address of the page with this selection and a change, without what is the default.
    pub(super) fn with(&self, slug: &str, change: impl FnOnce(&mut Self)) -> String {
        let mut other = self.clone();
        change(&mut other);
        let period = other.period().word;
        address::with_query(
            &address::releases(slug),
            &[
                ("environment", &other.environment),
                ("period", if period == PERIOD_DEFAULT { "" } else { period }),
            ],
        )
    }
}

impl Period {
    /// From when until when, in whole bars that end with the one that runs.
    pub(super) fn bounds(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let (bars, hours) = self.bars;
        let width = hours * HOUR_MICROS;
        let until = (now.0.div_euclid(width) + 1) * width;
        (Timestamp(until - bars * width), Timestamp(until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_of_another_page_stands_for_the_nearest() {
        for (word, shown) in [("1h", "24h"), ("all", "90d"), ("30d", "30d"), ("x", "14d")] {
            let selection = Selection {
                period: word.to_owned(),
                ..Selection::default()
            };
            assert_eq!(selection.period().word, shown, "{word}");
        }
    }

    #[test]
    fn a_period_ends_with_the_running_bar() {
        let now = Timestamp::parse("2026-11-20T12:34:56Z").unwrap();
        let (from, until) = Selection::default().period().bounds(now);
        assert_eq!(until, Timestamp::parse("2026-11-21T00:00:00Z").unwrap());
        assert_eq!(from, Timestamp::parse("2026-11-07T00:00:00Z").unwrap());
    }
}
