//! The parts of an event that its fingerprint, title and culprit are made of, read once.

use std::cell::OnceCell;

use watchfire_event::Event;
use watchfire_event::json::{Object, Value};

use crate::compiled::Compiled;
use crate::exception::Exception;
use crate::exception_group::{Selection, select};
use crate::fingerprint::Rule;
use crate::frame::Frame;
use crate::platform::Platform;
use crate::stack::Stack;
use crate::stack_rules::StackRules;

/// An event, read for grouping.
pub(crate) struct Context<'e> {
    /// The version of the algorithm and the project's rules.
    pub(crate) compiled: &'e Compiled,
    pub(crate) body: &'e Object<'e>,
    pub(crate) platform: Platform<'e>,
    /// The exceptions, oldest cause first.
    pub(crate) exceptions: Vec<Exception<'e>>,
    /// Which of them count.
    pub(crate) selection: Selection,
    rule: OnceCell<Option<&'e Rule>>,
    stack: OnceCell<Option<Stack<'e>>>,
    thread: OnceCell<Thread<'e>>,
}

impl<'e> Context<'e> {
    /// Reads an event.
    pub(crate) fn new(event: &'e Event<'_>, compiled: &'e Compiled) -> Self {
        let body: &'e Object<'e> = &event.body;
        let platform = Platform::new(body.get_str("platform").unwrap_or("other"));
        let exceptions: Vec<Exception<'e>> = values(body, "exception")
            .map(|fields| Exception::read(fields, platform, compiled))
            .collect();
        let sdk_version = body.get("sdk").and_then(|sdk| sdk.get("version")?.as_str());
        let is_exempt =
            platform.is("python") && sdk_version.is_some_and(|version| version.starts_with('3'));
        Self {
            compiled,
            body,
            platform,
            selection: select(&exceptions, is_exempt),
            exceptions,
            rule: OnceCell::new(),
            stack: OnceCell::new(),
            thread: OnceCell::new(),
        }
    }

    /// The fingerprint rule that matches the event.
    pub(crate) fn rule(&self) -> Option<&'e Rule> {
        let rules = &self.compiled.fingerprint_rules;
        let find = || rules.find(self.body, self.platform);
        *self.rule.get_or_init(find)
    }

    /// The stack trace of the event itself.
    pub(crate) fn stack(&self) -> Option<&Stack<'e>> {
        let read = || Stack::read(self.body, self.platform, &self.compiled.stack_rules);
        self.stack.get_or_init(read).as_ref()
    }

    /// The thread that stands for the event.
    pub(crate) fn thread(&self) -> &Thread<'e> {
        self.thread
            .get_or_init(|| Thread::read(self.body, self.platform, &self.compiled.stack_rules))
    }

    /// The exception that the event is named after.
    pub(crate) fn main_exception(&self) -> Option<&Exception<'e>> {
        match self.selection.main {
            Some(place) => self.exceptions.get(place),
            None => self.exceptions.last(),
        }
    }

    /// The frame that the fingerprint's variables speak of (reference/GROUPING.md section 8).
    pub(crate) fn crash_frame(&self) -> Option<&Frame<'e>> {
        self.crash_stack()?.crash_frame(|_| true)
    }

    /// The frame that the title's parts speak of: like the crash frame, but one with a function
    /// (reference/GROUPING.md section 10).
    pub(crate) fn located_frame(&self) -> Option<&Frame<'e>> {
        self.crash_stack()?.crash_frame(|frame| {
            let function = frame.function.as_deref();
            function.is_some_and(|name| !matches!(name, "<redacted>" | "<unknown>"))
        })
    }

    /// The stack trace that the fingerprint's variables speak of.
    fn crash_stack(&self) -> Option<&Stack<'e>> {
        let stack = self.exceptions.last().and_then(|last| last.stack.as_ref());
        stack
            .or_else(|| self.stack())
            .or_else(|| self.thread().stack())
    }

    /// A text of the log entry; absent if empty.
    pub(crate) fn log_entry(&self, key: &str) -> Option<&'e str> {
        let text = self.body.get("logentry")?.get(key)?.as_str()?;
        (!text.is_empty()).then_some(text)
    }

    /// A text of the event itself; absent if empty.
    pub(crate) fn text(&self, key: &str) -> Option<&'e str> {
        self.body.get_str(key).filter(|text| !text.is_empty())
    }
}

/// The thread that stands for an event: the only one that crashed, else the only current one, else
/// the only one (reference/GROUPING.md section 5).
pub(crate) enum Thread<'e> {
    /// The event has no threads.
    None,
    /// None of the threads is the one.
    Unclear(ThreadCount),
    /// It has no frames.
    WithoutStack,
    /// Its stack trace.
    Stack(Stack<'e>),
}

/// How many threads an event has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ThreadCount {
    pub(crate) crashed: usize,
    pub(crate) current: usize,
    pub(crate) all: usize,
}

impl<'e> Thread<'e> {
    fn read(body: &'e Object<'e>, platform: Platform<'e>, rules: &'e StackRules) -> Self {
        let threads = || values(body, "threads");
        let is =
            |thread: &Object<'_>, key| thread.get(key).and_then(Value::as_bool).unwrap_or(false);
        let crashed = || threads().filter(|thread| is(thread, "crashed"));
        let current = || threads().filter(|thread| is(thread, "current"));
        let thread = only(crashed())
            .or_else(|| only(current()))
            .or_else(|| only(threads()));
        match thread {
            Some(thread) => {
                Stack::read(thread, platform, rules).map_or(Self::WithoutStack, Self::Stack)
            }
            None if threads().next().is_none() => Self::None,
            None => Self::Unclear(ThreadCount {
                crashed: crashed().count(),
                current: current().count(),
                all: threads().count(),
            }),
        }
    }

    /// Its stack trace, if it is known.
    pub(crate) fn stack(&self) -> Option<&Stack<'e>> {
        match self {
            Self::Stack(stack) => Some(stack),
            Self::None | Self::Unclear(_) | Self::WithoutStack => None,
        }
    }
}

fn values<'e>(body: &'e Object<'e>, key: &str) -> impl Iterator<Item = &'e Object<'e>> {
    let list = body
        .get(key)
        .and_then(|holder| holder.get("values")?.as_array());
    list.unwrap_or_default().iter().filter_map(Value::as_object)
}

fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}
