//! Frames of the crash stack in rules.

use watchfire_event::Event;
use watchfire_event::json::{Object, Value};

use super::quote;
use crate::Grouper;
use crate::context::Context;
use crate::frame::Frame;
use crate::stack::{Stack, View};

/// The stack trace that rules are made from, by its place in the event: that of the last exception
/// that has frames, or else the event's own, or else that of its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StackAt {
    /// That of the exception at this place of `exception.values`.
    Exception(usize),
    /// The event's own.
    Stacktrace,
    /// That of the thread at this place of `threads.values`.
    Thread(usize),
}

/// A frame to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameChoice {
    /// Its place in the crash stack; 0 is the one nearest to the crash.
    pub place: usize,
    /// The frame in words: `load_order in shop/orders/views.py:88`.
    pub label: String,
    /// Whether it is the application's, after all rules.
    pub in_app: bool,
    /// Whether it counts in one of the event's stack traces that count.
    pub contributes: bool,
}

/// The frames of the crash stack, the one nearest to the crash first.
#[must_use]
pub fn frames(grouper: &Grouper, event: &Event<'_>) -> Vec<FrameChoice> {
    let context = Context::new(event, grouper.compiled());
    let Some(stack) = stack(&context) else {
        return Vec::new();
    };
    let views = View::ALL.map(|view| stack.component(view));
    let contributes = |index: usize| {
        let counts = |part: &crate::Component<'_>| part.contributes;
        let mut views = views.iter().filter(|view| view.contributes);
        views.any(|view| view.parts().get(index).is_some_and(counts))
    };
    let frames = stack.frames.iter().enumerate().rev().zip(0..);
    let choices = frames.map(|((index, frame), place)| FrameChoice {
        place,
        label: label(frame),
        in_app: frame.in_app,
        contributes: contributes(index),
    });
    choices.collect()
}

/// The stack trace that [`frames`] lists; `None` if the event has none.
#[must_use]
pub fn crash_stack(event: &Event<'_>) -> Option<StackAt> {
    let values = |key| {
        let values = event.body.get(key).and_then(|list| list.get("values"));
        values.and_then(Value::as_array).unwrap_or_default()
    };
    let has_stack = |value: &Value<'_>| value.as_object().is_some_and(has_frames);
    let last = values("exception").iter().rposition(has_stack);
    if let Some(place) = last {
        return Some(StackAt::Exception(place));
    }
    if has_frames(&event.body) {
        return Some(StackAt::Stacktrace);
    }
    let threads = values("threads");
    let only = |is: &dyn Fn(&Object<'_>) -> bool| {
        let fits = |thread: &Value<'_>| thread.as_object().is_some_and(is);
        let first = threads.iter().position(fits)?;
        let last = threads.iter().rposition(fits)?;
        (first == last).then_some(first)
    };
    let flag = |key: &'static str| {
        move |thread: &Object<'_>| thread.get(key).and_then(Value::as_bool) == Some(true)
    };
    let place = only(&flag("crashed"))
        .or_else(|| only(&flag("current")))
        .or_else(|| only(&|_| true))?;
    let thread = threads.get(place).and_then(Value::as_object)?;
    has_frames(thread).then_some(StackAt::Thread(place))
}

/// The stack-trace line that keeps a frame of the crash stack from counting, wherever it occurs;
/// `None` if there is no such frame, or one without names.
#[must_use]
pub fn ignore_frame(grouper: &Grouper, event: &Event<'_>, frame: usize) -> Option<String> {
    let context = Context::new(event, grouper.compiled());
    let frame = at(stack(&context)?, frame)?;
    let matchers = matchers(frame);
    (!matchers.is_empty()).then(|| format!("{} -group", matchers.join(" ")))
}

/// The line that splits the events that have this frame from those that have not.
pub(super) fn split(context: &Context<'_>, place: usize) -> Option<String> {
    let frame = at(stack(context)?, place)?;
    let own = matchers(frame);
    if own.is_empty() {
        return None;
    }
    let kind = context.exceptions.last().and_then(|last| last.kind);
    let kind = kind.map(|kind| quote::matcher("error.type", kind));
    let matchers: Vec<String> = kind.into_iter().chain(own).collect();
    let name = quote::constant(&label_without_line(frame));
    Some(format!(
        "{} -> {{{{ default }}}}, {name}",
        matchers.join(" ")
    ))
}

/// The frame that the fingerprint's variables speak of.
pub(super) fn crash<'c, 'e>(context: &'c Context<'e>) -> Option<&'c Frame<'e>> {
    let frame = stack(context)?.crash_frame(|_| true);
    frame.filter(|frame| !matchers(frame).is_empty())
}

/// The stack trace that rules can see and that is nearest to the crash: that of the last exception
/// that has one, or else the event's own or its thread's.
fn stack<'c, 'e>(context: &'c Context<'e>) -> Option<&'c Stack<'e>> {
    let exceptions = context.exceptions.iter().rev();
    let mut stacks = exceptions.filter_map(|exception| exception.stack.as_ref());
    stacks
        .next()
        .or_else(|| context.stack())
        .or_else(|| context.thread().stack())
}

/// The matchers of a frame, in fingerprint rules and stack-trace rules alike; none if it has no
/// names. A path is named by its file alone, since the folders differ from machine to machine.
pub(super) fn matchers(frame: &Frame<'_>) -> Vec<String> {
    let is_set = |text: &&str| !text.trim().is_empty();
    let mut found = Vec::new();
    let function = frame.function.as_deref().filter(is_set);
    match frame.module.filter(is_set) {
        Some(module) => found.push(quote::matcher("stack.module", module)),
        None => {
            let path = frame
                .abs_path
                .filter(is_set)
                .or(frame.filename.filter(is_set));
            let is_url = path.is_some_and(|path| path.contains("://"));
            if let Some(path) = path.filter(|_| !is_url || function.is_none()) {
                found.push(quote::file_matcher("stack.abs_path", path));
            }
        }
    }
    found.extend(function.map(|function| quote::matcher("stack.function", function)));
    found
}

fn at<'s, 'e>(stack: &'s Stack<'e>, place: usize) -> Option<&'s Frame<'e>> {
    stack.frames.iter().rev().nth(place)
}

fn label(frame: &Frame<'_>) -> String {
    let label = label_without_line(frame);
    match frame
        .line()
        .filter(|_| frame.filename.or(frame.abs_path).is_some())
    {
        Some(line) => format!("{label}:{line}"),
        None => label,
    }
}

fn label_without_line(frame: &Frame<'_>) -> String {
    let function = frame.function.as_deref().unwrap_or("?");
    let place = frame.filename.or(frame.abs_path).or(frame.module);
    match place.or(frame.package) {
        Some(place) => format!("{function} in {place}"),
        None => function.to_owned(),
    }
}

fn has_frames(holder: &Object<'_>) -> bool {
    let frames = holder.get("stacktrace").and_then(|it| it.get("frames"));
    let frames = frames.and_then(Value::as_array).unwrap_or_default();
    frames.iter().any(|value| value.as_object().is_some())
}
