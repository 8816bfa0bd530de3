//! What the issue page itself says of grouping: which view of the event decided, and the ways to
//! the explanation and to changing it.

use serde::Serialize;
use watchfire_event::{Event, IssueId};
use watchfire_grouping::{Explanation, Grouper};

use super::variant::SHORT_DIGITS;
use super::words;
use crate::address;

/// The summary as the page shows it.
#[derive(Debug, Serialize)]
pub(in crate::pages::issue) struct Summary {
    /// `the application's own frames, all frames`.
    pub(in crate::pages::issue) views: String,
    /// The first digits of the deciding hash.
    pub(in crate::pages::issue) hash: String,
    /// The grouping version, `newstyle:2026-01-20`.
    pub(in crate::pages::issue) version: &'static str,
    /// The whole explanation of this event.
    pub(in crate::pages::issue) href: String,
    /// The comparison with the oldest event.
    pub(in crate::pages::issue) compare_href: String,
    /// The forms that change how events are grouped.
    pub(in crate::pages::issue) changes: Vec<ChangeLink>,
}

/// A link to a form that changes how events are grouped.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(in crate::pages::issue) struct ChangeLink {
    pub(in crate::pages::issue) label: &'static str,
    pub(in crate::pages::issue) href: String,
}

impl Summary {
    /// The summary of an event of an issue in the project of this slug.
    pub(in crate::pages::issue) fn of(
        grouper: &Grouper,
        event: &Event<'_>,
        slug: &str,
        issue: IssueId,
    ) -> Self {
        let explanation = grouper.explain(event);
        let id = event.id.to_string();
        let hash = explanation.hashes.first().map(ToString::to_string);
        let page = address::issue_grouping(slug, issue);
        let compare = address::compare_events(slug, issue);
        Self {
            views: views(&explanation),
            hash: hash
                .unwrap_or_default()
                .chars()
                .take(SHORT_DIGITS)
                .collect(),
            version: explanation.version.id(),
            href: address::with_query(&page, &[("event", &id)]),
            compare_href: address::with_query(&compare, &[("left", &id), ("right", "oldest")]),
            changes: changes(issue, &id, &explanation),
        }
    }
}

/// The forms that make sense for an event: a frame can only be ignored where frames count, a text
/// only be variable where a text counts.
pub(in crate::pages::issue) fn changes(
    issue: IssueId,
    event: &str,
    explanation: &Explanation<'_>,
) -> Vec<ChangeLink> {
    let link = |label, kind| ChangeLink {
        label,
        href: address::change_grouping(issue, &[("kind", kind), ("event", event)]),
    };
    let mut links = vec![link(
        "Split by message, type, tag, transaction or frame",
        "split",
    )];
    if has_frames(explanation) {
        links.push(link("Ignore a frame when grouping", "ignore_frame"));
    }
    links.push(link("Treat a text as variable", "variable"));
    links
}

fn has_frames(explanation: &Explanation<'_>) -> bool {
    fn any_frame(component: &watchfire_grouping::Component<'_>) -> bool {
        component.id == "frame" || component.parts().iter().any(any_frame)
    }
    let mut variants = explanation.variants.values();
    variants.any(|variant| any_frame(&variant.components))
}

/// The ways of looking at the event that gave a hash, in plain words.
fn views(explanation: &Explanation<'_>) -> String {
    let contributing = explanation
        .variants
        .iter()
        .filter(|(_, found)| found.contributes);
    let names: Vec<String> = contributing.map(|(name, _)| words::variant(name)).collect();
    names.join(", ")
}
