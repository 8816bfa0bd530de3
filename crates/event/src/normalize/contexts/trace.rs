use crate::json::{Object, Value};
use crate::{Dsc, EventId};

const STATUS_DEFAULT: &str = "unknown";
/// A span id is as long as the first half of an event id.
const SPAN_ID_DIGITS: usize = 16;

/// Gives the trace ids where it has no valid ones, a status, and the rate that its SDK keeps
/// traces at.
pub(super) fn complete(trace: &mut Object<'_>, id: EventId, dsc: Option<&Dsc>) {
    let is_missing = |trace: &Object<'_>, key| trace.get(key).is_none_or(Value::is_null);
    let lacks_trace = is_missing(trace, "trace_id");
    if lacks_trace || is_missing(trace, "span_id") {
        let id = id.to_string();
        let span = id.get(..SPAN_ID_DIGITS).unwrap_or_default();
        trace.insert("span_id", span.to_owned());
        if lacks_trace {
            trace.insert("trace_id", id);
        }
    }
    if is_missing(trace, "status") {
        trace.insert("status", STATUS_DEFAULT);
    }
    if let Some(rate) = dsc.and_then(|dsc| dsc.sample_rate) {
        trace.insert("client_sample_rate", rate);
    }
}
