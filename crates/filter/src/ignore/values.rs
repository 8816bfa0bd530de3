use watchfire_event::Event;
use watchfire_event::json::{Object, Value};

use super::{Field, FramePart, FrameSet};
use crate::fields::{Exception, exceptions, frames, header, message, tag};

/// The tags that say with which status a request ended, for SDKs without the context `response`.
const STATUS_TAGS: [&str; 3] = [
    "http.status_code",
    "http.response.status_code",
    "status_code",
];

/// Which sets of frames a value belongs to; one bit each. Values of other fields are in all.
pub(super) type Sets = u8;

/// Values that belong to every set.
const ALL: Sets = Sets::MAX;

impl FrameSet {
    /// The bit of the set.
    pub(super) const fn bit(self) -> Sets {
        match self {
            Self::Any => 1,
            Self::InApp => 2,
            Self::Crashing => 4,
        }
    }
}

/// Hands the values of a field to `visit`, empty ones left out. Of frames, all are visited, each
/// with the sets that it belongs to, whichever set the field names.
pub(super) fn visit(field: &Field, event: &Event<'_>, visit: &mut dyn FnMut(&str, Sets)) {
    let body = &event.body;
    let mut give = |text: Option<&str>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            visit(text, ALL);
        }
    };
    let inner = |object: &str, key: &str| body.get(object).and_then(|it| it.get(key));
    match field {
        Field::ExceptionType => exceptions(event).for_each(|it| give(Some(it.kind))),
        Field::ExceptionValue => exceptions(event).for_each(|it| give(Some(it.value))),
        Field::Mechanism => {
            exceptions(event).for_each(|it| give(mechanism(&it, "type").and_then(Value::as_str)));
        }
        Field::Handled => give(handled(event)),
        Field::Message => give(message(event)),
        Field::Level => give(Some(event.level.as_str())),
        Field::Logger => give(body.get_str("logger")),
        Field::Transaction => give(body.get_str("transaction")),
        Field::Release => give(body.get_str("release")),
        Field::Dist => give(body.get_str("dist")),
        Field::Environment => give(body.get_str("environment")),
        Field::Platform => give(body.get_str("platform")),
        Field::Type => give(body.get_str("type")),
        // Normalisation makes a tag of it.
        Field::ServerName => give(
            body.get_str("server_name")
                .or_else(|| tag(event, "server_name")?.as_str()),
        ),
        Field::Url => give(inner("request", "url").and_then(Value::as_str)),
        Field::Method => give(inner("request", "method").and_then(Value::as_str)),
        Field::UserAgent => give(header(event, "User-Agent")),
        Field::SdkName => give(inner("sdk", "name").and_then(Value::as_str)),
        Field::SdkVersion => give(inner("sdk", "version").and_then(Value::as_str)),
        Field::UserId => scalars(inner("user", "id"), &mut give),
        Field::UserEmail => give(inner("user", "email").and_then(Value::as_str)),
        Field::UserName => scalars(
            inner("user", "username").or_else(|| inner("user", "name")),
            &mut give,
        ),
        Field::UserIp => give(inner("user", "ip_address").and_then(Value::as_str)),
        Field::Status => scalars(status(event), &mut give),
        Field::Tag(key) => scalars(tag(event, key), &mut give),
        Field::Context(path) => scalars(context(body, path), &mut give),
        Field::Frame(_, part) => visit_frames(event, *part, visit),
    }
}

/// The text of a text, number or flag, and of each in a list.
fn scalars(value: Option<&Value<'_>>, give: &mut dyn FnMut(Option<&str>)) {
    match value {
        Some(Value::String(text)) => give(Some(text)),
        Some(Value::Bool(flag)) => give(Some(if *flag { "true" } else { "false" })),
        Some(Value::Number(number)) => give(Some(&number.to_string())),
        Some(Value::Array(list)) => list.iter().for_each(|it| match it {
            // Lists in lists say nothing that a rule could name.
            Value::Array(_) => {}
            it => scalars(Some(it), give),
        }),
        Some(Value::Null | Value::Object(_)) | None => {}
    }
}

fn mechanism<'e>(exception: &Exception<'e>, key: &str) -> Option<&'e Value<'e>> {
    exception.mechanism?.get(key)
}

/// Whether the program caught the error itself: no, if any exception says so.
fn handled(event: &Event<'_>) -> Option<&'static str> {
    let said = exceptions(event).filter_map(|it| mechanism(&it, "handled")?.as_bool());
    said.reduce(|all, one| all && one)
        .map(|all| if all { "true" } else { "false" })
}

fn status<'e>(event: &'e Event<'_>) -> Option<&'e Value<'e>> {
    let response = event.body.get("contexts").and_then(|it| it.get("response"));
    let stated = response.and_then(|it| it.get("status_code"));
    stated.or_else(|| STATUS_TAGS.iter().find_map(|key| tag(event, key)))
}

fn context<'e>(body: &'e Object<'_>, path: &[String]) -> Option<&'e Value<'e>> {
    let contexts = body.get("contexts")?;
    path.iter().try_fold(contexts, |value, key| value.get(key))
}

/// The frames of the exceptions; without those, of the event itself and of the threads that
/// crashed or are current.
fn visit_frames(event: &Event<'_>, part: FramePart, visit: &mut dyn FnMut(&str, Sets)) {
    let mut has_frames = false;
    for exception in exceptions(event) {
        has_frames |= !exception.frames.is_empty();
        visit_trace(exception.frames, part, visit);
    }
    if has_frames {
        return;
    }
    if let Some(trace) = event.body.get("stacktrace") {
        visit_trace(frames(trace), part, visit);
    }
    let threads = event.body.get("threads").and_then(|it| it.get("values"));
    for thread in threads.and_then(Value::as_array).unwrap_or_default() {
        let is = |key| thread.get(key).and_then(Value::as_bool) == Some(true);
        if let (true, Some(trace)) = (is("crashed") || is("current"), thread.get("stacktrace")) {
            visit_trace(frames(trace), part, visit);
        }
    }
}

fn visit_trace(frames: &[Value<'_>], part: FramePart, visit: &mut dyn FnMut(&str, Sets)) {
    for (index, frame) in frames.iter().enumerate() {
        let Some(frame) = frame.as_object() else {
            continue;
        };
        let mut sets = FrameSet::Any.bit();
        if frame.get("in_app").and_then(Value::as_bool) == Some(true) {
            sets |= FrameSet::InApp.bit();
        }
        if index + 1 == frames.len() {
            sets |= FrameSet::Crashing.bit();
        }
        for key in part.keys() {
            if let Some(text) = frame.get_str(key).filter(|text| !text.is_empty()) {
                visit(text, sets);
            }
        }
    }
}

impl FramePart {
    /// Where a frame says it.
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Module => &["module", "package"],
            Self::File => &["filename", "abs_path"],
            Self::Function => &["function"],
        }
    }
}
