//! Mode *improved*: each known weakness of Relay's rules beside what becomes of it
//! (reference/SCRUBBING-BEYOND.md section 1), and the promise that nothing else is kept. The
//! secrets catalogue is off, so that the rules alone are seen.

mod addresses;
mod feedback;
mod kept;
mod lists;
mod places;
mod settings;
mod superset;
mod texts;

use serde_json::Value;

use super::scrubbed;
use crate::{Mode, PiiConfig, Policy, Scrubber, Settings};

/// What each mode makes of an event, *compatible* first.
fn both(settings: &Settings, config: &str, event: &str) -> [Value; 2] {
    let config: PiiConfig = serde_json::from_str(config).unwrap();
    [Mode::Compatible, Mode::Improved].map(|mode| {
        let policy = Policy::new(settings.clone(), config.clone(), mode).with_secrets(false);
        scrubbed(&Scrubber::of_policy(&policy), event)
    })
}

/// Checks what the defaults make of a text at a JSON pointer, in each mode.
#[track_caller]
fn check(event: &str, pointer: &str, compatible: &str, improved: &str) {
    check_with(&Settings::default(), event, pointer, compatible, improved);
}

#[track_caller]
fn check_with(settings: &Settings, event: &str, pointer: &str, compatible: &str, improved: &str) {
    let results = both(settings, "{}", event);
    let found = results
        .each_ref()
        .map(|result| match result.pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            other => other.map(Value::to_string).unwrap_or_default(),
        });
    assert_eq!(found, [compatible, improved], "{event}");
}

/// Checks what the defaults make of a text in `extra`, in each mode.
#[track_caller]
fn check_text(text: &str, compatible: &str, improved: &str) {
    let event = serde_json::json!({"extra": {"v": text}}).to_string();
    check(&event, "/extra/v", compatible, improved);
}

/// Checks what the defaults make of a value under a key of `extra`, in each mode.
#[track_caller]
fn check_key(key: &str, value: Value, compatible: &str, improved: &str) {
    let event = serde_json::json!({"extra": {key: value}}).to_string();
    check(&event, &format!("/extra/{key}"), compatible, improved);
}

const FILTERED: &str = "[Filtered]";
