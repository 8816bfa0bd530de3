//! What the grouping rules say about the frames of an event, for the stack traces that show them.

use watchfire_event::IssueId;
use watchfire_grouping::suggest::StackAt;
use watchfire_grouping::{Grouper, InApp};

use super::frame::is_in_app;
use super::node::Node;
use crate::address;

/// The rules' word on all frames of an event. The default one leaves the event's own flags.
#[derive(Debug, Default)]
pub(crate) struct FrameRules {
    in_app: InApp,
    /// The stack trace whose frames grouping can be told to ignore.
    crash_stack: Option<StackAt>,
    /// The issue whose form tells it, and the event that the form begins with.
    form: Option<(IssueId, String)>,
}

/// The rules' word on the frames of one stack trace.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StackRules<'r> {
    in_app: &'r [bool],
    form: Option<&'r (IssueId, String)>,
}

impl FrameRules {
    /// What a project's rules say about an event of an issue.
    pub(crate) fn of(
        grouper: &Grouper,
        event: &watchfire_event::Event<'_>,
        issue: IssueId,
    ) -> Self {
        Self {
            in_app: grouper.in_app(event),
            crash_stack: watchfire_grouping::suggest::crash_stack(event),
            form: Some((issue, event.id.to_string())),
        }
    }

    /// What they say about one stack trace of the event.
    pub(crate) fn stack(&self, at: StackAt) -> StackRules<'_> {
        let in_app = match at {
            StackAt::Exception(index) => self.in_app.exceptions.get(index).map(Vec::as_slice),
            StackAt::Stacktrace => Some(self.in_app.stacktrace.as_slice()),
            StackAt::Thread(index) => self.in_app.threads.get(index).map(Vec::as_slice),
        };
        StackRules {
            in_app: in_app.unwrap_or_default(),
            form: self.form.as_ref().filter(|_| self.crash_stack == Some(at)),
        }
    }
}

impl StackRules<'_> {
    /// Whether the frame at this place of the payload is the application's own code.
    pub(crate) fn in_app(self, index: usize, frame: Node<'_>) -> bool {
        let said = self.in_app.get(index).copied();
        said.unwrap_or_else(|| is_in_app(frame))
    }

    /// Where the form is that keeps the frame at this place of the payload from counting, in a
    /// stack of `total` frames; only the stack of the crash has one.
    pub(crate) fn ignore_href(self, index: usize, total: usize) -> Option<String> {
        let (issue, event) = self.form?;
        let place = total.checked_sub(index + 1)?.to_string();
        let fields = [
            ("kind", "ignore_frame"),
            ("frame", place.as_str()),
            ("event", event),
        ];
        Some(address::change_grouping(*issue, &fields))
    }
}
