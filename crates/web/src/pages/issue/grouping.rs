//! Why the event belongs to its issue: which ways of looking at it gave it a hash, and what
//! counted.

use serde::Serialize;
use watchfire_event::json::Value;
use watchfire_event::{Draft, Event, MetaTree, Timestamp};
use watchfire_grouping::{Component, Content, explain};

use super::view::budget::{counted, first_chars};

/// Texts that are listed as having counted.
const PARTS_MAX: usize = 12;
/// Characters of such a text that are shown.
const PART_CHARS_MAX: usize = 120;

/// The explanation as the page shows it.
#[derive(Debug, Serialize)]
pub(super) struct Grouping {
    /// The ways that gave a hash, with what counted.
    pub(super) variants: Vec<Variant>,
    /// The first digits of the deciding hash.
    pub(super) hash: String,
}

/// One way of looking at an event.
#[derive(Debug, Serialize)]
pub(super) struct Variant {
    /// `the application's own frames`, `all frames` …
    pub(super) name: String,
    /// What is notable about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<String>,
    /// The texts that counted, in order.
    pub(super) parts: Vec<Part>,
    /// How many more counted, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) left_out: Option<String>,
}

/// A text that counted.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Part {
    /// What it is: `type`, `function`, `context-line` …
    pub(super) name: &'static str,
    /// The text.
    pub(super) text: String,
}

impl Grouping {
    /// Explains the fingerprint of an event that was received at `received_at`; takes its body
    /// and notes.
    pub(super) fn of(body: Value<'_>, notes: MetaTree, received_at: Timestamp) -> Option<Self> {
        let Value::Object(body) = body else {
            return None;
        };
        let draft = Draft { body, meta: notes };
        let event = Event::from_draft(draft, received_at);
        let explanation = explain(&event);
        let variants: Vec<Variant> = explanation
            .variants
            .iter()
            .filter(|(_, variant)| variant.contributes)
            .map(|(name, variant)| {
                let mut parts = Vec::new();
                collect(&variant.components, &mut parts);
                let left_out = parts.len().saturating_sub(PARTS_MAX);
                parts.truncate(PARTS_MAX);
                Variant {
                    name: words(name),
                    hint: variant.hint.as_ref().map(ToString::to_string),
                    parts,
                    left_out: (left_out > 0).then(|| counted(left_out, "more part")),
                }
            })
            .collect();
        let hash = explanation.hashes.first()?.to_string();
        (!variants.is_empty()).then(|| Self {
            variants,
            hash: hash.chars().take(12).collect(),
        })
    }
}

fn words(variant: &str) -> String {
    match variant {
        "app" => "the application's own frames".to_owned(),
        "system" => "all frames".to_owned(),
        "default" => "the event itself".to_owned(),
        other => other.replace(['_', '-'], " "),
    }
}

fn collect(component: &Component<'_>, parts: &mut Vec<Part>) {
    if !component.contributes {
        return;
    }
    match &component.content {
        Content::Text(text) => parts.push(Part {
            name: component.id,
            text: first_chars(text, PART_CHARS_MAX).to_owned(),
        }),
        Content::Parts(_) => component
            .parts()
            .iter()
            .for_each(|part| collect(part, parts)),
    }
}
