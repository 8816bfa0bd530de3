use serde::Deserialize;
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::Cursor;
use watchfire_store::issue::{IssueQuery, Sort, Status, TagCondition};

use crate::address;
use crate::search::{self, Search, SearchError, Word};

/// How many issues a page of the list shows.
pub(crate) const ROWS_PER_PAGE: usize = 25;

const HOUR_MICROS: i64 = 3_600 * 1_000_000;

/// What an address says about the issue list; anything unknown counts as absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Selection {
    /// The search, kept as words.
    pub(crate) query: String,
    /// What was typed beside the words of `query`, not joined to them yet.
    pub(crate) add: String,
    /// The tab: `resolved`, `archived`, `all`; unresolved otherwise.
    pub(crate) status: String,
    /// The environment; every one when empty.
    pub(crate) environment: String,
    /// The period, one of [`PERIODS`].
    pub(crate) period: String,
    /// The sort, one of [`SORTS`].
    pub(crate) sort: String,
    /// Where the page begins.
    pub(crate) cursor: String,
    /// `1` asks for the list alone, without the page around it.
    pub(crate) part: String,
}

/// A period that the bar offers.
pub(crate) struct Period {
    /// Its word in addresses.
    pub(crate) word: &'static str,
    /// Its name.
    pub(crate) label: &'static str,
    /// How long it is; nothing for all time.
    pub(crate) hours: Option<i64>,
    /// How many bars its graph has, of how many hours each.
    pub(crate) bars: (usize, usize),
    /// How long the graph is, in words; totals by the hour are the finest there are.
    pub(crate) graph: &'static str,
}

/// The periods in the order of the bar.
pub(crate) const PERIODS: [Period; 7] = [
    period("1h", "Last hour", Some(1), (24, 1), "24 hours"),
    period("24h", "24 hours", Some(24), (24, 1), "24 hours"),
    period("7d", "7 days", Some(7 * 24), (28, 6), "7 days"),
    period("14d", "14 days", Some(14 * 24), (28, 12), "14 days"),
    period("30d", "30 days", Some(30 * 24), (30, 24), "30 days"),
    period("90d", "90 days", Some(90 * 24), (30, 72), "90 days"),
    period("all", "All time", None, (30, 72), "90 days"),
];

const fn period(
    word: &'static str,
    label: &'static str,
    hours: Option<i64>,
    bars: (usize, usize),
    graph: &'static str,
) -> Period {
    Period {
        word,
        label,
        hours,
        bars,
        graph,
    }
}

/// The period of addresses that name none.
const PERIOD_DEFAULT: &str = "14d";

/// The sorts by their words in addresses, which are Sentry's (reference/PRODUCT.md section 2.2).
pub(crate) const SORTS: [(&str, Sort); 4] = [
    ("date", Sort::LastSeen),
    ("new", Sort::FirstSeen),
    ("freq", Sort::Events),
    ("user", Sort::Users),
];

/// The status tabs: word in addresses, label, status; the first one is the default.
pub(crate) const STATUS_TABS: [(&str, &str, Option<Status>); 4] = [
    ("unresolved", "Unresolved", Some(Status::Unresolved)),
    ("resolved", "Resolved", Some(Status::Resolved)),
    ("archived", "Archived", Some(Status::Ignored)),
    ("all", "All", None),
];

/// The search of a selection as far as it can be read.
pub(crate) struct ReadSearch {
    /// The words that can be used.
    pub(crate) search: Search,
    /// The rest, as typed.
    pub(crate) rest: String,
    /// What is wrong with the rest.
    pub(crate) error: Option<SearchError>,
}

impl Selection {
    /// The search with what was typed beside its words.
    pub(crate) fn joined_query(&self) -> String {
        format!("{} {}", self.query.trim(), self.add.trim())
            .trim()
            .to_owned()
    }

    /// Reads the search word by word, so that one mistake does not lose the others.
    pub(crate) fn read_search(&self, now: Timestamp) -> ReadSearch {
        let text = self.joined_query();
        let mut read = ReadSearch {
            search: Search::default(),
            rest: String::new(),
            error: None,
        };
        // Judges length and number of the words; a mistake in one word is found again below.
        let words = match (Search::parse(&text, now), search::split(&text)) {
            (Err(error @ (SearchError::TooLong | SearchError::TooManyWords)), _)
            | (_, Err(error)) => {
                read.error = Some(error);
                read.rest = text;
                return read;
            }
            (_, Ok(words)) => words,
        };
        for word in words {
            match Word::parse(word, now) {
                Ok(word) => read.search.words.push(word),
                Err(error) => {
                    if !read.rest.is_empty() {
                        read.rest.push(' ');
                    }
                    read.rest.push_str(word);
                    read.error.get_or_insert(error);
                }
            }
        }
        read
    }

    /// The period, the default one for unknown words.
    pub(crate) fn period(&self) -> &'static Period {
        let [_, _, _, fallback, ..] = &PERIODS;
        PERIODS
            .iter()
            .find(|period| period.word == self.period)
            .unwrap_or(fallback)
    }

    /// The sort, newest event first for unknown words.
    pub(crate) fn sort(&self) -> Sort {
        SORTS
            .into_iter()
            .find(|(word, _)| *word == self.sort)
            .map(|(_, sort)| sort)
            .unwrap_or_default()
    }

    /// The word of the tab.
    pub(crate) fn tab(&self) -> &'static str {
        STATUS_TABS
            .into_iter()
            .find(|(word, _, _)| *word == self.status)
            .map_or("unresolved", |(word, _, _)| word)
    }

    /// The query for the store, and what is wrong with the search where two words exclude each
    /// other.
    pub(crate) fn to_query(
        &self,
        project: ProjectId,
        search: &Search,
        now: Timestamp,
    ) -> (IssueQuery, Option<SearchError>) {
        let mut query = IssueQuery {
            projects: vec![project],
            sort: self.sort(),
            cursor: self.cursor.parse::<Cursor>().ok(),
            limit: ROWS_PER_PAGE,
            ..IssueQuery::default()
        };
        if let Some(hours) = self.period().hours {
            query.last_seen_from = Some(now.plus_micros(-hours * HOUR_MICROS));
        }
        if !self.environment.is_empty() {
            query.tags.push(TagCondition {
                key: "environment".to_owned(),
                values: vec![self.environment.clone()],
                negated: false,
            });
        }
        if !search.has_status() {
            let status = STATUS_TABS
                .into_iter()
                .find(|(word, _, _)| *word == self.tab())
                .and_then(|(_, _, status)| status);
            query.statuses.extend(status);
        }
        let error = search.apply(&mut query).err();
        (query, error)
    }

    /// The address of the list with this selection, without what is the default anyway.
    pub(crate) fn address(&self, slug: &str) -> String {
        self.address_at(&address::issues(slug))
    }

    /// The address of another page that carries this selection along.
    pub(crate) fn address_at(&self, path: &str) -> String {
        let unless = |value: &'static str, default| if value == default { "" } else { value };
        let sort = SORTS
            .into_iter()
            .find(|(word, _)| *word == self.sort)
            .map_or("", |(word, _)| word);
        address::with_query(
            path,
            &[
                ("query", &self.joined_query()),
                ("status", unless(self.tab(), "unresolved")),
                ("environment", &self.environment),
                ("period", unless(self.period().word, PERIOD_DEFAULT)),
                ("sort", unless(sort, "date")),
                ("cursor", &self.cursor),
            ],
        )
    }

    /// This selection with a change, from the first page on.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.clone();
        other.cursor.clear();
        change(&mut other);
        other
    }

    /// This selection without one word of its search, from the first page on.
    pub(crate) fn without(&self, search: &Search, place: usize) -> Self {
        self.with(|other| {
            let rest = search
                .words
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != place)
                .map(|(_, word)| word.text.as_str());
            other.query = rest.collect::<Vec<_>>().join(" ");
            other.add.clear();
        })
    }

    /// This selection in another tab: words about the status are dropped, they would win.
    pub(crate) fn in_tab(&self, search: &Search, tab: &str) -> Self {
        self.with(|other| {
            if search.has_status() {
                let rest = search.words.iter().filter(|word| !word.is_about_status());
                let rest: Vec<&str> = rest.map(|word| word.text.as_str()).collect();
                other.query = rest.join(" ");
            }
            tab.clone_into(&mut other.status);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    fn selection(query: &str) -> Selection {
        Selection {
            query: query.to_owned(),
            ..Selection::default()
        }
    }

    #[test]
    fn an_address_leaves_defaults_out() {
        let mut selection = selection("level:error");
        selection.period = "14d".to_owned();
        selection.sort = "nonsense".to_owned();
        assert_eq!(
            selection.address("shop"),
            "/projects/shop/issues?query=level:error"
        );
        selection.status = "resolved".to_owned();
        selection.period = "24h".to_owned();
        selection.sort = "freq".to_owned();
        assert_eq!(
            selection.address("shop"),
            "/projects/shop/issues?query=level:error&status=resolved&period=24h&sort=freq"
        );
    }

    #[test]
    fn one_mistake_does_not_lose_the_other_words() {
        let read = selection("is:new level:erro timeout").read_search(NOW);
        assert_eq!(read.search.words.len(), 2);
        assert_eq!(read.rest, "level:erro");
        assert!(read.error.is_some());
        let read = selection("timeout \"open").read_search(NOW);
        assert_eq!(read.rest, "timeout \"open");
        assert!(read.error.is_some());
    }

    #[test]
    fn the_tab_counts_unless_the_search_names_a_status() {
        let mut selection = selection("is:resolved");
        selection.status = "archived".to_owned();
        let read = selection.read_search(NOW);
        let (query, _) = selection.to_query(ProjectId(1), &read.search, NOW);
        assert_eq!(query.statuses, [Status::Resolved]);
        let moved = selection.in_tab(&read.search, "all");
        assert_eq!(moved.address("shop"), "/projects/shop/issues?status=all");
    }
}
