use super::pairs::{cookies, headers};
use super::shape::{
    EVENT_ID, boolean, fields, hex_id, lenient_string, number, object, object_or, string,
};
use crate::json::{Object, Value};
use crate::place::Place;

/// `contexts`: an object of objects, each with a `type` that defaults to its key
/// (reference/PROTOCOL.md section 8.3).
pub(super) fn contexts<'a>(value: &mut Value<'a>, place: &mut Place<'_>) {
    let Some(contexts) = object(value, place) else {
        return;
    };
    fields(contexts, place, |key, value, place| {
        context(key, value, place);
        true
    });
}

fn context(alias: &str, value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(context) = object(value, place) else {
        return;
    };
    if context.get_str("type").is_none() {
        context.insert("type", alias.to_owned());
    }
    let shape: fn(&str, &mut Value<'_>, &mut Place<'_>) -> bool =
        match context.get_str("type").unwrap_or(alias) {
            "trace" => trace,
            "response" => response,
            "feedback" => feedback,
            "os" | "client_os" | "runtime" | "app" | "browser" | "device" | "gpu" => product,
            _ => return,
        };
    fields(context, place, shape);
}

fn trace(key: &str, value: &mut Value<'_>, place: &mut Place<'_>) -> bool {
    match key {
        "trace_id" => hex_id(value, place, super::TRACE_ID_DIGITS, "trace id"),
        "span_id" | "parent_span_id" => {
            hex_id(value, place, super::SPAN_ID_DIGITS, "span id");
        }
        "op" | "status" | "origin" | "description" => string(value, place),
        "sampled" => boolean(value, place),
        "exclusive_time" | "client_sample_rate" => number(value, place),
        "data" => {
            object_or(value, place, "expected spandata");
        }
        _ => return false,
    }
    true
}

fn response(key: &str, value: &mut Value<'_>, place: &mut Place<'_>) -> bool {
    match key {
        "headers" => headers(value, place),
        "cookies" => cookies(value, place),
        "inferred_content_type" => string(value, place),
        "data" | "status_code" | "body_size" => {}
        _ => return false,
    }
    true
}

fn feedback(key: &str, value: &mut Value<'_>, place: &mut Place<'_>) -> bool {
    match key {
        "message" | "contact_email" | "name" | "url" => string(value, place),
        "associated_event_id" | "replay_id" => {
            hex_id(value, place, super::EVENT_ID_DIGITS, EVENT_ID);
        }
        _ => return false,
    }
    true
}

/// Names and versions of what the program ran on.
fn product(key: &str, value: &mut Value<'_>, place: &mut Place<'_>) -> bool {
    match key {
        "name" | "kernel_version" | "raw_description" | "model" | "family" | "arch" => {
            string(value, place);
        }
        "version" | "build" | "app_build" => lenient_string(value, place),
        _ => return false,
    }
    true
}

/// A context of this kind, made where it is missing.
pub(crate) fn context_mut<'v, 'a>(
    contexts: &'v mut Object<'a>,
    kind: &'static str,
) -> Option<&'v mut Object<'a>> {
    if contexts.get_object(kind).is_none() {
        let mut context = Object::new();
        context.insert("type", kind);
        contexts.insert(kind, context);
    }
    contexts.get_mut(kind)?.as_object_mut()
}
