use super::shape::{
    EVENT_ID, fields, filled_object, hex_id, level, object_or, string, timestamp, values,
};
use crate::PathItem;
use crate::json::Value;
use crate::place::Place;

/// `breadcrumbs`: reference/PROTOCOL.md section 8.3.
pub(super) fn breadcrumbs(value: &mut Value<'_>, place: &mut Place<'_>) {
    values(value, place, breadcrumb);
}

fn breadcrumb(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(breadcrumb) = object_or(value, place, "expected breadcrumb") else {
        return;
    };
    if let Some(kind) = breadcrumb.remove("ty") {
        let kept = breadcrumb
            .get("type")
            .is_some_and(|present| !present.is_null());
        if !kept {
            place.rename("ty", &[PathItem::Key("type")]);
            breadcrumb.insert("type", kind);
        }
    }
    fields(breadcrumb, place, |key, value, place| {
        match key {
            "timestamp" => timestamp(value, place),
            "type" | "category" | "message" | "origin" => string(value, place),
            "level" => level(value, place),
            "data" => filled_object(value, place),
            "event_id" => hex_id(value, place, super::EVENT_ID_DIGITS, EVENT_ID),
            _ => return false,
        }
        true
    });
}
