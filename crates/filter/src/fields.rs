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
    pub(crate) frames: &'e [Value<'e>],
}

impl<'e> Exception<'e> {
    fn of(exception: &'e Object<'_>) -> Self {
        let frames = exception
            .get("stacktrace")
            .and_then(|trace| trace.get("frames")?.as_array());
        Self {
            kind: exception.get_str("type").unwrap_or_default(),
            value: exception.get_str("value").unwrap_or_default(),
            frames: frames.unwrap_or_default(),
        }
    }
}

/// The value of a header of the event's request; names in any case of letters.
pub(crate) fn header<'e>(event: &'e Event<'_>, name: &str) -> Option<&'e str> {
    let headers = event.body.get("request")?.get("headers")?.as_array()?;
    headers.iter().find_map(|header| match header.as_array()? {
        [key, value] if key.as_str()?.eq_ignore_ascii_case(name) => value.as_str(),
        _ => None,
    })
}
