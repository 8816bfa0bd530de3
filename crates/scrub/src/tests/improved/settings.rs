use serde_json::json;

use super::{FILTERED, both, check_with};
use crate::Settings;

fn settings(sensitive: &[&str], safe: &[&str]) -> Settings {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Settings {
        sensitive_fields: owned(sensitive),
        exclude_fields: owned(safe),
        ..Settings::default()
    }
}

#[test]
fn a_sensitive_field_may_be_a_path() {
    let event = r#"{"extra":{"customer":{"name":"Ada","n":5},"name":"x"},"tags":[["plan","y"]]}"#;
    let fields = settings(&["extra.customer.*", "tags.plan"], &[]);
    let [compatible, improved] = both(&fields, "{}", event);
    assert_eq!(
        compatible["extra"]["customer"],
        json!({"name": "Ada", "n": 5})
    );
    assert_eq!(
        improved["extra"],
        json!({"customer": {"name": FILTERED, "n": null}, "name": "x"})
    );
    assert_eq!(improved["tags"][0][1], FILTERED);
    let rem = &improved["_meta"]["extra"]["customer"]["name"][""]["rem"][0][0];
    assert_eq!(rem, "strip-fields:path");
}

#[test]
fn a_sensitive_field_with_dots_still_matches_as_a_text() {
    let event = r#"{"extra":{"my.field":"1","v":"has my.field in it"}}"#;
    for result in both(&settings(&["my.field"], &[]), "{}", event) {
        assert_eq!(
            result["extra"],
            json!({"my.field": FILTERED, "v": FILTERED})
        );
    }
}

#[test]
fn values_of_sensitive_fields_are_replaced_in_texts() {
    let event = r#"{"exception":{"values":[{"value":"holder=Ada, cc: 123"}]}}"#;
    check_with(
        &settings(&["holder", "cc"], &[]),
        event,
        "/exception/values/0/value",
        "holder=Ada, cc: 123",
        "holder=[Filtered], cc: [Filtered]",
    );
}

#[test]
fn a_safe_field_with_dots_is_a_path_and_a_key() {
    let event = r#"{"extra":{"auth.kind":"secret a","auth":{"kind":"secret b"}}}"#;
    let fields = settings(&[], &["auth", "auth.kind"]);
    let [compatible, improved] = both(&fields, "{}", event);
    assert_eq!(compatible["extra"]["auth.kind"], FILTERED);
    assert_eq!(improved["extra"]["auth.kind"], "secret a");
    assert_eq!(improved["extra"]["auth"]["kind"], "secret b");
}

#[test]
fn safe_fields_keep_what_improved_adds_away() {
    let event = r#"{"exception":{"values":[{"value":"password=x"}]},"request":{"url":"http://h/?token=abc"}}"#;
    let [_, improved] = both(&settings(&[], &["$error.value"]), "{}", event);
    assert_eq!(improved["exception"]["values"][0]["value"], "password=x");
    assert_eq!(improved["request"]["url"], "http://h/?token=[Filtered]");
}
