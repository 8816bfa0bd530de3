//! What only reports about security policies get: reference/PROTOCOL.md section 9.10.

use super::NormalizeContext;
use crate::decode::IP_AUTO;
use crate::json::{Object, Value};

const LOGGER: &str = "csp";

/// Fills in who reported: browsers send reports by themselves, so that the request tells what an
/// SDK would have said in the event.
pub(super) fn normalize(body: &mut Object<'_>, context: &NormalizeContext<'_>) {
    if body.get_object("csp").is_none() {
        return;
    }
    if body.get_str("logger").is_none_or(str::is_empty) {
        body.insert("logger", LOGGER);
    }
    let user = object(body, "user");
    if let Some(user) = user.filter(|user| user.get_str("ip_address").is_none()) {
        user.insert("ip_address", IP_AUTO);
    }
    let Some(agent) = context.user_agent else {
        return;
    };
    let has_agent = body
        .get_object("request")
        .is_some_and(|request| super::request::header(request, "user-agent").is_some());
    if let (false, Some(request)) = (has_agent, object(body, "request")) {
        if request.get_array("headers").is_none() {
            request.insert("headers", Value::Array(Vec::new()));
        }
        if let Some(Value::Array(headers)) = request.get_mut("headers") {
            headers.push(Value::Array(vec![
                Value::from("User-Agent"),
                Value::from(agent.to_owned()),
            ]));
        }
    }
}

/// The object under a key, made where nothing is.
fn object<'v, 'a>(body: &'v mut Object<'a>, key: &'static str) -> Option<&'v mut Object<'a>> {
    if body.get(key).is_none_or(Value::is_null) {
        body.insert(key, Object::new());
    }
    body.get_mut(key)?.as_object_mut()
}
