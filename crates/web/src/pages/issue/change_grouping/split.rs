//! *Split by* message, type, tag, transaction or frame.

use serde::Serialize;
use watchfire_event::Event;
use watchfire_event::json::Value;
use watchfire_grouping::Grouper;
use watchfire_grouping::suggest::{self, FrameChoice, SplitBy};

use super::choices::Choices;
use super::draft::Made;
use super::variable::texts;
use crate::frame::Choice;
use crate::pages::issue::view::budget::{TAGS_MAX, first_chars};

/// Characters of an example that are shown.
const EXAMPLE_CHARS_MAX: usize = 120;
/// Frames that can be chosen.
pub(super) const FRAMES_MAX: usize = 100;

/// The choices as the form shows them.
#[derive(Debug, Serialize)]
pub(super) struct SplitView {
    ways: Vec<Way>,
}

/// What a split can go by.
#[derive(Debug, Serialize)]
struct Way {
    value: &'static str,
    label: &'static str,
    chosen: bool,
    /// Whether the event has such a value.
    is_possible: bool,
    /// The value that the event has.
    example: String,
    /// Why it cannot be chosen.
    why_not: &'static str,
    options_label: &'static str,
    options: Vec<Choice>,
}

/// Makes the line that splits. Completes `choices`: what was not chosen is the first that the
/// event has.
pub(super) fn make(
    grouper: &Grouper,
    event: &Event<'_>,
    choices: &mut Choices,
) -> (SplitView, Made) {
    let frames = suggest::frames(grouper, event);
    let tags = tags(event);
    if !tags.iter().any(|(name, _)| *name == choices.tag) {
        choices.tag = tags
            .first()
            .map(|(name, _)| name.clone())
            .unwrap_or_default();
    }
    let frame = choices.frame.unwrap_or(0);
    let frame = if frame < frames.len() { frame } else { 0 };
    choices.frame = Some(frame);
    let mut ways = ways(event, &tags, &frames, choices);
    let is_known = |way: &&Way| way.value == choices.by && way.is_possible;
    if !ways.iter().any(|way| is_known(&way)) {
        let first = ways.iter().find(|way| way.is_possible);
        choices.by = first.map_or(String::new(), |way| way.value.to_owned());
    }
    for way in &mut ways {
        way.chosen = way.value == choices.by;
    }
    let by = match choices.by.as_str() {
        "message" => Some(SplitBy::Message),
        "type" => Some(SplitBy::Type),
        "transaction" => Some(SplitBy::Transaction),
        "tag" => Some(SplitBy::Tag(choices.tag.clone())),
        "frame" => Some(SplitBy::Frame(frame)),
        _ => None,
    };
    let line = by.and_then(|by| suggest::split(grouper, event, &by));
    let made = line.map_or_else(
        || Made::nothing("The event has nothing that the issue could be split by."),
        Made::of,
    );
    (SplitView { ways }, made)
}

fn ways(
    event: &Event<'_>,
    tags: &[(String, String)],
    frames: &[FrameChoice],
    choices: &Choices,
) -> Vec<Way> {
    let kind = exception(event).and_then(|last| last.get_str("type"));
    let transaction = event.body.get_str("transaction");
    let value = exception(event).and_then(|last| last.get_str("value"));
    let message = value.or(texts(event).first().map(|(_, text)| *text));
    let tag = tags.iter().find(|(name, _)| *name == choices.tag);
    let frame = frames.get(choices.frame.unwrap_or(0));
    vec![
        way("message", "Message", message, "the event has no message"),
        way(
            "type",
            "Type of the exception",
            kind,
            "the event has no exception",
        ),
        way(
            "transaction",
            "Transaction",
            transaction,
            "the event names no transaction",
        ),
        Way {
            options_label: "Tag",
            options: tags.iter().map(|tag| tag_option(tag, choices)).collect(),
            ..way(
                "tag",
                "Tag",
                tag.map(|(_, value)| value.as_str()),
                "the event has no tags",
            )
        },
        Way {
            options_label: "Frame, nearest to the crash first",
            options: frames
                .iter()
                .take(FRAMES_MAX)
                .map(|one| frame_option(one, choices))
                .collect(),
            ..way(
                "frame",
                "Frame of the stack trace",
                frame.map(|frame| frame.label.as_str()),
                "the event has no stack trace",
            )
        },
    ]
}

fn way(
    value: &'static str,
    label: &'static str,
    example: Option<&str>,
    why_not: &'static str,
) -> Way {
    let example = example.filter(|text| !text.trim().is_empty());
    let shown = example.map_or("", |text| first_chars(text, EXAMPLE_CHARS_MAX));
    Way {
        value,
        label,
        chosen: false,
        is_possible: example.is_some(),
        example: shown.to_owned(),
        why_not,
        options_label: "",
        options: Vec::new(),
    }
}

fn tag_option((name, value): &(String, String), choices: &Choices) -> Choice {
    Choice {
        label: format!("{name} = {}", first_chars(value, EXAMPLE_CHARS_MAX)),
        selected: *name == choices.tag,
        value: name.clone(),
    }
}

fn frame_option(frame: &FrameChoice, choices: &Choices) -> Choice {
    Choice {
        value: frame.place.to_string(),
        label: frame.label.clone(),
        selected: choices.frame == Some(frame.place),
    }
}

/// What an event has that the issue is split by, where its title does not say it: `region = eu`.
pub(super) fn value(event: &Event<'_>, choices: &Choices) -> Option<String> {
    let (name, value) = match choices.by.as_str() {
        "tag" => tags(event)
            .into_iter()
            .find(|(name, _)| *name == choices.tag)?,
        "transaction" => {
            let transaction = event.body.get_str("transaction")?;
            ("transaction".to_owned(), transaction.to_owned())
        }
        _ => return None,
    };
    Some(format!(
        "{name} = {}",
        first_chars(&value, EXAMPLE_CHARS_MAX)
    ))
}

/// The exception that a fingerprint speaks of: the last one.
pub(super) fn exception<'e, 'a>(
    event: &'e Event<'a>,
) -> Option<&'e watchfire_event::json::Object<'a>> {
    let values = event.body.get_object("exception")?.get_array("values")?;
    match values.last()? {
        Value::Object(last) => Some(last),
        _ => None,
    }
}

/// The tags of an event, by name and value.
fn tags(event: &Event<'_>) -> Vec<(String, String)> {
    let listed = event.body.get_array("tags").unwrap_or_default();
    let pair = |tag: &Value<'_>| match tag {
        Value::Array(pair) => match pair.as_slice() {
            [name, value] => Some((name.as_str()?.to_owned(), value.as_str()?.to_owned())),
            _ => None,
        },
        _ => None,
    };
    listed.iter().filter_map(pair).take(TAGS_MAX).collect()
}
