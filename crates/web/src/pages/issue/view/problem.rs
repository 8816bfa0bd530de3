//! What could not be read of an event, as its `errors` list tells.

use serde::Serialize;

use watchfire_event::Timestamp;

use super::budget::{Budget, PROBLEMS_MAX, counted, first_chars};
use super::node::Node;
use super::text::Text;
use crate::moment;

/// Characters of a name or reason that are shown.
const NAME_CHARS_MAX: usize = 300;

/// The errors of processing as the page shows them.
#[derive(Debug, Serialize)]
pub(crate) struct Problems {
    /// `2 fields could not be read`.
    pub(crate) label: String,
    /// Each of them.
    pub(crate) problems: Vec<Problem>,
    /// What is left out, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left_out: Option<String>,
}

/// One error.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    /// What kind, in words.
    pub(crate) kind: String,
    /// The field, as a dotted path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// What was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<Text>,
}

impl Problems {
    /// The errors of an event; `None` when there are none.
    pub(crate) fn of(event: Node<'_>) -> Option<Self> {
        let budget = Budget::default();
        let errors = event.key("errors");
        let problems: Vec<Problem> = errors
            .items()
            .filter(|error| error.value().is_some())
            .take(PROBLEMS_MAX)
            .map(|error| Problem::of(error, &budget))
            .collect();
        let left_out = errors.items().len().saturating_sub(PROBLEMS_MAX);
        (!problems.is_empty()).then(|| Self {
            label: counted(problems.len() + left_out, "note"),
            problems,
            left_out: (left_out > 0).then(|| counted(left_out, "more note")),
        })
    }
}

impl Problem {
    fn of(error: Node<'_>, budget: &Budget) -> Self {
        if let Some(kind) = clock(error) {
            return Self {
                kind,
                name: None,
                reason: None,
                value: None,
            };
        }
        let short = |key: &str| {
            let text = error.key(key).text()?;
            Some(first_chars(text, NAME_CHARS_MAX).to_owned())
        };
        let value = error.key("value");
        let json = || {
            let value = value.value()?;
            Some(Text::plain(first_chars(&value.to_json(), NAME_CHARS_MAX)))
        };
        Self {
            kind: short("type").unwrap_or_default().replace('_', " "),
            name: short("name"),
            reason: short("reason"),
            value: Text::of(value, budget).or_else(json),
        }
    }
}

/// What was done about a clock that is wrong, in words; nothing for other errors
/// (reference/PROTOCOL.md section 4.1).
fn clock(error: Node<'_>) -> Option<String> {
    let kind = error.key("type").text()?;
    let time = |key| error.key(key).text().and_then(Timestamp::parse);
    let times = time("sdk_time").zip(time("server_time"));
    let (sdk, server) = match kind {
        "clock_drift" | "future_timestamp" | "past_timestamp" => times?,
        _ => return None,
    };
    let distance = moment::age(server, sdk);
    let side = if sdk < server { "behind" } else { "ahead of" };
    let exact = moment::exact(sdk);
    Some(match kind {
        "clock_drift" => format!(
            "The clock of the client was {distance} {side} ours (it said {exact}). All times \
             of the event were moved by that."
        ),
        "future_timestamp" => format!(
            "The event said that it happened {distance} later than it came in ({exact}). It is \
             shown at the time when it came in."
        ),
        _ => format!(
            "The event said that it happened {distance} before it came in ({exact}), longer ago \
             than events are kept. It is shown at the time when it came in."
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[test]
    fn errors_name_the_field_and_what_was_sent() {
        let sample = Sample::new(
            r#"{"errors":[{"type":"invalid_data","name":"user","reason":"expected an object","value":[1]}]}"#,
        );
        let problems = Problems::of(sample.root()).expect("there");
        assert_eq!(problems.label, "1 note");
        assert_eq!(problems.problems[0].kind, "invalid data");
        assert_eq!(
            problems.problems[0].value.as_ref().expect("sent").plain,
            "[1]"
        );
    }

    #[test]
    fn a_wrong_clock_is_told_in_words() {
        let sample = Sample::new(
            r#"{"errors":[{"type":"clock_drift","name":"timestamp",
                "sdk_time":"2026-11-20T07:00:00Z","server_time":"2026-11-20T10:00:00Z"},
                {"type":"clock_drift"}]}"#,
        );
        let problems = Problems::of(sample.root()).expect("there").problems;
        assert!(
            problems[0]
                .kind
                .starts_with("The clock of the client was 3h behind ours"),
            "{}",
            problems[0].kind
        );
        assert_eq!(problems[1].kind, "clock drift");
    }
}
