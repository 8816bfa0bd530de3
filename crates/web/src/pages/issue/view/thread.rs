//! Threads, for events whose stack traces hang on threads instead of exceptions.

use serde::Serialize;
use watchfire_grouping::suggest::StackAt;

use super::budget::{Budget, THREADS_MAX, counted};
use super::frame_rules::FrameRules;
use super::node::Node;
use super::raw::{self, Trace};
use super::stack::{Stack, StackStyle};
use crate::pages::issue::choice::{Choices, StackView};

/// Anchors of threads begin here, so that they differ from those of exceptions.
const ANCHOR_BASE: usize = 1_000;

/// The threads as the page shows them.
#[derive(Debug, Serialize)]
pub(crate) struct Threads {
    /// The threads with a stack trace, the crashed one first.
    pub(crate) threads: Vec<Thread>,
    /// How many are left out, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left_out: Option<String>,
}

/// One thread.
#[derive(Debug, Serialize)]
pub(crate) struct Thread {
    /// The anchor, `thread-0` for the first in the payload's order.
    pub(crate) anchor: String,
    /// `MainThread (1)`.
    pub(crate) name: String,
    /// `crashed`, `current`, and its state, where known.
    pub(crate) notes: Vec<String>,
    /// Whether it starts unfolded.
    pub(crate) open: bool,
    /// Its stack trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stack: Option<Stack>,
    /// Its stack trace as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) raw: Option<String>,
}

impl Threads {
    /// The threads of an event that have a stack trace, or its lone stack trace as one thread;
    /// `None` when there is none.
    pub(crate) fn of(event: Node<'_>, choices: Choices, rules: &FrameRules) -> Option<Self> {
        let mut found: Vec<(usize, Node<'_>)> = event
            .key("threads")
            .values()
            .enumerate()
            .filter(|(_, node)| node.path(&["stacktrace", "frames"]).items().len() > 0)
            .collect();
        let is_lone = found.is_empty();
        if is_lone && event.path(&["stacktrace", "frames"]).items().len() > 0 {
            // The event itself has the shape of a thread: its stack trace under `stacktrace`.
            found.push((0, event));
        }
        let flag = |node: Node<'_>, key: &str| node.key(key).flag() == Some(true);
        found.sort_by_key(|(_, node)| (!flag(*node, "crashed"), !flag(*node, "current")));
        let (own, library) = (Budget::default(), Budget::default());
        let platform = event.key("platform").text().unwrap_or_default();
        let view = |(position, (index, node)): (usize, &(usize, Node<'_>))| {
            let style = StackStyle {
                view: choices.stack(),
                order: choices.frames(),
                prefix: ANCHOR_BASE + index,
                unfold: position == 0,
                own: &own,
                library: &library,
                rules: rules.stack(if is_lone {
                    StackAt::Stacktrace
                } else {
                    StackAt::Thread(*index)
                }),
            };
            let is_raw = choices.stack() == StackView::Raw;
            let stack = node.key("stacktrace");
            let trace = Trace {
                exception: Node::default(),
                stack,
            };
            Thread {
                anchor: format!("thread-{index}"),
                name: name(*node),
                notes: notes(*node),
                open: position == 0,
                stack: (!is_raw).then(|| Stack::of(stack, &style)).flatten(),
                raw: is_raw.then(|| raw::text(platform, &[trace])),
            }
        };
        let threads: Vec<Thread> = found
            .iter()
            .take(THREADS_MAX)
            .enumerate()
            .map(view)
            .collect();
        let left_out = found.len() - threads.len();
        (!threads.is_empty()).then(|| Self {
            threads,
            left_out: (left_out > 0).then(|| counted(left_out, "more thread")),
        })
    }
}

fn name(thread: Node<'_>) -> String {
    match (thread.key("name").text(), thread.key("id").scalar()) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (Some(name), None) => name.to_owned(),
        (None, Some(id)) => format!("Thread {id}"),
        (None, None) => "Thread".to_owned(),
    }
}

fn notes(thread: Node<'_>) -> Vec<String> {
    let flags = ["crashed", "current", "main"];
    let mut notes: Vec<String> = flags
        .iter()
        .filter(|key| thread.key(key).flag() == Some(true))
        .map(|key| (*key).to_owned())
        .collect();
    notes.extend(thread.key("state").text().map(str::to_owned));
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[test]
    fn the_crashed_thread_comes_first_and_open() {
        let sample = Sample::new(
            r#"{"threads":{"values":[{"id":1,"name":"idle"},
                {"id":2,"name":"b","current":true,"stacktrace":{"frames":[{"filename":"b"}]}},
                {"id":"3","crashed":true,"state":"RUNNABLE","stacktrace":{"frames":[{"filename":"c"}]}}]}}"#,
        );
        let threads =
            Threads::of(sample.root(), Choices::default(), &FrameRules::default()).expect("there");
        let outline: Vec<_> = threads
            .threads
            .iter()
            .map(|thread| (thread.name.as_str(), thread.notes.join(" "), thread.open))
            .collect();
        assert_eq!(
            outline,
            [
                ("Thread 3", "crashed RUNNABLE".to_owned(), true),
                ("b (2)", "current".to_owned(), false)
            ]
        );
    }

    #[test]
    fn a_message_with_a_stack_trace_shows_it() {
        let sample = Sample::new(r#"{"stacktrace":{"frames":[{"filename":"a"}]}}"#);
        assert!(Threads::of(sample.root(), Choices::default(), &FrameRules::default()).is_some());
        assert!(
            Threads::of(
                Sample::new("{}").root(),
                Choices::default(),
                &FrameRules::default()
            )
            .is_none()
        );
    }
}
