//! What rules would do to recent events, before they are saved.

use std::collections::HashMap;

use serde::Serialize;
use watchfire_scrub::PathChange;
use watchfire_store::rescrub::{Finding, Preview, PreviewedEvent};

use super::{warnings, words};
use crate::address;
use crate::pages::issue::view::budget::{counted, first_chars, grouped_count};

/// Events whose changes are shown.
const EVENTS_MAX: usize = 20;
/// Changes of one event that are shown.
const CHANGES_MAX: usize = 12;
/// Lines of paths and rules.
const FINDINGS_MAX: usize = 100;
/// Characters around a change that are shown.
const AROUND_CHARS: usize = 24;
/// Characters of a text before or after that are shown.
const TEXT_CHARS_MAX: usize = 160;

/// A preview as pages show it.
#[derive(Debug, Default, Serialize)]
pub(super) struct PreviewView {
    sentence: String,
    tried_on: String,
    warnings: Vec<String>,
    findings: Vec<FindingView>,
    findings_left_out: Option<String>,
    events: Vec<EventView>,
    events_left_out: Option<String>,
    /// What to do where nothing would happen.
    advice: Option<&'static str>,
}

/// A path that a rule hits.
#[derive(Debug, Serialize)]
pub(super) struct FindingView {
    path: String,
    rule: String,
    what: String,
    count: i64,
    /// The first event with such a value.
    href: Option<String>,
}

/// An event that would change.
#[derive(Debug, Serialize)]
struct EventView {
    title: String,
    href: String,
    changes: Vec<ChangeView>,
    left_out: Option<String>,
    /// How many events of the same issue change at the same paths.
    alike: Option<String>,
}

/// A value before and after.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct ChangeView {
    path: String,
    rule: String,
    before: Snippet,
    after: Snippet,
    is_container_removed: bool,
}

/// A text with the part that differs apart.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Snippet {
    head: String,
    differs: String,
    tail: String,
    /// Whether nothing is left.
    is_gone: bool,
}

impl PreviewView {
    /// A preview over events of the project of this slug.
    pub(super) fn of(preview: &Preview, slug: &str) -> Self {
        let kinds = kinds(&preview.events);
        let shown: usize = kinds
            .iter()
            .take(EVENTS_MAX)
            .map(|(_, events)| events)
            .sum();
        let events_left_out = preview.events.len().saturating_sub(shown);
        let findings_left_out = preview.by.len().saturating_sub(FINDINGS_MAX);
        Self {
            sentence: sentence(preview),
            tried_on: tried_on(preview),
            warnings: warnings::sentences(preview),
            findings: findings(&preview.by, slug, FINDINGS_MAX),
            findings_left_out: (findings_left_out > 0)
                .then(|| format!("and {}", counted(findings_left_out, "more path"))),
            events: kinds
                .iter()
                .take(EVENTS_MAX)
                .map(|(event, alike)| EventView::of(event, alike - 1, slug))
                .collect(),
            events_left_out: (events_left_out > 0)
                .then(|| format!("and {}", counted(events_left_out, "more event"))),
            advice: advice(preview),
        }
    }

    /// What stands there while too many previews run.
    pub(super) fn busy() -> Self {
        Self {
            sentence: "Others are trying rules just now: try again in a few seconds.".to_owned(),
            ..Self::default()
        }
    }

    /// The same where parts of what was typed cannot be read, and so were not tried.
    pub(super) fn without_broken_parts(mut self) -> Self {
        if self.events.is_empty() {
            self.sentence = "Correct what is marked to see what it would remove.".to_owned();
            self.advice = None;
        } else {
            self.sentence
                .push_str(" What is marked as wrong is left out.");
        }
        self
    }
}

/// The first event of each issue and set of paths and rules, and how many events are like it.
fn kinds(events: &[PreviewedEvent]) -> Vec<(&PreviewedEvent, usize)> {
    let places = |event: &PreviewedEvent| -> Vec<(String, String)> {
        let place = |change: &PathChange| (change.path.clone(), change.rule.clone());
        event.changes.iter().map(place).collect()
    };
    let mut known = HashMap::new();
    let mut kinds: Vec<(&PreviewedEvent, usize)> = Vec::new();
    for event in events {
        let place = *known
            .entry((event.issue_id, places(event)))
            .or_insert(kinds.len());
        match kinds.get_mut(place) {
            Some((_, alike)) => *alike += 1,
            None => kinds.push((event, 1)),
        }
    }
    kinds
}

/// Paths and rules as pages list them, at most `most` of them.
pub(super) fn findings(by: &[Finding], slug: &str, most: usize) -> Vec<FindingView> {
    let view = |finding: &Finding| FindingView {
        path: finding.path.clone(),
        what: words::what(&finding.rule),
        rule: finding.rule.clone(),
        count: finding.count,
        href: finding.example.map(|event| address::event(slug, event)),
    };
    by.iter().take(most).map(view).collect()
}

impl EventView {
    fn of(event: &PreviewedEvent, alike: usize, slug: &str) -> Self {
        let left_out = event.changes.len().saturating_sub(CHANGES_MAX);
        Self {
            title: event.title.clone(),
            href: format!(
                "{}/events/{}",
                address::issue(slug, event.issue_id),
                event.event_id
            ),
            changes: event
                .changes
                .iter()
                .take(CHANGES_MAX)
                .map(ChangeView::of)
                .collect(),
            left_out: (left_out > 0).then(|| format!("and {}", counted(left_out, "more value"))),
            alike: (alike > 0).then(|| {
                let events = counted(alike, "more event");
                format!("and the same places in {events} of this issue")
            }),
        }
    }
}

impl ChangeView {
    /// A change as pages show it.
    pub(super) fn of(change: &PathChange) -> Self {
        let before = change.before.as_deref().unwrap_or_default();
        let (was, is) = differing(before, change.after.as_deref().unwrap_or_default());
        Self {
            path: change.path.clone(),
            rule: change.rule.clone(),
            before: was,
            after: Snippet {
                is_gone: change.after.is_none(),
                ..is
            },
            is_container_removed: change.is_container_removed,
        }
    }
}

/// Both texts around the part in which they differ.
fn differing(before: &str, after: &str) -> (Snippet, Snippet) {
    let (before, after): (Vec<char>, Vec<char>) =
        (before.chars().collect(), after.chars().collect());
    let same = |pair: &(&char, &char)| pair.0 == pair.1;
    let head = before.iter().zip(&after).take_while(same).count();
    let rest = before.len().min(after.len()) - head;
    let backwards = before.iter().rev().zip(after.iter().rev());
    let tail = backwards.take(rest).take_while(same).count();
    (snippet(&before, head, tail), snippet(&after, head, tail))
}

fn snippet(text: &[char], head: usize, tail: usize) -> Snippet {
    let end = text.len() - tail;
    let part = |range: std::ops::Range<usize>| -> String {
        text.get(range).unwrap_or_default().iter().collect()
    };
    let from = head.saturating_sub(AROUND_CHARS);
    let to = (end + AROUND_CHARS).min(text.len());
    let differs = part(head..end);
    let cut = first_chars(&differs, TEXT_CHARS_MAX);
    Snippet {
        head: format!("{}{}", dots(from > 0), part(from..head)),
        differs: format!("{cut}{}", dots(cut.len() < differs.len())),
        tail: format!("{}{}", part(end..to), dots(to < text.len())),
        is_gone: false,
    }
}

fn dots(is_cut: bool) -> &'static str {
    if is_cut { "…" } else { "" }
}

fn sentence(preview: &Preview) -> String {
    if preview.events.is_empty() {
        return "Nothing would be removed from these events.".to_owned();
    }
    let values: i64 = preview.by.iter().map(|finding| finding.count).sum();
    let mut rules: Vec<&str> = preview.by.iter().map(|by| by.rule.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    format!(
        "{} of {} would change: {} at {}, by {}.",
        grouped_count(preview.events.len()),
        counted(preview.looked_at, "event"),
        counted(usize::try_from(values).unwrap_or_default(), "value"),
        counted(preview.by.len(), "path"),
        counted(rules.len(), "rule"),
    )
}

fn tried_on(preview: &Preview) -> String {
    let all = format!(
        "Tried on the newest {} of the project, as they are stored",
        counted(preview.looked_at, "event")
    );
    if preview.is_complete {
        format!("{all}: what was removed before is gone, so this shows what would be removed now.")
    } else {
        format!("{all}. There was no time for more.")
    }
}

fn advice(preview: &Preview) -> Option<&'static str> {
    if preview.looked_at == 0 {
        Some(
            "No event is kept to try it on. Paste one, or any text, into “Try it on a text”. What \
             you save is used for the next events that come in.",
        )
    } else if preview.events.is_empty() {
        Some(
            "What these rules remove was removed when the events came in, or is not in them. Paste \
             a text into “Try it on a text” to see the rules at work.",
        )
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use watchfire_event::{EventId, IssueId};

    use super::*;

    #[test]
    fn a_change_shows_what_differs_and_a_little_around_it() {
        let (before, after) = differing("mail ana@shop.example now", "mail [email] now");
        assert_eq!(
            (
                before.head.as_str(),
                before.differs.as_str(),
                before.tail.as_str()
            ),
            ("mail ", "ana@shop.example", " now")
        );
        assert_eq!(after.differs, "[email]");
        let long = format!("{}secret{}", "a".repeat(100), "b".repeat(100));
        let (before, _) = differing(&long, &long.replace("secret", "*"));
        assert_eq!(before.head.chars().count(), AROUND_CHARS + 1);
        assert!(before.tail.ends_with('…'));
        assert_eq!(before.differs, "secret");
    }

    #[test]
    fn texts_that_overlap_are_cut_once() {
        let (before, after) = differing("aaa", "aa");
        assert_eq!((before.differs.as_str(), after.differs.as_str()), ("a", ""));
        let (before, after) = differing("", "");
        assert_eq!(before, after);
    }

    #[test]
    fn events_of_an_issue_that_change_alike_are_shown_once() {
        let event = |issue_id: i64, path: &str| PreviewedEvent {
            event_id: EventId::random(),
            issue_id: IssueId(issue_id),
            title: "KeyError".to_owned(),
            changes: vec![PathChange {
                path: path.to_owned(),
                rule: "@email".to_owned(),
                before: None,
                after: None,
                is_container_removed: false,
            }],
        };
        let events = [
            event(1, "extra.a"),
            event(1, "extra.b"),
            event(2, "extra.a"),
            event(1, "extra.a"),
        ];
        let kinds = kinds(&events);
        let counts: Vec<usize> = kinds.iter().map(|(_, alike)| *alike).collect();
        assert_eq!(counts, [2, 1, 1]);
    }
}
