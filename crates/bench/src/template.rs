//! An event as text with slots, so that making the next event is a handful of copies.

use std::fmt::Write;

/// What differs from one event to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// 32 hex digits.
    EventId,
    /// 32 hex digits.
    TraceId,
    /// Seconds since 1970 with microseconds, a JSON number.
    Timestamp,
    /// The same moment as RFC 3339 text.
    Moment,
    /// A word of letters that names the issue, lower case.
    Issue,
    /// The same word with a capital.
    IssueTitle,
    /// Number of the user.
    Customer,
    /// Four digits.
    Order,
    /// A price.
    Amount,
    /// Nine hex digits of an object's address.
    Address,
    /// Name of the machine that reports.
    Host,
    /// Last part of the release.
    Patch,
}

/// Markers as they stand in a prepared event's text; a number's marker includes the quotes it replaces.
const MARKERS: [(&str, Slot); 12] = [
    ("\"«timestamp»\"", Slot::Timestamp),
    ("«moment»", Slot::Moment),
    ("«event_id»", Slot::EventId),
    ("«trace_id»", Slot::TraceId),
    ("«issue»", Slot::Issue),
    ("«Issue»", Slot::IssueTitle),
    ("«customer»", Slot::Customer),
    ("«order»", Slot::Order),
    ("«amount»", Slot::Amount),
    ("«address»", Slot::Address),
    ("«host»", Slot::Host),
    ("«patch»", Slot::Patch),
];

/// An event's text cut at its slots.
pub(crate) struct Template {
    pieces: Vec<Piece>,
    capacity_bytes: usize,
}

enum Piece {
    Text(String),
    Slot(Slot),
}

impl Template {
    /// Cuts the text at its markers.
    pub(crate) fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, slot, after)) = next_marker(rest) {
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Slot(slot));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Self {
            pieces,
            capacity_bytes: text.len().saturating_add(1024),
        }
    }

    /// The event with its slots filled.
    pub(crate) fn render(&self, fill: impl Fn(Slot, &mut String)) -> String {
        let mut text = String::with_capacity(self.capacity_bytes);
        for piece in &self.pieces {
            match piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Slot(slot) => fill(*slot, &mut text),
            }
        }
        text
    }
}

fn next_marker(text: &str) -> Option<(&str, Slot, &str)> {
    MARKERS
        .iter()
        .filter_map(|(marker, slot)| {
            let (before, after) = text.split_once(marker)?;
            Some((before, *slot, after))
        })
        .min_by_key(|(before, _, _)| before.len())
}

/// The word that names issue number `issue`: letters only, because trackers group texts that differ in digits.
pub(crate) fn issue_word(issue: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "co", "di", "fu", "ga", "he", "jo", "ki", "la", "mu", "ne", "po", "ra", "si", "to",
        "ve",
    ];
    let mut word = String::new();
    let mut rest = issue;
    loop {
        word.push_str(
            SYLLABLES
                .get(rest % SYLLABLES.len())
                .copied()
                .unwrap_or_default(),
        );
        rest /= SYLLABLES.len();
        if rest == 0 {
            return word;
        }
    }
}

/// Appends a value's text.
pub(crate) fn put(text: &mut String, value: std::fmt::Arguments<'_>) {
    // Writing into a `String` does not fail.
    text.write_fmt(value).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled_where_their_markers_stood() {
        let template = Template::new(r#"{"id":"«event_id»","at":"«timestamp»","f":"pay_«issue»"}"#);
        let text = template
            .render(|slot, out| put(out, format_args!("{}", i32::from(slot == Slot::Timestamp))));
        assert_eq!(text, r#"{"id":"0","at":1,"f":"pay_0"}"#);
    }

    #[test]
    fn every_issue_has_a_word_of_its_own() {
        let words: std::collections::HashSet<_> = (0..5000).map(issue_word).collect();
        assert_eq!(words.len(), 5000);
    }
}
