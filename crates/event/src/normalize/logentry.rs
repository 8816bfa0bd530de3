use super::message_format::format_message;
use crate::PathItem;
use crate::json::{Object, Value};
use crate::place::Place;

/// Makes `formatted` out of `message` and `params` where the SDK did not, and drops a `message`
/// that says the same (reference/PROTOCOL.md section 8.3).
pub(super) fn normalize(body: &mut Object<'_>, root: &mut Place<'_>) {
    let Some(value) = body.get_mut("logentry") else {
        return;
    };
    let Value::Object(entry) = value else {
        return;
    };
    let mut place = root.key("logentry");
    let has = |entry: &Object<'_>, key| entry.get_str(key).is_some_and(|text| !text.is_empty());
    if !has(entry, "message") && !has(entry, "formatted") {
        place.invalid(value, "no message present");
        return;
    }
    if !has(entry, "formatted") {
        let params = entry.get("params").filter(|params| !params.is_null());
        let message = entry.get_str("message").unwrap_or_default();
        if let Some(formatted) = params.and_then(|params| format_message(message, params)) {
            entry.insert("formatted", formatted);
        } else if let Some(message) = entry.remove("message") {
            place.rename("message", &[PathItem::Key("formatted")]);
            entry.insert("formatted", message);
        }
    }
    if entry.get("message") == entry.get("formatted") {
        entry.remove("message");
        place.forget(PathItem::Key("message"));
    }
}
