use std::borrow::Cow;

use super::shape::{
    address, boolean, fields, list, map, number_or_string, object, object_or, register, skip_empty,
    string, strings, unsigned, values,
};
use crate::json::{Object, Value};
use crate::place::Place;

/// `threads`: reference/PROTOCOL.md section 8.2.
pub(super) fn threads(value: &mut Value<'_>, place: &mut Place<'_>) {
    values(value, place, thread);
}

fn thread(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(thread) = object_or(value, place, "expected thread") else {
        return;
    };
    fields(thread, place, |key, value, place| {
        match key {
            "id" => number_or_string(value, place),
            "name" | "state" => string(value, place),
            "stacktrace" | "raw_stacktrace" => stacktrace(value, place),
            "crashed" | "current" | "main" => boolean(value, place),
            "held_locks" => map(value, place, lock),
            _ => return false,
        }
        true
    });
}

/// A stack trace: reference/PROTOCOL.md section 8.2.
pub(super) fn stacktrace(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(trace) = object_or(value, place, "expected rawstacktrace") else {
        return;
    };
    fields(trace, place, |key, value, place| {
        match key {
            "frames" => list(value, place, frame),
            "registers" => map(value, place, register),
            "lang" | "instruction_addr_adjustment" => string(value, place),
            "snapshot" => boolean(value, place),
            _ => return false,
        }
        true
    });
}

fn frame(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(frame) = object_or(value, place, "expected frame") else {
        return;
    };
    fields(frame, place, |key, value, place| {
        match key {
            "function" | "filename" | "abs_path" | "module" | "context_line" | "platform"
            | "package" | "symbol" | "raw_function" | "trust" | "lang" | "addr_mode"
            | "file_revision" => string(value, place),
            "lineno" | "colno" | "parent_index" | "sample_count" => unsigned(value, place),
            "pre_context" | "post_context" => strings(value, place),
            "vars" => variables(value, place),
            "in_app" | "stack_start" => boolean(value, place),
            "data" => frame_data(value, place),
            "lock" => lock(value, place),
            "image_addr" | "instruction_addr" | "symbol_addr" | "function_id" => {
                address(value, place)
            }
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
    object(value, place);
}

/// Why a thread holds or waits for a lock.
fn lock(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(lock) = object_or(value, place, "expected lockreason") else {
        return;
    };
    fields(lock, place, |key, value, place| {
        match key {
            "type" => unsigned(value, place),
            "address" | "package_name" | "class_name" => string(value, place),
            "thread_id" => number_or_string(value, place),
            _ => return false,
        }
        true
    });
}

fn frame_data(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(data) = object_or(value, place, "expected framedata") else {
        return;
    };
    fields(data, place, |key, value, place| {
        match key {
            "sourcemap" | "orig_function" | "orig_filename" => string(value, place),
            "orig_lineno" | "orig_colno" => unsigned(value, place),
            _ => return false,
        }
        true
    });
    skip_empty(value);
}
