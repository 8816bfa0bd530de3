use serde::Deserialize;
use watchfire_store::Cursor;

use crate::address;

/// What an address says about the list of feedback; anything unknown counts as absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Selection {
    /// The tab: `resolved` or `all`; open ones otherwise.
    pub(super) status: String,
    /// Where the page begins.
    pub(super) cursor: String,
    /// The environment and the period of the other pages, which only go along.
    pub(super) environment: String,
    pub(super) period: String,
}

/// The tabs: word in addresses, label, whether resolved ones are meant; the first is the default.
pub(super) const TABS: [(&str, &str, Option<bool>); 3] = [
    ("unresolved", "Unresolved", Some(false)),
    ("resolved", "Resolved", Some(true)),
    ("all", "All", None),
];

impl Selection {
    /// The tab, the default one for unknown words.
    pub(super) fn tab(&self) -> (&'static str, &'static str, Option<bool>) {
        let [fallback, ..] = TABS;
        TABS.into_iter()
            .find(|(word, _, _)| *word == self.status)
            .unwrap_or(fallback)
    }

    /// The address of the list in a tab, from a place on.
    pub(super) fn address(&self, slug: &str, tab: &str, cursor: Option<Cursor>) -> String {
        let [(default, _, _), ..] = TABS;
        let cursor = cursor.map(|cursor| cursor.to_string()).unwrap_or_default();
        address::with_query(
            &address::feedback(slug),
            &[
                ("status", if tab == default { "" } else { tab }),
                ("cursor", &cursor),
                ("environment", &self.environment),
                ("period", &self.period),
            ],
        )
    }
}
