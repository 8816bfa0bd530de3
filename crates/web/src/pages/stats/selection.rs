use serde::Deserialize;

use super::chart::Span;
use crate::address;

/// What an address says about the stats; anything unknown counts as absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Selection {
    /// The period, one of [`PERIODS`].
    pub(crate) period: String,
    /// The data category; the first one that has something when empty.
    pub(crate) category: String,
    /// `all` asks for every project of the person.
    pub(crate) projects: String,
    /// The environment of the other pages. Outcomes know none; it only goes along.
    pub(crate) environment: String,
}

/// A period that can be chosen.
pub(crate) struct Period {
    /// Its word in addresses.
    pub(crate) word: &'static str,
    /// Its name.
    pub(crate) label: &'static str,
    /// How many bars, of how many hours each, and how many of them between two labels.
    bars: (i64, i64, i64),
}

/// The periods; counts are kept by the hour, so that the shortest shows the running one and the
/// one before. Up to seven days have a bar for each hour, longer ones for each day.
pub(crate) const PERIODS: [Period; 6] = [
    period("1h", "Last hour", (2, 1, 1)),
    period("24h", "24 hours", (24, 1, 4)),
    period("7d", "7 days", (168, 1, 24)),
    period("14d", "14 days", (14, 24, 2)),
    period("30d", "30 days", (30, 24, 5)),
    period("90d", "90 days", (90, 24, 15)),
];

/// The period of addresses that name none.
const PERIOD_DEFAULT: &str = "14d";

const fn period(word: &'static str, label: &'static str, bars: (i64, i64, i64)) -> Period {
    Period { word, label, bars }
}

impl Selection {
    /// The period: the longest one for all time, the default one for unknown words.
    pub(crate) fn period(&self) -> &'static Period {
        let [_, _, _, fallback, _, longest] = &PERIODS;
        match self.period.as_str() {
            "all" => longest,
            word => {
                let known = PERIODS.iter().find(|period| period.word == word);
                known.unwrap_or(fallback)
            }
        }
    }

    /// The bars of the period, up to this hour since 1970.
    pub(crate) fn span(&self, now_hour: i64) -> Span {
        let (bars, step, per_label) = self.period().bars;
        Span::ending(now_hour, bars, step, per_label)
    }

    /// Whether every project of the person is meant.
    pub(crate) fn is_of_all(&self) -> bool {
        self.projects == "all"
    }

    /// The address of the page with this selection and a change, without what is the default.
    pub(crate) fn with(&self, slug: &str, change: impl FnOnce(&mut Self)) -> String {
        let mut other = self.clone();
        change(&mut other);
        let period = other.period().word;
        address::with_query(
            &address::stats(slug),
            &[
                ("projects", if other.is_of_all() { "all" } else { "" }),
                ("category", &other.category),
                ("environment", &other.environment),
                ("period", if period == PERIOD_DEFAULT { "" } else { period }),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leaves_defaults_out() {
        let selection = Selection {
            period: "nonsense".to_owned(),
            ..Selection::default()
        };
        assert_eq!(selection.period().word, "14d");
        assert_eq!(selection.with("shop", |_| ()), "/projects/shop/stats");
        let all = selection.with("shop", |other| {
            "all".clone_into(&mut other.projects);
            "90d".clone_into(&mut other.period);
            "span".clone_into(&mut other.category);
        });
        assert_eq!(
            all,
            "/projects/shop/stats?projects=all&category=span&period=90d"
        );
    }
}
