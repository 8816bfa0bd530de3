//! What holds for any event: mode *improved* removes all that Relay removes, and doing it twice
//! changes nothing more. The words that *improved* spares on purpose are not among the pieces.

use proptest::prelude::*;
use serde_json::Value;
use watchfire_event::{Event, Timestamp, decode};

use super::scrubbed;
use crate::{Mode, PiiConfig, Policy, Scrubber, Settings};

/// Pieces that rules look for, so that near misses are common.
const PIECES: [&str; 40] = [
    "password",
    "passwd",
    "secret",
    "token",
    "api_key",
    "credentials",
    "otp",
    "Bearer ",
    "bearer",
    "=",
    ":",
    ": ",
    "@",
    "://",
    "/",
    "-",
    " ",
    "\n",
    ".",
    "_",
    "\\n",
    "'",
    "\"",
    "&",
    ";",
    "(378282246310005)",
    "(4111 1111 1111 1111)",
    "078-05-1120",
    "DE89370400440532013000",
    "abc",
    "X7",
    "1.2.3.4",
    "%",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "ü",
    "\u{17f}",
    "\u{661}",
    "a@b.co",
    "postgres://u:p",
];

fn github_token() -> String {
    format!("ghp_{}", "aB3dE6gH9".repeat(4))
}

fn text() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(&PIECES[..]).prop_map(str::to_owned);
    let piece = prop_oneof![9 => piece, 1 => Just(github_token())];
    proptest::collection::vec(piece, 0..9)
        // Relay takes `::` alone for an address.
        .prop_map(|pieces| pieces.concat().replace("::", ":"))
}

fn event() -> impl Strategy<Value = String> {
    (text(), text(), text(), text()).prop_map(|(key, one, two, three)| {
        // `_meta` has no place for what lies under an empty key.
        let key = format!("q{key}");
        serde_json::json!({
            "extra": {
                format!("k{key}"): {"v": one, "n": 5, "l": [[two, one], ["a", three]]},
                "v": two,
                "pair": [key, three],
                "mixed": [[key, one], 7, [key, two, three]],
            },
            "logentry": {"formatted": three, "message": one, "params": [two]},
            "exception": {"values": [{
                "value": one,
                "stacktrace": {"frames": [
                    {"vars": {key.clone(): two}, "context_line": three, "abs_path": one},
                ]},
            }]},
            "breadcrumbs": {"values": [{"message": two, "data": {"k": three}}]},
            "request": {
                "headers": [["X", one], [key, two]],
                "cookies": [[key, three]],
                "query_string": [[key, one]],
                "url": two,
                "data": {key: [one, {"v": two}]},
            },
            "user": {"ip_address": "1.2.3.4", "data": {"v": one}},
            "tags": [["t", two]],
            "transaction": three,
            "_meta": {"extra": {"v": {"": {"val": [one, {"v": two}]}}}},
        })
        .to_string()
    })
}

pub(super) fn scrubber(mode: Mode) -> Scrubber {
    let settings = Settings {
        scrub_ip_addresses: true,
        ..Settings::default()
    };
    Scrubber::of_policy(&Policy::new(settings, PiiConfig::default(), mode))
}

/// What is left of the sender's text in a value, and in what it contains, by path.
fn kept(value: &Value, meta: &Value, path: &str, all: &mut Vec<(String, Vec<String>)>) {
    match value {
        Value::String(text) => all.push((path.to_owned(), pieces(text, &meta[""]["rem"]))),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let index = index.to_string();
                kept(item, &meta[&index], &format!("{path}.{index}"), all);
            }
        }
        Value::Object(object) => {
            for (key, item) in object.iter().filter(|(key, _)| *key != "_meta") {
                kept(item, &meta[key], &format!("{path}.{key}"), all);
            }
        }
        _ => all.push((path.to_owned(), Vec::new())),
    }
}

/// The parts of a text that no remark covers.
fn pieces(text: &str, remarks: &Value) -> Vec<String> {
    let (mut parts, mut place) = (Vec::new(), 0);
    for remark in remarks.as_array().into_iter().flatten() {
        let at = |index: usize| remark.get(index)?.as_u64()?.try_into().ok();
        let (Some(start), Some(end)) = (at(2), at(3)) else {
            continue;
        };
        parts.push(text.get(place..start).unwrap().to_owned());
        place = end;
    }
    parts.push(text.get(place..).unwrap().to_owned());
    parts
}

/// The first difference between two values, by path.
fn difference(left: &Value, right: &Value, path: &str) -> Option<String> {
    match (left, right) {
        (Value::Object(one), Value::Object(two)) => {
            let mut keys = one.keys().chain(two.keys());
            keys.find_map(|key| difference(&left[key], &right[key], &format!("{path}.{key}")))
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => {
            let mut pairs = one.iter().zip(two).enumerate();
            pairs.find_map(|(index, (one, two))| difference(one, two, &format!("{path}.{index}")))
        }
        _ => (left != right).then(|| format!("{path}: {left} became {right}")),
    }
}

/// What scrubbing a stored event again changes.
fn changed_by_scrubbing_again(event: &str) -> Option<String> {
    let scrubber = scrubber(Mode::Improved);
    let once = scrubbed(&scrubber, event).to_string();
    let stored = Event::from_draft(decode(once.as_bytes()).unwrap(), Timestamp(0));
    let before: Value = serde_json::from_str(&stored.to_json()).unwrap();
    let twice = scrubber.scrub_again(stored).event().to_json();
    difference(&before, &serde_json::from_str(&twice).unwrap(), "")
}

#[test]
fn what_a_secret_uncovers_in_a_key_or_a_path_is_found_at_once() {
    let secret = "password:(4111 1111 1111 1111)078-05-1120";
    for event in [
        serde_json::json!({"stacktrace": {"frames": [{"vars": {format!("q{secret}"): "x"}}]}}),
        serde_json::json!({"extra": {"pairs": [[format!("q{secret}"), "x"]]}}),
        serde_json::json!({"stacktrace": {"frames": [{"abs_path": secret}]}}),
    ] {
        assert_eq!(
            changed_by_scrubbing_again(&event.to_string()),
            None,
            "{event}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn improved_keeps_nothing_that_compatible_removes(event in event()) {
        let (mut relay, mut ours) = (Vec::new(), Vec::new());
        let all = scrubbed(&scrubber(Mode::Compatible), &event);
        kept(&all, &all["_meta"], "", &mut relay);
        let all = scrubbed(&scrubber(Mode::Improved), &event);
        kept(&all, &all["_meta"], "", &mut ours);
        for (path, parts) in &ours {
            let Some((_, allowed)) = relay.iter().find(|(known, _)| known == path) else {
                // What Relay took out as a whole is not there at all.
                prop_assert!(!relay.iter().any(|(above, _)| path.starts_with(&format!("{above}."))), "{path} in {event}");
                continue;
            };
            for part in parts {
                let part = part.trim_matches(|c: char| !c.is_alphanumeric());
                prop_assert!(part.is_empty() || allowed.iter().any(|known| known.contains(part)), "{part:?} at {path}, Relay keeps {allowed:?} in {event}");
            }
        }
    }

    #[test]
    fn scrubbing_again_changes_nothing(event in event()) {
        let found = changed_by_scrubbing_again(&event);
        prop_assert!(found.is_none(), "{found:?} in {event}");
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands(event in event()) {
        let scrubbed = scrubbed(&scrubber(Mode::Improved), &event);
        let secret = github_token();
        let is_left = |text: &str| {
            text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
                .any(|word| word == secret)
        };
        let mut values = Vec::new();
        kept(&scrubbed, &scrubbed["_meta"], "", &mut values);
        for (path, parts) in values {
            prop_assert!(!parts.iter().any(|part| is_left(part)), "{path} in {event}");
        }
    }
}
