use watchfire_event::Event;
use watchfire_event::json::{Object, Value};

/// The event's exceptions, oldest first.
pub(crate) fn exceptions<'e>(event: &'e Event<'_>) -> impl Iterator<Item = Exception<'e>> {
    event
        .body
        .get("exception")
        .and_then(|exception| exception.get("values")?.as_array())
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_object)
        .map(Exception::of)
}

/// What filters look at in an exception.
pub(crate) struct Exception<'e> {
    pub(crate) kind: &'e str,
    pub(crate) value: &'e str,
    pub(crate) module: Option<&'e str>,
    pub(crate) mechanism: Option<&'e Value<'e>>,
    pub(crate) frames: &'e [Value<'e>],
}

impl<'e> Exception<'e> {
    fn of(exception: &'e Object<'_>) -> Self {
        Self {
            kind: exception.get_str("type").unwrap_or_default(),
            value: exception.get_str("value").unwrap_or_default(),
            module: exception.get_str("module"),
            mechanism: exception.get("mechanism"),
            frames: exception.get("stacktrace").map_or(&[], frames),
        }
    }
}

/// The frames of a stack trace, outermost first.
pub(crate) fn frames<'e>(stacktrace: &'e Value<'_>) -> &'e [Value<'e>] {
    let frames = stacktrace.get("frames").and_then(Value::as_array);
    frames.unwrap_or_default()
}

/// The event's message: as formatted, else as it is.
pub(crate) fn message<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    let entry = event.body.get_object("logentry")?;
    entry
        .get_str("formatted")
        .or_else(|| entry.get_str("message"))
}

/// The value of a header of the event's request; names in any case of letters.
pub(crate) fn header<'e>(event: &'e Event<'_>, name: &str) -> Option<&'e str> {
    let headers = event.body.get("request")?.get("headers")?;
    pair(headers, |key| key.eq_ignore_ascii_case(name))?.as_str()
}

/// The value of a tag.
pub(crate) fn tag<'e>(event: &'e Event<'_>, name: &str) -> Option<&'e Value<'e>> {
    pair(event.body.get("tags")?, |key| key == name)
}

fn pair<'e>(pairs: &'e Value<'_>, is_it: impl Fn(&str) -> bool) -> Option<&'e Value<'e>> {
    let mut pairs = pairs.as_array()?.iter();
    pairs.find_map(|pair| match pair.as_array()? {
        [key, value] if is_it(key.as_str()?) => Some(value),
        _ => None,
    })
}
