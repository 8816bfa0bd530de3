//! What must not change a hash, and what must.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{explained, frame, group, python_event, with_frames};

/// An event with a chain of exceptions, threads and everything around them.
fn rich_event() -> Value {
    let mut event = python_event();
    let values = event.pointer_mut("/exception/values").unwrap();
    let cause = json!({
        "type": "KeyError",
        "value": "'a'",
        "stacktrace": {"frames": [
            frame("shop.models", "price", "    return PRICES[name]", true),
            frame("json", "loads", "    return parse(text)", false),
        ]},
    });
    values.as_array_mut().unwrap().insert(0, cause);
    event
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_differs_from_event_to_event_never_counts(
        (line, column) in (1_usize..10_000, 1_u32..500),
        folder in "[a-z]{1,8}/releases/[0-9]{1,14}",
        text in "\\PC{0,20}",
        release in "[a-z0-9.]{1,12}",
        second in 0_u32..1_000_000_000,
    ) {
        let mut event = rich_event();
        let exceptions = event.pointer_mut("/exception/values").unwrap().as_array_mut().unwrap();
        for exception in exceptions {
            let frames = exception.pointer_mut("/stacktrace/frames").unwrap();
            for (index, frame) in frames.as_array_mut().unwrap().iter_mut().enumerate() {
                frame["lineno"] = json!(line + index);
                frame["colno"] = json!(column);
                frame["vars"] = json!({"x": text});
                frame["pre_context"] = json!([text]);
                frame["post_context"] = json!([text]);
                frame["abs_path"] = json!(format!("/{folder}/app_{index}.py"));
            }
            exception["value"] = json!(text);
            exception["thread_id"] = json!(line);
        }
        for (key, value) in [
            ("release", json!(release)),
            ("dist", json!(release)),
            ("environment", json!(release)),
            ("server_name", json!(release)),
            ("event_id", json!(format!("{second:032x}"))),
            ("timestamp", json!(second)),
            ("user", json!({"id": text, "ip_address": "192.0.2.7"})),
            ("tags", json!([["a", text]])),
            ("extra", json!({"a": text})),
            ("contexts", json!({"os": {"name": text}})),
            ("request", json!({"url": text})),
            ("breadcrumbs", json!({"values": [{"message": text}]})),
            ("modules", json!({"django": release})),
            ("transaction", json!(text)),
            ("logger", json!(text)),
            ("level", json!("fatal")),
            ("logentry", json!({"message": text, "formatted": text})),
        ] {
            event[key] = value;
        }
        prop_assert_eq!(group(&event).hashes, group(&rich_event()).hashes);
        prop_assert_eq!(
            &explained(&event)["sentry_hashes"],
            &explained(&rich_event())["sentry_hashes"]
        );
    }

    #[test]
    fn what_tells_two_errors_apart_always_counts(
        (exception, place) in (0_usize..2, 0_usize..2),
        text in "[a-z]{3,12}[0-9]",
    ) {
        let plain = group(&rich_event()).hashes;
        for key in ["function", "module", "context_line"] {
            let mut event = rich_event();
            let at = format!("/exception/values/{exception}/stacktrace/frames/{place}/{key}");
            *event.pointer_mut(&at).unwrap() = json!(text);
            // All frames count in the second hash.
            let changed = group(&event).hashes;
            prop_assert_ne!(plain.last(), changed.last(), "{}", at);
        }
        let mut event = rich_event();
        event["exception"]["values"][exception]["type"] = json!(text);
        prop_assert!(group(&event).hashes.iter().all(|hash| !plain.contains(hash)));
        let mut event = rich_event();
        event["exception"]["values"].as_array_mut().unwrap().remove(exception);
        prop_assert!(group(&event).hashes.iter().all(|hash| !plain.contains(hash)));
    }

    #[test]
    fn the_type_always_counts_and_the_value_not_beside_a_stack(
        kind in "[A-Z][a-z]{1,12}",
        value in "\\PC{0,40}",
    ) {
        let mut event = python_event();
        event["exception"]["values"][0]["value"] = json!(value);
        prop_assert_eq!(group(&event).hashes, group(&python_event()).hashes);
        event["exception"]["values"][0]["type"] = json!(kind);
        prop_assert_ne!(group(&event).hashes, group(&python_event()).hashes);
    }

    #[test]
    fn a_changed_function_or_source_line_counts(function in "[a-oq-z][a-z]{1,8}") {
        let named = with_frames(|_, frame| frame["function"] = json!(function));
        let edited = with_frames(|_, frame| frame["context_line"] = json!(function));
        prop_assert_ne!(group(&named).hashes, group(&python_event()).hashes);
        prop_assert_ne!(group(&edited).hashes, group(&python_event()).hashes);
    }

    #[test]
    fn any_text_can_be_a_message(message in "[0-9a-fA-F.:@=x'\" -]{0,60}|\\PC{0,60}") {
        let event = json!({"logentry": {"message": message}});
        prop_assert_eq!(json!(group(&event).hashes), explained(&event)["hashes"].clone());
    }
}
