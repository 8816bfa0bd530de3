//! What scrubbing remembers and where it stops looking closely shows nowhere but in its speed.

use serde_json::{Value, json};

use super::scrubbed;
use crate::Scrubber;

/// A value alone in an event, and the notes about it.
fn alone(key: &str, value: &str) -> (Value, Value) {
    let event = json!({"extra": {key: value}}).to_string();
    let result = scrubbed(&Scrubber::default(), &event);
    let notes = &result["_meta"]["extra"][key];
    (result["extra"][key].clone(), notes.clone())
}

#[test]
fn a_text_that_occurs_again_becomes_what_it_becomes_alone() {
    const KEYS: [&str; 4] = ["number", "password", "Authorization", "note"];
    const TEXTS: [&str; 5] = [
        "'4111 1111 1111 1111'",
        "'Bearer live-5d41402abc4b2a76b9719d911017c592'",
        "correct horse",
        "None",
        "password=hunter2 and 4111 1111 1111 1111",
    ];
    let vars: Vec<Value> = TEXTS
        .iter()
        .flat_map(|text| KEYS.map(|key| json!({key: text})))
        .collect();
    let frames: Vec<Value> = vars.iter().map(|vars| json!({"vars": vars})).collect();
    let event = json!({
        "extra": {"one": vars, "two": vars},
        "exception": {"values": [{"stacktrace": {"frames": frames}}]},
        // No rule touches it, so the catalogue finds the number.
        "tags": TEXTS.map(|text| json!(["number", text])),
    });
    let result = scrubbed(&Scrubber::default(), &event.to_string());
    for (index, item) in vars.iter().enumerate() {
        let (key, text) = item.as_object().unwrap().iter().next().unwrap();
        let (value, notes) = alone(key, text.as_str().unwrap());
        let meta = &result["_meta"];
        let place = index.to_string();
        for list in ["one", "two"] {
            assert_eq!(result["extra"][list][index][key], value, "{key} {text}");
            assert_eq!(meta["extra"][list][&place][key], notes, "{key} {text}");
        }
        let stack = "/exception/values/0/stacktrace/frames";
        let path = format!("{stack}/{place}/vars/{key}");
        assert_eq!(result.pointer(&path).unwrap(), &value, "{key} {text}");
    }
    assert_eq!(result["tags"][0][1], "'[secret:card-number]'");
}

#[test]
fn behind_ten_thousand_parts_the_rest_of_a_text_goes_with_the_last() {
    for (unit, mark) in [
        ("ada@example.com ", "[email] "),
        ("pwd='h7' ", "pwd='[Filtered]' "),
    ] {
        let text = unit.repeat(10_100);
        let event = json!({"logentry": {"formatted": text}}).to_string();
        let result = scrubbed(&Scrubber::default(), &event);
        let left = result["logentry"]["formatted"].as_str().unwrap();
        assert!(left.starts_with(&mark.repeat(9_999)), "{unit}");
        assert!(!left.contains("ada") && !left.contains("h7"), "{unit}");
        let notes = &result["_meta"]["logentry"]["formatted"][""];
        assert_eq!(notes["rem"].as_array().unwrap().len(), 10_000, "{unit}");
        assert_eq!(notes["len"], text.len(), "{unit}");
    }
}
