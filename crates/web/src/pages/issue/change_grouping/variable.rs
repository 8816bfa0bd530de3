//! *Treat this text as variable.*

use serde::Serialize;
use watchfire_event::Event;
use watchfire_event::json::Value;
use watchfire_grouping::suggest::{self, VariableChoice};

use super::choices::Choices;
use super::draft::Made;
use crate::pages::issue::view::budget::{first_chars, grouped_count};

/// Texts of an event that are shown.
const SAMPLES_MAX: usize = 6;
/// Characters of each.
const SAMPLE_CHARS_MAX: usize = 1_000;
/// Characters of what a message reads like then that are shown.
const RESULT_CHARS_MAX: usize = 300;

/// The choices as the form shows them.
#[derive(Debug, Serialize)]
pub(super) struct VariableView {
    samples: Vec<Sample>,
    /// What is left out of the texts.
    cut: Option<String>,
    part: String,
    part_problem: Option<&'static str>,
    patterns: Vec<Pattern>,
}

/// A text of the event, cut where the chosen part stands.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Sample {
    name: &'static str,
    before: String,
    marked: String,
    after: String,
}

/// A pattern to choose.
#[derive(Debug, Serialize)]
struct Pattern {
    place: usize,
    label: String,
    line: String,
    result: String,
    chosen: bool,
}

/// Makes the line that names the chosen text. Completes `choices` with the pattern that is usually
/// meant.
pub(super) fn make(event: &Event<'_>, choices: &mut Choices) -> (VariableView, Made) {
    let texts = texts(event);
    let part = choices.part.as_str();
    let holder = texts.iter().find(|(_, text)| text.contains(part));
    let patterns: Vec<VariableChoice> = match holder {
        Some((_, text)) if !part.trim().is_empty() => suggest::variable(text, part),
        _ => Vec::new(),
    };
    let part_problem = if part.trim().is_empty() || !patterns.is_empty() {
        None
    } else if holder.is_none() {
        Some("This does not stand in any of the texts above.")
    } else {
        Some("No pattern can be made of this. Mark a whole word or number.")
    };
    let chosen = choices.pattern.filter(|place| *place < patterns.len());
    choices.pattern = chosen.or_else(|| usual(&patterns));
    let line = choices.pattern.and_then(|place| patterns.get(place));
    let made = match line {
        Some(choice) => Made::of(choice.line.clone()),
        None if texts.is_empty() => Made::nothing("The event has no message."),
        None => Made::nothing("Choose the text that differs from event to event."),
    };
    let view = VariableView {
        samples: samples(&texts, &choices.part),
        cut: texts.iter().any(is_cut).then(|| {
            let shown = grouped_count(SAMPLE_CHARS_MAX);
            format!("Of each text, the first {shown} characters are shown.")
        }),
        part: choices.part.clone(),
        part_problem,
        patterns: rows(patterns, choices.pattern),
    };
    (view, made)
}

/// The pattern that is usually meant: the first one that means more than this text alone and does
/// nothing else to the message. The first of all means this text alone.
fn usual(patterns: &[VariableChoice]) -> Option<usize> {
    let exact = patterns.first()?;
    let careful = |(_, other): &(usize, &VariableChoice)| other.result == exact.result;
    let found = patterns.iter().enumerate().skip(1).find(careful);
    Some(found.map_or(0, |(place, _)| place))
}

/// The texts of an event that are parameterised, each with its name: the message, then the values
/// of its exceptions from the last one on.
pub(super) fn texts<'e>(event: &'e Event<'_>) -> Vec<(&'static str, &'e str)> {
    let mut texts = Vec::new();
    if let Some(entry) = event.body.get_object("logentry") {
        let message = entry.get_str("formatted").or(entry.get_str("message"));
        texts.extend(message.map(|text| ("Message", text)));
    }
    let values = event
        .body
        .get_object("exception")
        .and_then(|exception| exception.get_array("values"));
    for value in values.unwrap_or_default().iter().rev() {
        if let Value::Object(exception) = value {
            let value = exception.get_str("value");
            texts.extend(value.map(|text| ("Exception", text)));
        }
    }
    texts.retain(|(_, text)| !text.trim().is_empty());
    texts.truncate(SAMPLES_MAX);
    texts
}

fn is_cut((_, text): &(&'static str, &str)) -> bool {
    text.chars().nth(SAMPLE_CHARS_MAX).is_some()
}

fn samples(texts: &[(&'static str, &str)], part: &str) -> Vec<Sample> {
    let sample = |(name, text): &(&'static str, &str)| {
        let text = first_chars(text, SAMPLE_CHARS_MAX);
        let (before, after) = match text.split_once(part) {
            Some(cut) if !part.trim().is_empty() => cut,
            _ => (text, ""),
        };
        let is_marked = before.len() + after.len() < text.len();
        Sample {
            name,
            before: before.to_owned(),
            marked: if is_marked {
                part.to_owned()
            } else {
                String::new()
            },
            after: after.to_owned(),
        }
    };
    texts.iter().map(sample).collect()
}

fn rows(patterns: Vec<VariableChoice>, chosen: Option<usize>) -> Vec<Pattern> {
    let rows = patterns.into_iter().enumerate();
    rows.map(|(place, choice)| Pattern {
        place,
        result: first_chars(&choice.result, RESULT_CHARS_MAX).to_owned(),
        label: choice.label,
        line: choice.line,
        chosen: chosen == Some(place),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_that_does_more_to_the_message_is_not_chosen_by_itself() {
        let choice = |result: &str| VariableChoice {
            line: String::new(),
            label: String::new(),
            result: result.to_owned(),
        };
        let exact = choice("customer <acme> is gone");
        let greedy = choice("<acme> <acme> <acme> <acme>");
        assert_eq!(usual(&[]), None);
        assert_eq!(usual(&[exact.clone(), greedy.clone()]), Some(0));
        assert_eq!(usual(&[exact.clone(), greedy, exact]), Some(2));
    }

    #[test]
    fn the_chosen_text_is_marked_where_it_stands() {
        let texts = [
            ("Message", "order 17 of ACME"),
            ("Exception", "nothing here"),
        ];
        let [first, second] = &samples(&texts, "17")[..] else {
            panic!("two texts");
        };
        let parts = [&first.before, &first.marked, &first.after];
        assert_eq!(parts, ["order ", "17", " of ACME"]);
        assert_eq!(
            (second.before.as_str(), second.marked.as_str()),
            ("nothing here", "")
        );
        assert!(samples(&texts, "").iter().all(|one| one.marked.is_empty()));
    }
}
