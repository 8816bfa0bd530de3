use super::{Components, views};
use crate::Component;
use crate::context::{Context, Thread};
use crate::stack::View;

/// The thread that stands for the event (reference/GROUPING.md section 5).
pub(super) fn run<'e>(context: &Context<'e>) -> Components<'e> {
    let hint = match context.thread() {
        Thread::None => return Vec::new(),
        Thread::Stack(stack) => {
            return views(context.compiled.version, |view| {
                Some(Component::node("threads", vec![stack.component(view)]))
            });
        }
        Thread::WithoutStack => "ignored because thread has no stacktrace".to_owned(),
        Thread::Unclear(count) => format!(
            "ignored because it contains neither a single thread nor multiple threads with exactly \
             one crashing or current thread; instead contains {} crashing, {} current, and {} \
             total threads",
            count.crashed, count.current, count.all
        ),
    };
    let threads = Component::node("threads", Vec::new());
    vec![(View::App.name(), threads.without(hint))]
}
