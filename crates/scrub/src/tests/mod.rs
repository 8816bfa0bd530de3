//! Whole events through whole configurations. Expected results are what Relay 0.10.1 returns
//! (reference/SCRUBBING.md), in mode *compatible*; those of mode *improved* are in `improved`.

mod advanced;
mod cuts;
mod defaults;
mod fields;
mod improved;
mod limits;
mod notes;
mod properties;
mod relay;
mod schema;
mod selectors;
mod settings;
mod superset;

use serde_json::Value;
use watchfire_event::{Event, Timestamp, decode};
use watchfire_filter::KeptEvent;

use crate::{Mode, PiiConfig, Policy, Scrubber, Settings};

/// The event after decoding and scrubbing, `_meta` included.
fn scrubbed(scrubber: &Scrubber, event: &str) -> Value {
    let draft = decode(event.as_bytes()).unwrap();
    let event = Event::from_draft(draft, Timestamp(0));
    let kept = KeptEvent::unfiltered(event);
    let json = scrubber.scrub(kept).event().to_json();
    serde_json::from_str(&json).unwrap()
}

/// Relay's rules of settings and a configuration.
fn relay(settings: Settings, config: &str) -> Scrubber {
    let config: PiiConfig = serde_json::from_str(config).unwrap();
    Scrubber::of_policy(&Policy::new(settings, config, Mode::Compatible))
}

fn with_config(config: &str) -> Scrubber {
    relay(Settings::off(), config)
}

#[track_caller]
fn check(scrubber: &Scrubber, event: &str, expected: &str) {
    let expected: Value = serde_json::from_str(expected).unwrap();
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
    let remarks: Value = serde_json::from_str(remarks).unwrap();
    assert_eq!(result["_meta"]["extra"]["v"][""]["rem"], remarks, "{text}");
}

fn defaults() -> Scrubber {
    relay(Settings::default(), "{}")
}
