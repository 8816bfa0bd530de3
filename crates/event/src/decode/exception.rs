use super::mechanism::mechanism;
use super::shape::{fields, json_string, number_or_string, object_or, string, values};
use super::stacktrace::stacktrace;
use crate::json::Value;
use crate::place::Place;

/// `exception`: reference/PROTOCOL.md section 8.2.
pub(super) fn exceptions(value: &mut Value<'_>, place: &mut Place<'_>) {
    values(value, place, exception);
}

fn exception(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(exception) = object_or(value, place, "expected exception") else {
        return;
    };
    fields(exception, place, |key, value, place| {
        match key {
            "type" | "module" => string(value, place),
            "value" => json_string(value, place),
            "stacktrace" | "raw_stacktrace" => stacktrace(value, place),
            "thread_id" => number_or_string(value, place),
            "mechanism" => mechanism(value, place),
            _ => return false,
        }
        true
    });
}
