use watchfire_event::Event;
use watchfire_event::json::{Object, Value};

/// The parts of an event that rules look at, and that name it.
const EVENT: [&str; 23] = [
    "event_id",
    "timestamp",
    "received",
    "type",
    "level",
    "platform",
    "logger",
    "transaction",
    "server_name",
    "release",
    "dist",
    "environment",
    "tags",
    "fingerprint",
    "logentry",
    "exception",
    "stacktrace",
    "threads",
    "request",
    "user",
    "contexts",
    "sdk",
    "csp",
];
const EXCEPTION: [&str; 5] = ["type", "value", "module", "mechanism", "stacktrace"];
const MECHANISM: [&str; 2] = ["type", "handled"];
const FRAME: [&str; 9] = [
    "module",
    "package",
    "filename",
    "abs_path",
    "function",
    "in_app",
    "platform",
    "lineno",
    "context_line",
];
const THREAD: [&str; 4] = ["id", "crashed", "current", "stacktrace"];
const REQUEST: [&str; 3] = ["url", "method", "headers"];
/// The only header that rules look at.
const HEADER: &str = "user-agent";

/// Cuts an event to what rules look at: no variables, breadcrumbs, bodies or cookies stay.
pub(crate) fn cut(event: &mut Event<'_>) {
    let body = &mut event.body;
    keep(body, &EVENT);
    each(body.get_mut("exception"), |exception| {
        keep(exception, &EXCEPTION);
        if let Some(mechanism) = exception
            .get_mut("mechanism")
            .and_then(Value::as_object_mut)
        {
            keep(mechanism, &MECHANISM);
        }
        cut_trace(exception.get_mut("stacktrace"));
    });
    each(body.get_mut("threads"), |thread| {
        keep(thread, &THREAD);
        cut_trace(thread.get_mut("stacktrace"));
    });
    cut_trace(body.get_mut("stacktrace"));
    if let Some(request) = body.get_mut("request").and_then(Value::as_object_mut) {
        keep(request, &REQUEST);
        if let Some(Value::Array(headers)) = request.get_mut("headers") {
            headers.retain(|header| {
                let name = header.as_array().and_then(|pair| pair.first()?.as_str());
                name.is_some_and(|name| name.eq_ignore_ascii_case(HEADER))
            });
        }
    }
    // What is noted about parts that are gone says nothing any more.
    event.meta = watchfire_event::MetaTree::default();
}

fn keep(object: &mut Object<'_>, keys: &[&str]) {
    object.retain(|key, _| keys.contains(&key));
}

/// The objects of a list of values.
fn each(list: Option<&mut Value<'_>>, mut cut: impl FnMut(&mut Object<'_>)) {
    let values = list.and_then(|list| list.as_object_mut()?.get_mut("values"));
    let values = values.and_then(Value::as_array_mut).into_iter().flatten();
    values.filter_map(Value::as_object_mut).for_each(&mut cut);
}

fn cut_trace(trace: Option<&mut Value<'_>>) {
    let Some(trace) = trace.and_then(Value::as_object_mut) else {
        return;
    };
    keep(trace, &["frames"]);
    let frames = trace.get_mut("frames").and_then(Value::as_array_mut);
    let frames = frames.into_iter().flatten();
    frames
        .filter_map(Value::as_object_mut)
        .for_each(|frame| keep(frame, &FRAME));
}
