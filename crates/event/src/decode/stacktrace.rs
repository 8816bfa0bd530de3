use std::borrow::Cow;

use super::shape::{
    address, any_object, boolean, fields, filled_object, list, map, number_or_string, object,
    string, strings, unsigned, values,
};
use crate::json::{Object, Value};
use crate::place::Place;

/// `threads`: reference/PROTOCOL.md section 8.2.
pub(super) fn threads(value: &mut Value<'_>, place: &mut Place<'_>) {
    values(value, place, thread);
}

fn thread(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(thread) = object(value, place) else {
        return;
    };
    fields(thread, place, |key, value, place| {
        match key {
            "id" => number_or_string(value, place),
            "name" | "state" => string(value, place),
            "stacktrace" | "raw_stacktrace" => stacktrace(value, place),
            "crashed" | "current" | "main" => boolean(value, place),
            "held_locks" => map(value, place, any_object),
            _ => return false,
        }
        true
    });
}

/// A stack trace: reference/PROTOCOL.md section 8.2.
pub(super) fn stacktrace(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(trace) = object(value, place) else {
        return;
    };
    fields(trace, place, |key, value, place| {
        match key {
            "frames" => list(value, place, frame),
            "registers" => map(value, place, address),
            "lang" | "instruction_addr_adjustment" => string(value, place),
            "snapshot" => boolean(value, place),
            _ => return false,
        }
        true
    });
}

fn frame(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(frame) = object(value, place) else {
        return;
    };
    fields(frame, place, |key, value, place| {
        match key {
            "function" | "filename" | "abs_path" | "module" | "context_line" | "platform"
            | "package" | "symbol" | "raw_function" | "function_id" | "trust" | "lang"
            | "addr_mode" | "file_revision" => string(value, place),
            "lineno" | "colno" | "parent_index" | "sample_count" => unsigned(value, place),
            "pre_context" | "post_context" => strings(value, place),
            "vars" => variables(value, place),
            "in_app" | "stack_start" => boolean(value, place),
            "data" => filled_object(value, place),
            "lock" => any_object(value, place),
            "image_addr" | "instruction_addr" | "symbol_addr" => address(value, place),
            _ => return false,
        }
        true
    });
}

/// Local variables: an object, or a list that becomes an object with the places as keys.
fn variables(value: &mut Value<'_>, place: &mut Place<'_>) {
    if let Value::Array(items) = value {
        let numbered: Object<'_> = std::mem::take(items)
            .into_iter()
            .enumerate()
            .map(|(index, item)| (Cow::Owned(index.to_string()), item))
            .collect();
        *value = Value::Object(numbered);
    }
    filled_object(value, place);
}
