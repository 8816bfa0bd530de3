//! Which frames of an event are the application's.

use watchfire_event::Event;
use watchfire_event::json::{Object, Value};

use crate::compiled::Compiled;
use crate::context::Context;
use crate::platform::Platform;
use crate::stack::Stack;
use crate::stack_rules::StackRules;

/// Which frames of an event are the application's, after all rules. Every list has an entry for
/// each entry of the event's list, in the event's order; what is no frame is not the
/// application's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InApp {
    /// The frames of each of `exception.values`; none where there is no stack trace.
    pub exceptions: Vec<Vec<bool>>,
    /// The frames of `stacktrace`.
    pub stacktrace: Vec<bool>,
    /// The frames of each of `threads.values`.
    pub threads: Vec<Vec<bool>>,
}

impl InApp {
    pub(crate) fn read(event: &Event<'_>, compiled: &Compiled) -> Self {
        let context = Context::new(event, compiled);
        Self {
            exceptions: of_list(&context, "exception", Stack::of_exception),
            stacktrace: of_holder(&context, context.body, Stack::read),
            threads: of_list(&context, "threads", Stack::read),
        }
    }
}

/// How the stack trace of an exception, thread or event is read.
type Read<'e> = fn(&'e Object<'e>, Platform<'e>, &'e StackRules) -> Option<Stack<'e>>;

fn of_list<'e>(context: &Context<'e>, key: &str, read: Read<'e>) -> Vec<Vec<bool>> {
    let values = context.body.get(key).and_then(|list| list.get("values"));
    let values = values.and_then(Value::as_array).unwrap_or_default();
    let holders = values.iter().map(Value::as_object);
    let flags = |holder| of_holder(context, holder, read);
    holders
        .map(|holder| holder.map(flags).unwrap_or_default())
        .collect()
}

fn of_holder<'e>(context: &Context<'e>, holder: &'e Object<'e>, read: Read<'e>) -> Vec<bool> {
    let list = holder.get("stacktrace").and_then(|it| it.get("frames"));
    let list = list.and_then(Value::as_array).unwrap_or_default();
    let stack = read(holder, context.platform, &context.compiled.stack_rules);
    let mut frames = stack.iter().flat_map(|stack| &stack.frames);
    let mut flag = |value: &Value<'_>| {
        value.as_object().is_some() && frames.next().is_some_and(|frame| frame.in_app)
    };
    list.iter().map(&mut flag).collect()
}
