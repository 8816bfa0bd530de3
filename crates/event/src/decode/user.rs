use super::shape::{fields, filled_object, ip, lenient_string, object_or, string};
use crate::json::Value;
use crate::place::Place;

/// `user`: reference/PROTOCOL.md section 8.3.
pub(super) fn user(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(user) = object_or(value, place, "expected user") else {
        return;
    };
    fields(user, place, |key, value, place| {
        match key {
            "id" | "username" => lenient_string(value, place),
            "email" | "name" | "segment" | "sentry_user" => string(value, place),
            "ip_address" => ip(value, place),
            "data" => filled_object(value, place),
            "geo" => geo(value, place),
            _ => return false,
        }
        true
    });
}

fn geo(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(geo) = object_or(value, place, "expected geo") else {
        return;
    };
    fields(geo, place, |key, value, place| {
        let is_known = matches!(key, "country_code" | "city" | "subdivision" | "region");
        if is_known {
            string(value, place);
        }
        is_known
    });
}
