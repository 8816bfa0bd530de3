use super::shape::{any_object, fields, list, object, string};
use crate::PathItem;
use crate::json::{Object, Value};
use crate::place::Place;

/// Types of images whose fields have had several names (reference/PROTOCOL.md section 8.3).
const NATIVE: [&str; 6] = ["symbolic", "macho", "elf", "pe", "pe_dotnet", "wasm"];
const OTHER: [&str; 3] = ["proguard", "sourcemap", "jvm"];
/// What older SDKs called Mach-O images.
const LEGACY_MACHO: &str = "apple";
const MACHO: &str = "macho";

/// `debug_meta`: the images that were loaded, with the names of today for their fields. Images of
/// unknown types become null.
pub(super) fn debug_meta(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(meta) = object(value, place) else {
        return;
    };
    fields(meta, place, |key, value, place| {
        match key {
            "images" => list(value, place, image),
            "sdk_info" | "system_sdk" => any_object(value, place),
            _ => return false,
        }
        true
    });
}

fn image(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(image) = object(value, place) else {
        return;
    };
    match image.get_str("type") {
        Some(LEGACY_MACHO) => {
            image.insert("type", MACHO);
            rename(image, place, "uuid", "debug_id");
            native(image, place);
        }
        Some(kind) if NATIVE.contains(&kind) => native(image, place),
        Some(kind) if OTHER.contains(&kind) => {}
        _ => place.invalid(value, "unsupported debug image type"),
    }
}

fn native(image: &mut Object<'_>, place: &mut Place<'_>) {
    rename(image, place, "id", "debug_id");
    rename(image, place, "name", "code_file");
    fields(image, place, |key, value, place| {
        let is_text = matches!(key, "code_file" | "debug_file" | "arch");
        if is_text {
            string(value, place);
        }
        is_text
    });
}

fn rename(image: &mut Object<'_>, place: &mut Place<'_>, old: &str, new: &'static str) {
    if image.get(new).is_some_and(|present| !present.is_null()) {
        return;
    }
    if let Some(value) = image.remove(old) {
        place.rename(old, &[PathItem::Key(new)]);
        image.insert(new, value);
    }
}

#[cfg(test)]
mod tests {
    use crate::decode;

    #[test]
    fn images_get_todays_names_and_unknown_ones_are_taken_out() {
        let draft = decode(
            br#"{"debug_meta":{"images":[{"type":"apple","uuid":"u","name":"/Users/anna/app"},{"type":"elf","id":"i","code_file":"/a","name":"/b"},{"type":"proguard","uuid":"p"},{"type":"odd"},null]}}"#,
        )
        .expect("decodes");
        assert_eq!(
            draft.body.get("debug_meta").expect("is there").to_json(),
            r#"{"images":[{"type":"macho","debug_id":"u","code_file":"/Users/anna/app"},{"type":"elf","code_file":"/a","name":"/b","debug_id":"i"},{"type":"proguard","uuid":"p"},null,null]}"#
        );
    }
}
