//! The message of a log event.

use serde::Serialize;

use super::budget::Budget;
use super::node::Node;
use super::text::Text;
use super::value::Rows;

/// A message as the page shows it.
#[derive(Debug, Serialize)]
pub(crate) struct Message {
    /// The message with its parameters filled in.
    pub(crate) formatted: Text,
    /// The template, where it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) template: Option<Text>,
    /// The parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parameters: Option<Rows>,
}

impl Message {
    /// The message of an event; `None` when it has none.
    pub(crate) fn of(event: Node<'_>) -> Option<Self> {
        let budget = Budget::default();
        let entry = event.key("logentry");
        let template = entry.key("message");
        let formatted = match Text::of(entry.key("formatted"), &budget) {
            Some(text) => text,
            None => Text::of(template, &budget).or(Text::of(event.key("message"), &budget))?,
        };
        let differs = entry.key("formatted").text() != template.text();
        let has_formatted = entry.key("formatted").text().is_some();
        let parameters = parameters(entry.key("params"), &budget);
        Some(Self {
            formatted,
            template: Text::of(template, &budget).filter(|_| has_formatted && differs),
            parameters: (!parameters.is_empty()).then_some(parameters),
        })
    }
}

fn parameters(node: Node<'_>, budget: &Budget) -> Rows {
    if node.value().is_some_and(|value| value.as_array().is_none()) {
        return Rows::of(node.entries(), budget);
    }
    if node.is_gone() {
        return Rows::within(node, [], budget);
    }
    let names: Vec<String> = (1..=node.items().len()).map(|n| n.to_string()).collect();
    Rows::of(names.iter().map(String::as_str).zip(node.items()), budget)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[test]
    fn a_template_is_shown_beside_what_it_became() {
        let sample = Sample::new(
            r#"{"logentry":{"message":"order %s failed","formatted":"order 7 failed","params":[7]}}"#,
        );
        let message = Message::of(sample.root()).expect("there");
        assert_eq!(message.formatted.plain, "order 7 failed");
        assert_eq!(message.template.expect("differs").plain, "order %s failed");
        assert_eq!(message.parameters.expect("there").rows[0].key, "1");
    }

    #[test]
    fn a_plain_message_stands_alone() {
        let sample = Sample::new(r#"{"logentry":{"formatted":"hello"}}"#);
        let message = Message::of(sample.root()).expect("there");
        assert!(message.template.is_none() && message.parameters.is_none());
        assert!(Message::of(Sample::new("{}").root()).is_none());
    }
}
