//! The exception chain: the reported exception first, its causes below.

use serde::Serialize;
use watchfire_grouping::suggest::StackAt;

use super::budget::{Budget, EXCEPTIONS_MAX, counted, first_chars};
use super::frame_rules::FrameRules;
use super::mechanism::Mechanism;
use super::node::Node;
use super::raw::{self, Trace};
use super::stack::{Stack, StackStyle};
use super::text::Text;
use crate::pages::issue::choice::{Choices, StackView};

/// Characters of an exception's type that are shown.
const KIND_CHARS_MAX: usize = 200;
/// Exceptions whose newest own frame starts unfolded: the reported one and its nearest cause.
const UNFOLDED_MAX: usize = 2;

/// The chain as the page shows it.
#[derive(Debug, Serialize)]
pub(crate) struct ExceptionChain {
    /// The exceptions, the reported one first.
    pub(crate) exceptions: Vec<Exception>,
    /// Whether there is more than one, so that links between them help.
    pub(crate) is_chain: bool,
    /// The text that the language prints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) raw: Option<String>,
    /// How many exceptions are left out, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left_out: Option<String>,
    /// Whether any exception has frames, so that the views make a difference.
    pub(crate) has_frames: bool,
}

/// One exception of the chain.
#[derive(Debug, Serialize)]
pub(crate) struct Exception {
    /// The anchor, `exception-1` for the first in the payload's order.
    pub(crate) anchor: String,
    /// Its type.
    pub(crate) kind: String,
    /// The module of its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) module: Option<String>,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<Text>,
    /// Whether the page's title says its value already.
    pub(crate) is_title: bool,
    /// How it belongs to the one above: `caused by`, `raised while handling` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) relation: Option<&'static str>,
    /// How it was caught.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mechanism: Option<Mechanism>,
    /// Its stack trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stack: Option<Stack>,
}

impl ExceptionChain {
    /// Notes that the page's title has this type and value, which need not be said again.
    pub(crate) fn titled(&mut self, kind: &str, value: Option<&Text>) {
        if let Some(reported) = self.exceptions.first_mut() {
            reported.is_title = reported.reads_as(kind, value);
        }
    }

    /// The chain of an event; `None` when it has no exception.
    pub(crate) fn of(event: Node<'_>, choices: Choices, rules: &FrameRules) -> Option<Self> {
        let sent: Vec<(usize, Node<'_>)> = event
            .key("exception")
            .values()
            .enumerate()
            .filter(|(_, node)| node.value().is_some())
            .collect();
        if sent.is_empty() {
            return None;
        }
        let lone_stack = event.key("stacktrace");
        let has_frames = sent
            .iter()
            .any(|(_, node)| stack_of(*node, lone_stack).key("frames").items().len() > 0);
        let shown = sent
            .get(sent.len().saturating_sub(EXCEPTIONS_MAX)..)
            .unwrap_or_default();
        let raw = choices.stack() == StackView::Raw;
        let (own, library) = (Budget::default(), Budget::default());
        let mut exceptions = Vec::with_capacity(shown.len());
        for (position, (index, node)) in shown.iter().rev().enumerate() {
            let style = StackStyle {
                view: choices.stack(),
                order: choices.frames(),
                prefix: *index,
                unfold: position < UNFOLDED_MAX,
                own: &own,
                library: &library,
                rules: rules.stack(if has_own_stack(*node) {
                    StackAt::Exception(*index)
                } else {
                    StackAt::Stacktrace
                }),
            };
            let mut view = Exception::of(*node, *index, &own);
            view.relation = (position > 0).then(|| relation(*node));
            view.stack = if raw {
                None
            } else {
                Stack::of(stack_of(*node, lone_stack), &style)
            };
            exceptions.push(view);
        }
        let left_out = sent.len() - shown.len();
        Some(Self {
            is_chain: exceptions.len() > 1,
            exceptions,
            raw: raw.then(|| raw_text(event, &sent)),
            left_out: (left_out > 0).then(|| counted(left_out, "deeper cause")),
            has_frames,
        })
    }
}

impl Exception {
    /// Whether this is what a title of this type and value says, in full and without marks.
    fn reads_as(&self, kind: &str, value: Option<&Text>) -> bool {
        self.kind == kind && self.value.as_ref() == value
    }

    fn of(node: Node<'_>, index: usize, budget: &Budget) -> Self {
        let short = |key: &str| {
            let text = node.key(key).text()?;
            Some(first_chars(text, KIND_CHARS_MAX).to_owned())
        };
        Self {
            anchor: format!("exception-{index}"),
            kind: short("type").unwrap_or_else(|| "Error".to_owned()),
            module: short("module"),
            value: Text::of(node.key("value"), budget),
            is_title: false,
            relation: None,
            mechanism: Mechanism::of(node.key("mechanism"), budget),
            stack: None,
        }
    }
}

/// An exception's own stack trace, or the event's where it has none and is alone.
fn stack_of<'e>(exception: Node<'e>, lone: Node<'e>) -> Node<'e> {
    if has_own_stack(exception) {
        exception.key("stacktrace")
    } else {
        lone
    }
}

fn has_own_stack(exception: Node<'_>) -> bool {
    exception.key("stacktrace").value().is_some()
}

fn relation(cause: Node<'_>) -> &'static str {
    match cause.path(&["mechanism", "source"]).text() {
        Some("__context__") => "raised while handling",
        Some(source) if source.starts_with("exceptions[") || source.starts_with("errors[") => {
            "one of the group"
        }
        _ => "caused by",
    }
}

fn raw_text(event: Node<'_>, sent: &[(usize, Node<'_>)]) -> String {
    let platform = event.key("platform").text().unwrap_or_default();
    let chain: Vec<Trace<'_>> = sent
        .iter()
        .map(|(_, exception)| Trace {
            exception: *exception,
            stack: stack_of(*exception, event.key("stacktrace")),
        })
        .collect();
    raw::text(platform, &chain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    const CHAIN: &str = r#"{"platform":"python","exception":{"values":[
        {"type":"KeyError","value":"'id'","mechanism":{"type":"chained","source":"__cause__","handled":true},
         "stacktrace":{"frames":[{"filename":"a.py","in_app":true,"vars":{"x":1}}]}},
        null,
        {"type":"LoadError","value":"no <b>order</b>","module":"shop","mechanism":{"type":"django","handled":false},
         "stacktrace":{"frames":[{"filename":"b.py","in_app":true,"vars":{"y":1}}]}}]}}"#;

    #[test]
    fn the_reported_exception_comes_first_with_its_mechanism() {
        let sample = Sample::new(CHAIN);
        let chain = ExceptionChain::of(sample.root(), Choices::default(), &FrameRules::default())
            .expect("there");
        let kinds: Vec<_> = chain
            .exceptions
            .iter()
            .map(|exception| (exception.kind.as_str(), exception.relation))
            .collect();
        assert_eq!(
            kinds,
            [("LoadError", None), ("KeyError", Some("caused by"))]
        );
        assert_eq!(chain.exceptions[0].anchor, "exception-2");
        let mechanism = chain.exceptions[0].mechanism.as_ref().expect("there");
        assert_eq!(mechanism.kind.as_deref(), Some("django"));
        assert!(mechanism.is_unhandled && chain.is_chain && chain.has_frames);
    }

    #[test]
    fn raw_holds_the_whole_chain() {
        let sample = Sample::new(CHAIN);
        let choices = Choices {
            stack: Some(StackView::Raw),
            ..Choices::default()
        };
        let raw = ExceptionChain::of(sample.root(), choices, &FrameRules::default())
            .and_then(|chain| chain.raw)
            .expect("raw");
        assert!(raw.contains("KeyError: 'id'\n\nThe above exception was the direct cause"));
        assert!(raw.ends_with("shop.LoadError: no <b>order</b>\n"));
    }

    #[test]
    fn a_long_chain_keeps_the_newest() {
        let many = r#"{"type":"E"},"#.repeat(30);
        let sample = Sample::new(&format!(
            r#"{{"exception":{{"values":[{many}{{"type":"Last"}}]}}}}"#
        ));
        let chain = ExceptionChain::of(sample.root(), Choices::default(), &FrameRules::default())
            .expect("there");
        assert_eq!(chain.exceptions[0].kind, "Last");
        assert_eq!(chain.left_out.as_deref(), Some("11 deeper causes"));
    }

    #[test]
    fn an_event_without_exceptions_has_no_chain() {
        let sample = Sample::new(r#"{"exception":{"values":[null]}}"#);
        assert!(
            ExceptionChain::of(sample.root(), Choices::default(), &FrameRules::default()).is_none()
        );
    }
}
