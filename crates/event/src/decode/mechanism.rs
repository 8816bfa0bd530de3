use super::shape::{any_object, boolean, fields, object_or, skip_empty, string, unsigned};
use crate::PathItem;
use crate::json::{Object, Value};
use crate::place::Place;

/// The type of mechanisms that older SDKs sent without one.
const LEGACY_TYPE: &str = "generic";

/// The mechanism of an exception, today's shape or the legacy one without `type`
/// (reference/PROTOCOL.md section 8.2). Without keys it counts as absent.
pub(super) fn mechanism(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(mechanism) = object_or(value, place, "expected exception mechanism") else {
        return;
    };
    let has_type = match mechanism.get("type") {
        Some(Value::Null) => place.key("type").is_noted(),
        found => found.is_some(),
    };
    if !has_type && !mechanism.is_empty() {
        modernize(mechanism, place);
    }
    fields(mechanism, place, |key, value, place| {
        match key {
            "type" | "description" | "help_link" | "source" => string(value, place),
            "handled" | "synthetic" | "is_exception_group" => boolean(value, place),
            "exception_id" | "parent_id" => unsigned(value, place),
            "data" | "meta" => any_object(value, place),
            _ => return false,
        }
        true
    });
    skip_empty(value);
}

/// Signals move to `meta`, keys that only the legacy shape had to `data`.
fn modernize(mechanism: &mut Object<'_>, place: &mut Place<'_>) {
    let old = std::mem::take(mechanism);
    mechanism.insert("type", LEGACY_TYPE);
    let (mut meta, mut data) = (Object::new(), Vec::new());
    for (key, value) in old {
        match key.as_ref() {
            "type" => {}
            "posix_signal" => {
                place.rename(&key, &[PathItem::Key("meta"), PathItem::Key("signal")]);
                meta.insert("signal", renamed(value, "signal", "number"));
            }
            "mach_exception" => {
                place.rename(
                    &key,
                    &[PathItem::Key("meta"), PathItem::Key("mach_exception")],
                );
                meta.insert("mach_exception", renamed(value, "exception_name", "name"));
            }
            "description" | "help_link" | "source" | "handled" | "synthetic"
            | "is_exception_group" | "exception_id" | "parent_id" | "data" | "meta" => {
                mechanism.insert(key, value);
            }
            _ => {
                place.rename(&key, &[PathItem::Key("data"), PathItem::Key(&key)]);
                data.push((key, value));
            }
        }
    }
    for (key, object) in [("meta", meta), ("data", data.into_iter().collect())] {
        if !object.is_empty() {
            mechanism.insert(key, object);
        }
    }
}

fn renamed<'a>(mut value: Value<'a>, from: &str, to: &'static str) -> Value<'a> {
    if let Some(object) = value.as_object_mut()
        && let Some(inner) = object.remove(from)
    {
        object.insert(to, inner);
    }
    value
}

#[cfg(test)]
mod tests {
    use crate::decode;

    #[test]
    fn legacy_mechanisms_get_todays_shape() {
        let draft = decode(
            br#"{"exception":{"mechanism":{"posix_signal":{"signal":11,"name":"SIGSEGV"},"relevant_address":"0x1","handled":false}}}"#,
        )
        .expect("decodes");
        assert_eq!(
            draft.body.get("exception").expect("is there").to_json(),
            r#"{"values":[{"mechanism":{"type":"generic","handled":false,"meta":{"signal":{"name":"SIGSEGV","number":11}},"data":{"relevant_address":"0x1"}}}]}"#
        );
    }
}
