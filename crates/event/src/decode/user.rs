use super::shape::{any_object, fields, filled_object, ip, lenient_string, object, string};
use crate::json::Value;
use crate::place::Place;

/// `user`: reference/PROTOCOL.md section 8.3.
pub(super) fn user(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(user) = object(value, place) else {
        return;
    };
    fields(user, place, |key, value, place| {
        match key {
            "id" | "username" => lenient_string(value, place),
            "email" | "name" | "segment" | "sentry_user" => string(value, place),
            "ip_address" => ip(value, place),
            "data" => filled_object(value, place),
            "geo" => any_object(value, place),
            _ => return false,
        }
        true
    });
}
