//! Whole events through whole configurations. Expected results are what Relay 0.10.1 returns
//! (reference/SCRUBBING.md), except where a test says otherwise.

mod advanced;
mod defaults;
mod fields;
mod notes;
mod properties;
mod selectors;
mod settings;

use serde_json::Value;
use watchfire_event::{Event, Timestamp, decode};
use watchfire_filter::keep;

use crate::{PiiConfig, Scrubber, Settings};

/// The event after decoding and scrubbing, `_meta` included.
fn scrubbed(scrubber: &Scrubber, event: &str) -> Value {
    let draft = decode(event.as_bytes()).expect("the event decodes");
    let event = Event::from_draft(draft, Timestamp(0));
    let kept = keep(event, &watchfire_filter::Settings::none()).expect("nothing is filtered");
    let json = scrubber.scrub(kept).event().to_json();
    serde_json::from_str(&json).expect("events are written as JSON")
}

fn with_config(config: &str) -> Scrubber {
    let config: PiiConfig = serde_json::from_str(config).expect("the configuration reads");
    Scrubber::from_config(&config)
}

#[track_caller]
fn check(scrubber: &Scrubber, event: &str, expected: &str) {
    let expected: Value = serde_json::from_str(expected).expect("the expectation is JSON");
    assert_eq!(scrubbed(scrubber, event), expected);
}

/// Checks that the defaults change nothing.
#[track_caller]
fn check_untouched(event: &str) {
    check(&defaults(), event, event);
}

/// Checks what a scrubber makes of one text in `extra`, and its remarks.
#[track_caller]
fn check_text(scrubber: &Scrubber, text: &str, expected: &str, remarks: &str) {
    let event = serde_json::json!({"extra": {"v": text}}).to_string();
    let result = scrubbed(scrubber, &event);
    assert_eq!(result["extra"]["v"], expected, "{text}");
    let remarks: Value = serde_json::from_str(remarks).expect("the remarks are JSON");
    assert_eq!(result["_meta"]["extra"]["v"][""]["rem"], remarks, "{text}");
}

fn defaults() -> Scrubber {
    Scrubber::new(&Settings::default())
}
