//! Events that no client should send.

use serde_json::{Value, json};

use super::{explained, frame, group, python_event};

/// Describes and explains an event, which must agree. Anything quadratic would take minutes.
fn survives(event: &Value) -> Vec<crate::Hash> {
    let hashes = group(event).hashes;
    assert!(!hashes.is_empty());
    assert_eq!(json!(hashes), explained(event)["hashes"]);
    hashes
}

#[test]
fn a_fingerprint_of_very_many_entries_counts_with_the_first_64() {
    let with = |count: usize| {
        let mut event = python_event();
        event["fingerprint"] = json!(vec!["{{ default }}"; count]);
        group(&event).hashes
    };
    assert_eq!(with(64), with(10_000));
    assert_ne!(with(63), with(64));
}

#[test]
fn entries_of_a_fingerprint_that_are_no_texts_never_cost_the_event() {
    let nothing = group(&python_event()).hashes;
    for (entries, is_default) in [
        (json!(null), true),
        (json!([]), true),
        (json!([null]), true),
        (json!([null, {"a": 1}, ["b"]]), true),
        (json!("a"), true),
        (json!(["{{ default }}", null]), true),
        (json!([1, true, 2.5]), false),
    ] {
        let mut event = python_event();
        event["fingerprint"] = entries.clone();
        assert_eq!(survives(&event) == nothing, is_default, "{entries}");
    }
}

#[test]
fn an_event_without_frames_is_grouped_by_what_else_it_has() {
    for stack in [
        json!(null),
        json!({}),
        json!({"frames": null}),
        json!({"frames": [null]}),
    ] {
        let mut event = python_event();
        event["exception"]["values"][0]["stacktrace"] = stack;
        assert_eq!(
            explained(&event)["variants"]["app"]["contributes"],
            true,
            "{event}"
        );
        assert_eq!(survives(&event).len(), 1);
    }
    let fallback = survives(&json!({}));
    for empty in [
        json!({"exception": {"values": []}}),
        json!({"exception": {"values": [null, null]}}),
        json!({"stacktrace": {"frames": []}}),
        json!({"threads": {"values": [{"id": 1}, {"id": 2}]}}),
        json!({"logentry": {"message": ""}}),
        json!({"csp": null, "template": null}),
    ] {
        assert_eq!(survives(&empty), fallback, "{empty}");
    }
}

#[test]
fn ten_thousand_frames_are_grouped() {
    let frames: Vec<Value> = (0..10_000)
        .map(|number| {
            frame(
                "shop.views",
                &format!("f{number}"),
                "    f()",
                number % 2 == 0,
            )
        })
        .collect();
    let mut event = python_event();
    event["exception"]["values"][0]["stacktrace"] = json!({"frames": frames});
    assert_eq!(survives(&event).len(), 2);
}

#[test]
fn a_thousand_exceptions_are_grouped_with_and_without_a_tree() {
    let values = |mechanism: &dyn Fn(usize) -> Value| {
        let exception = |number: usize| json!({"type": format!("E{}", number % 7), "value": "x", "mechanism": mechanism(number)});
        let values: Vec<Value> = (0..1_000).map(exception).collect();
        json!({"exception": {"values": values}})
    };
    survives(&values(&|_| json!(null)));
    // A line of groups, each in the one before it.
    survives(&values(&|number| {
        json!({"exception_id": number, "parent_id": number.checked_sub(1),
               "is_exception_group": number < 990})
    }));
    // One group with all others in it.
    survives(&values(&|number| {
        json!({"exception_id": number, "parent_id": (number > 0).then_some(0),
               "is_exception_group": number == 0})
    }));
    // A circle.
    survives(&values(&|number| {
        json!({"exception_id": number, "parent_id": (number + 1) % 1_000,
               "is_exception_group": true})
    }));
    survives(&values(&|_| json!({"exception_id": 1, "parent_id": 1})));
}

#[test]
fn numbers_of_exceptions_that_are_no_numbers_make_no_tree() {
    let event = |id: Value| {
        json!({"exception": {"values": [
            {"type": "A", "mechanism": {"exception_id": id}},
            {"type": "B", "mechanism": {"exception_id": 0, "is_exception_group": true}},
        ]}})
    };
    let plain = survives(&event(json!(null)));
    for id in [json!(-1), json!("1"), json!({"a": 1}), json!(0)] {
        assert_eq!(survives(&event(id.clone())), plain, "{id}");
    }
}

#[test]
fn deeply_nested_and_oddly_typed_fields_are_no_texts() {
    let mut deep = json!("x");
    for _ in 0..20 {
        deep = json!({"a": [deep]});
    }
    for place in [
        "/exception",
        "/exception/values",
        "/exception/values/0/type",
        "/exception/values/0/value",
        "/exception/values/0/stacktrace/frames",
        "/exception/values/0/stacktrace/frames/1/function",
        "/exception/values/0/stacktrace/frames/1/in_app",
        "/platform",
        "/transaction",
    ] {
        for value in [deep.clone(), json!(17), json!(false), json!([[[]]])] {
            let mut event = python_event();
            event["exception"]["values"][0]["mechanism"] = json!({"type": value, "meta": value});
            *event.pointer_mut(place).unwrap() = value;
            survives(&event);
        }
    }
}

#[test]
fn a_very_long_text_is_grouped_wherever_it_stands() {
    let long = "order 17 of /usr/lib/x.py failed at 10:15:00\n".repeat(20_000);
    for place in [
        "/exception/values/0/type",
        "/exception/values/0/value",
        "/exception/values/0/stacktrace/frames/1/function",
        "/exception/values/0/stacktrace/frames/1/module",
        "/exception/values/0/stacktrace/frames/1/abs_path",
        "/exception/values/0/stacktrace/frames/1/context_line",
        "/transaction",
    ] {
        let mut event = python_event();
        *event.pointer_mut(place).unwrap() = json!(long);
        survives(&event);
    }
    survives(&json!({"logentry": {"message": long}, "fingerprint": [long, "{{ message }}"]}));
}
