use super::pairs::{cookies, headers, query};
use super::shape::{fields, filled_object, object_or, string, unsigned};
use crate::json::Value;
use crate::place::Place;

/// `request`: reference/PROTOCOL.md section 8.3.
pub(super) fn request(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(request) = object_or(value, place, "expected request") else {
        return;
    };
    fields(request, place, |key, value, place| {
        match key {
            "url" | "method" | "protocol" | "fragment" | "inferred_content_type" | "api_target" => {
                string(value, place);
            }
            "headers" => headers(value, place),
            "cookies" => cookies(value, place),
            "query_string" => query(value, place),
            "env" => filled_object(value, place),
            "body_size" => unsigned(value, place),
            "data" => {}
            _ => return false,
        }
        true
    });
}
