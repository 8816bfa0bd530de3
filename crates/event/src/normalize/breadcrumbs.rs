use crate::json::{Object, Value};

/// Section 8.3 of reference/PROTOCOL.md.
const TYPE_DEFAULT: &str = "default";
const LEVEL_DEFAULT: &str = "info";

/// Gives every breadcrumb a type and a level.
pub(super) fn normalize(body: &mut Object<'_>) {
    for breadcrumb in each(body) {
        let is_missing = |key: &str| breadcrumb.get(key).is_none_or(Value::is_null);
        let (no_type, no_level) = (is_missing("type"), is_missing("level"));
        if no_type {
            breadcrumb.insert("type", TYPE_DEFAULT);
        }
        if no_level {
            breadcrumb.insert("level", LEVEL_DEFAULT);
        }
    }
}

/// The breadcrumbs that are there, oldest first.
pub(super) fn each<'v, 'a>(body: &'v mut Object<'a>) -> impl Iterator<Item = &'v mut Object<'a>> {
    body.get_mut("breadcrumbs")
        .and_then(Value::as_object_mut)
        .and_then(|breadcrumbs| breadcrumbs.get_mut("values"))
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
}
