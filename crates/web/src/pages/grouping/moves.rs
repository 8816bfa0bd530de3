//! The moves of a preview: which events would leave which issue, and where they would go.

use std::collections::BTreeSet;

use serde::Serialize;
use watchfire_event::EventId;
use watchfire_store::regroup::{Example, Move, Target};

use super::issue_link::{IssueLink, cut_title, events_word};
use crate::pages::issue::view::budget::{first_chars, grouped_count};

/// Moves of one kind that are listed; the largest come first.
const MOVES_MAX: usize = 50;
/// Digits of an event's id that are shown.
const SHORT_DIGITS: usize = 8;

/// Moves of one kind.
#[derive(Debug, Serialize)]
pub(super) struct Part {
    heading: String,
    pub(super) moves: Vec<MoveView>,
    left_out: Option<String>,
}

/// Events that would leave an issue together.
#[derive(Debug, Serialize)]
pub(super) struct MoveView {
    from: IssueLink,
    /// The issue that they would go to; a new one where there is none.
    to: Option<IssueLink>,
    new_title: String,
    /// What tells the events from the others that are split.
    pub(super) value: Option<String>,
    events: i64,
    events_word: &'static str,
    examples: Vec<ExampleView>,
    /// One of the events.
    #[serde(skip)]
    pub(super) example: Option<EventId>,
}

/// An example event as a link.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct ExampleView {
    href: String,
    /// Its title, or its id where the title says nothing new.
    title: String,
}

/// These moves under a heading; nothing where there are none.
pub(super) fn part(heading: &str, moves: &[&Move], slug: &str) -> Option<Part> {
    let left_out = moves.len().saturating_sub(MOVES_MAX);
    (!moves.is_empty()).then(|| Part {
        heading: heading.to_owned(),
        moves: moves
            .iter()
            .take(MOVES_MAX)
            .map(|one| move_view(one, slug))
            .collect(),
        left_out: (left_out > 0).then(|| format!("and {} more", grouped_count(left_out))),
    })
}

fn move_view(one: &Move, slug: &str) -> MoveView {
    let events = i64::try_from(one.events).unwrap_or(i64::MAX);
    let from = IssueLink::of_brief(&one.from, slug);
    let (to, new_title) = match &one.to {
        Target::Issue(issue) => (Some(IssueLink::of_brief(issue, slug)), String::new()),
        Target::New { title, .. } => (None, cut_title(title)),
    };
    MoveView {
        examples: examples(&one.examples, &from.href),
        example: one.examples.first().map(|example| example.event_id),
        from,
        to,
        new_title,
        value: None,
        events,
        events_word: events_word(events),
    }
}

/// The examples by title; by the first digits of their ids where a title was there already.
fn examples(examples: &[Example], issue_href: &str) -> Vec<ExampleView> {
    let mut seen = BTreeSet::new();
    let views = examples.iter().map(|example| {
        let id = example.event_id.to_string();
        let title = if seen.insert(&example.title) {
            cut_title(&example.title)
        } else {
            first_chars(&id, SHORT_DIGITS).to_owned()
        };
        ExampleView {
            href: format!("{issue_href}/events/{id}"),
            title,
        }
    });
    views.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_one_title_are_told_apart_by_their_ids() {
        let example = |title: &str| Example {
            event_id: EventId::random(),
            title: title.to_owned(),
        };
        let known = [example("A"), example("A"), example("B")];
        let titles: Vec<String> = examples(&known, "/issues/7")
            .into_iter()
            .map(|one| one.title)
            .collect();
        let id = known[1].event_id.to_string();
        assert_eq!(titles, ["A", first_chars(&id, SHORT_DIGITS), "B"]);
    }
}
