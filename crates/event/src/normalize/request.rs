//! The HTTP request: reference/PROTOCOL.md section 8.3.

use super::request_body;
use crate::decode::{parse_cookies, query};
use crate::json::{Object, Value};
use crate::place::Place;

const METHOD_CHARS_MIN: usize = 3;
const METHOD_CHARS_MAX: usize = 32;

/// Splits the address, reads the body, and moves cookies out of the headers.
pub(super) fn normalize(body: &mut Object<'_>, root: &mut Place<'_>) {
    let Some(Value::Object(request)) = body.get_mut("request") else {
        return;
    };
    let mut place = root.key("request");
    method(request, &mut place);
    url(request, &mut place);
    request_body::normalize(request);
    cookie_header(request, &mut place);
}

fn method(request: &mut Object<'_>, place: &mut Place<'_>) {
    let Some(value) = request.get_mut("method") else {
        return;
    };
    if let Value::String(method) = value {
        if method.bytes().any(|byte| byte.is_ascii_lowercase()) {
            method.to_mut().make_ascii_uppercase();
        }
        let valid = (METHOD_CHARS_MIN..=METHOD_CHARS_MAX).contains(&method.len())
            && method
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_'));
        if !valid {
            place.key("method").invalid(value, "invalid http method");
        }
    }
}

/// Moves query and fragment out of the address; fields that are there already win.
fn url(request: &mut Object<'_>, place: &mut Place<'_>) {
    let Some(Value::String(url)) = request.get_mut("url") else {
        return;
    };
    if let Some(cut) = url.strip_suffix('\u{2026}') {
        *url = format!("{cut}...").into();
    }
    if !url.contains(['?', '#']) {
        return;
    }
    let whole = std::mem::take(url).into_owned();
    let (rest, fragment) = whole.split_once('#').unwrap_or((&whole, ""));
    let (address, text) = rest.split_once('?').unwrap_or((rest, ""));
    *url = address.to_owned().into();
    let is_missing = |request: &Object<'_>, key| request.get(key).is_none_or(Value::is_null);
    if !fragment.is_empty() && is_missing(request, "fragment") {
        request.insert("fragment", fragment.to_owned());
    }
    if !text.is_empty() && is_missing(request, "query_string") {
        let mut pairs = Value::from(text.to_owned());
        query(&mut pairs, &mut place.key("query_string"));
        request.insert("query_string", pairs);
    }
}

/// A header's value, whatever the case of its name.
pub(super) fn header<'v>(request: &'v Object<'_>, name: &str) -> Option<&'v str> {
    request.get_array("headers")?.iter().find_map(|header| {
        let [key, value] = header.as_array()? else {
            return None;
        };
        key.as_str()?
            .eq_ignore_ascii_case(name)
            .then(|| value.as_str())?
    })
}

/// Reads the `Cookie` header into `cookies`, if there are none yet, and removes it.
fn cookie_header(request: &mut Object<'_>, place: &mut Place<'_>) {
    let Some(text) = header(request, "cookie") else {
        return;
    };
    if request.get("cookies").is_none_or(Value::is_null) {
        let Some(pairs) = parse_cookies(text) else {
            return;
        };
        request.insert("cookies", Value::Array(pairs));
    }
    if let Some(Value::Array(headers)) = request.get_mut("headers") {
        let is_cookie = |header: &Value<'_>| {
            let name = header.as_array().and_then(|pair| pair.first()?.as_str());
            name.is_some_and(|name| name.eq_ignore_ascii_case("cookie"))
        };
        let keep: Vec<bool> = headers.iter().map(|header| !is_cookie(header)).collect();
        let mut place = place.key("headers");
        place.keep_indices(keep.len(), |index| keep.get(index) == Some(&true));
        headers.retain(|header| !is_cookie(header));
        if headers.is_empty() {
            request.remove("headers");
        }
    }
}
