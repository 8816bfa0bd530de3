use serde::Serialize;
use watchfire_event::IssueId;
use watchfire_store::issue::{Issue, format_short_id};
use watchfire_store::regroup::IssueBrief;

use crate::address;
use crate::pages::issue::view::budget::first_chars;

/// Characters of an issue's title that are shown.
const TITLE_CHARS_MAX: usize = 200;

/// An issue as a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(in crate::pages) struct IssueLink {
    /// Its number.
    pub(in crate::pages) id: i64,
    /// Its page.
    pub(in crate::pages) href: String,
    /// The id that people say, for example `SHOP-1A`.
    pub(in crate::pages) short_id: String,
    /// Its title, cut.
    pub(in crate::pages) title: String,
    /// How many events it has.
    pub(in crate::pages) events: i64,
    /// `event` or `events`.
    pub(in crate::pages) events_word: &'static str,
}

impl IssueLink {
    /// The link to an issue of the project of this slug.
    pub(in crate::pages) fn of(issue: &Issue, slug: &str) -> Self {
        let numbers = (issue.id, issue.short_number, issue.event_count);
        Self::new(numbers, &issue.title, slug)
    }

    /// The link to an issue of a preview.
    pub(super) fn of_brief(issue: &IssueBrief, slug: &str) -> Self {
        let numbers = (issue.id, issue.short_number, issue.event_count);
        Self::new(numbers, &issue.title, slug)
    }

    fn new((id, short_number, events): (IssueId, i64, i64), title: &str, slug: &str) -> Self {
        Self {
            id: id.0,
            href: address::issue(slug, id),
            short_id: format_short_id(slug, short_number),
            title: cut_title(title),
            events,
            events_word: events_word(events),
        }
    }
}

/// A title of at most [`TITLE_CHARS_MAX`] characters; a cut one ends in `…`.
pub(super) fn cut_title(title: &str) -> String {
    let shown = first_chars(title, TITLE_CHARS_MAX);
    if shown.len() == title.len() {
        title.to_owned()
    } else {
        format!("{shown}…")
    }
}

/// The noun for a count of events.
pub(in crate::pages) fn events_word(count: i64) -> &'static str {
    if count == 1 { "event" } else { "events" }
}
