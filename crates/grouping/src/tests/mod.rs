//! What must and must not change the fingerprint of whole events.

use serde_json::{Value, json};
use watchfire_event::{Event, Timestamp, decode};

use crate::{Grouper, Grouping};

mod bad_input;
mod settings;
mod stability;

fn group(event: &Value) -> Grouping {
    with_event(event, |event| Grouper::default().describe(event))
}

fn explained(event: &Value) -> Value {
    with_event(event, |event| {
        serde_json::to_value(Grouper::default().explain(event)).unwrap()
    })
}

pub(crate) fn with_event<T>(event: &Value, run: impl Fn(&Event<'_>) -> T) -> T {
    let text = event.to_string();
    let draft = decode(text.as_bytes()).unwrap();
    run(&Event::from_draft(draft, Timestamp::now()))
}

fn frame(module: &str, function: &str, line: &str, in_app: bool) -> Value {
    json!({
        "module": module,
        "function": function,
        "filename": format!("{module}.py"),
        "abs_path": format!("/srv/{module}.py"),
        "context_line": line,
        "in_app": in_app,
    })
}

fn python_event() -> Value {
    json!({
        "platform": "python",
        "transaction": "/pay/",
        "exception": {"values": [{
            "type": "ValueError",
            "value": "bad amount 5",
            "stacktrace": {"frames": [
                frame("django.core.handlers.base", "_get_response", "    response = f()", false),
                frame("shop.views", "pay", "    raise ValueError(x)", true),
            ]},
        }]},
    })
}

/// Changes the frames of [`python_event`].
fn with_frames(change: impl Fn(usize, &mut Value)) -> Value {
    let mut event = python_event();
    let frames = event.pointer_mut("/exception/values/0/stacktrace/frames");
    let frames = frames.unwrap().as_array_mut().unwrap();
    for (index, frame) in frames.iter_mut().enumerate() {
        change(index, frame);
    }
    event
}

#[test]
fn an_exception_with_in_app_frames_has_an_app_and_a_system_hash() {
    let explanation = explained(&python_event());
    assert_eq!(explanation["hashes"].as_array().unwrap().len(), 2);
    assert_eq!(
        explanation["sentry_hashes"][0],
        explanation["variants"]["app"]["hash"]
    );
    assert_eq!(
        explanation["sentry_hashes"][1],
        explanation["variants"]["system"]["hash"]
    );
    assert_eq!(explanation["title"], "ValueError: bad amount 5");
    assert_eq!(explanation["culprit"], "/pay/");
}

#[test]
fn both_ways_of_grouping_agree() {
    for event in [
        python_event(),
        json!({}),
        json!({"logentry": {"message": "order %s failed"}}),
        json!({"checksum": "acbd18db4cc2f85cedef654fccc4a4d8"}),
        json!({"fingerprint": ["{{ default }}", "eu"], "logentry": {"message": "a"}}),
        json!({"fingerprint": ["a", "{{ level }}"], "level": "info"}),
    ] {
        let (grouping, explanation) = (group(&event), explained(&event));
        assert!(!grouping.hashes.is_empty());
        assert_eq!(json!(grouping.hashes), explanation["hashes"], "{event}");
        assert_eq!(
            grouping.hashes.len(),
            explanation["sentry_hashes"].as_array().unwrap().len()
        );
        assert_eq!(json!(grouping.title), explanation["title"]);
    }
}

#[test]
fn sentrys_hashes_are_those_that_its_own_code_gives() {
    // Results of Sentry's configuration `newstyle:2026-01-20` for events of the same contents.
    let check = |event: Value, hash: &str| {
        assert_eq!(explained(&event)["sentry_hashes"], json!([hash]), "{event}");
    };
    check(json!({}), "d41d8cd98f00b204e9800998ecf8427e");
    let no_stack = |value: &str| {
        json!({
            "platform": "python",
            "exception": {"values": [{"type": "ValueError", "value": value}]},
        })
    };
    check(
        no_stack("user 1 not found"),
        "25caf3751c380399b99d633145fcc8ee",
    );
    check(
        no_stack("user 777 not found"),
        "25caf3751c380399b99d633145fcc8ee",
    );
    check(
        json!({"message": "order 17 failed"}),
        "9a95b8eaf21c1b4801a775bd2e5196f3",
    );
    check(
        json!({"message": "a\n\nb\nc"}),
        "dbca8111e56b73374b13327c433bc78c",
    );
    check(
        json!({"fingerprint": ["pay"]}),
        "b02a45a596bfb86fe2578bde75ff5444",
    );
}

#[test]
fn a_fingerprint_with_default_splits_the_issue() {
    let mut event = python_event();
    let plain = group(&event).hashes;
    event["fingerprint"] = json!(["{{ default }}", "eu"]);
    let salted = group(&event).hashes;
    assert_eq!(salted.len(), 2);
    assert!(salted.iter().all(|hash| !plain.contains(hash)));
    event["fingerprint"] = json!(["{{default}}"]);
    assert_eq!(group(&event).hashes, plain);
}

#[test]
fn a_custom_fingerprint_counts_alone_and_resolves_variables() {
    let with = |entries: Value| {
        let mut event = python_event();
        event["fingerprint"] = entries;
        group(&event).hashes
    };
    assert_eq!(
        with(json!(["{{ error.type }}", "{{ function }}"])),
        with(json!(["ValueError", "pay"]))
    );
    assert_eq!(
        with(json!(["{{ message }}"])),
        with(json!(["bad amount <int>"]))
    );
    assert_eq!(
        with(json!(["{{ tags.x }}"])),
        with(json!(["<no-value-for-tag-x>"]))
    );
    assert_ne!(with(json!(["a", "b"])), with(json!(["ab"])));
}

#[test]
fn recursion_counts_once() {
    let with = |depth: usize| {
        let mut event = python_event();
        let frames = event.pointer_mut("/exception/values/0/stacktrace/frames");
        let frames = frames.unwrap().as_array_mut().unwrap();
        let last = frames.last().unwrap().clone();
        frames.extend(std::iter::repeat_n(last, depth));
        group(&event).hashes
    };
    assert_eq!(with(1), with(7));
}

#[test]
fn a_thread_stands_in_where_there_is_no_exception() {
    let thread = |crashed: bool, function: &str| {
        let frames = json!([frame("m", function, "x", true)]);
        json!({"crashed": crashed, "stacktrace": {"frames": frames}})
    };
    let event = |threads: Value| json!({"platform": "python", "threads": {"values": threads}});
    let alone = group(&event(json!([thread(true, "f")])));
    let beside = group(&event(json!([thread(false, "g"), thread(true, "f")])));
    assert_eq!(alone.hashes, beside.hashes);
    assert_eq!(alone.title, "<unlabeled event>");
}

#[test]
fn a_synthetic_exception_is_named_after_its_function() {
    let mut event = python_event();
    event["exception"]["values"][0]["mechanism"] = json!({"type": "x", "synthetic": true});
    let grouping = group(&event);
    assert_eq!(grouping.title, "pay");
    assert_eq!(grouping.metadata.kind, "");
    let mut other = event.clone();
    other["exception"]["values"][0]["type"] = json!("Other");
    assert_eq!(grouping.hashes, group(&other).hashes);
}

#[test]
fn a_message_with_a_made_up_exception_is_named_after_the_message() {
    let mut event = python_event();
    event["logentry"] = json!({"formatted": "stock is low"});
    let exception = &mut event["exception"]["values"][0];
    exception["mechanism"] = json!({"type": "x", "synthetic": true});
    exception.as_object_mut().unwrap().remove("type");
    assert_eq!(group(&event).title, "stock is low");
}

#[test]
fn the_domain_and_code_of_an_ns_error_replace_its_text() {
    let event = |value: &str, code: u64| {
        let error = json!({"ns_error": {"domain": "D", "code": code}});
        json!({"exception": {"values": [
            {"type": "E", "value": value, "mechanism": {"type": "NSError", "meta": error}}
        ]}})
    };
    assert_eq!(group(&event("a", 1)).hashes, group(&event("b", 1)).hashes);
    assert_ne!(group(&event("a", 1)).hashes, group(&event("a", 2)).hashes);
}

#[test]
fn the_culprit_is_the_nearest_in_app_frame() {
    let mut event = python_event();
    event.as_object_mut().unwrap().remove("transaction");
    assert_eq!(group(&event).culprit, "shop.views in pay");
    event["platform"] = json!("javascript");
    assert_eq!(group(&event).culprit, "pay(shop.views)");
}

/// The hashes of an event whose only frame is `fields`.
fn of_frame(platform: &str, fields: Value) -> Vec<crate::Hash> {
    let frames = json!([fields]);
    group(&json!({"platform": platform, "stacktrace": {"frames": frames}})).hashes
}

#[test]
fn files_count_by_name_without_case_and_only_beside_no_module() {
    let of = |fields| of_frame("other", fields);
    assert_eq!(
        of(json!({"filename": "a/B.c"})),
        of(json!({"filename": "x\\b.c"}))
    );
    assert_ne!(
        of(json!({"filename": "b.c"})),
        of(json!({"filename": "c.c"}))
    );
    let with_module = |file| of(json!({"filename": file, "module": "m"}));
    assert_eq!(with_module("a.c"), with_module("b.c"));
}

#[test]
fn a_browsers_functions_count_by_their_last_part() {
    let of = |function| {
        of_frame(
            "javascript",
            json!({"function": function, "filename": "a.js?v=1"}),
        )
    };
    assert_eq!(of("App.run"), of("Other.run"));
    assert_eq!(of("?"), of("<anonymous>"));
    assert_eq!(of("eval"), group(&json!({})).hashes);
}

#[test]
fn source_lines_longer_than_120_characters_do_not_count() {
    let of = |line: &str| of_frame("python", json!({"module": "m", "context_line": line}));
    assert_eq!(of(&"a ".repeat(61)), of(&"b ".repeat(61)));
    assert_ne!(of(&"a".repeat(120)), of(&"b".repeat(120)));
    assert_eq!(of("a  b"), of("\ta b"));
}

#[test]
fn a_policy_report_is_named_after_what_was_blocked_and_the_directive() {
    let report = json!({"csp-report": {
        "document-uri": "https://shop.com/cart",
        "effective-directive": "script-src",
        "violated-directive": "script-src https://shop.com",
        "blocked-uri": "https://evil.com/x.js",
    }});
    let body = report.to_string();
    let facts = watchfire_event::security::RequestFacts::default();
    let events = watchfire_event::security::to_events(body.as_bytes(), None, None, &facts);
    let [Ok(event)] = events.as_slice() else {
        panic!("expected one event");
    };
    let grouping = group(&serde_json::from_slice(event).unwrap());
    assert_eq!(grouping.title, "Blocked 'script' from 'evil.com'");
    assert_eq!(grouping.culprit, "script-src 'self'");
    assert_eq!(grouping.metadata.filename, "evil.com");
    let plain =
        json!({"csp": {"effective_directive": "script-src", "blocked_uri": "https://evil.com/"}});
    assert_eq!(grouping.hashes, group(&plain).hashes);
}

#[test]
fn policy_violations_count_by_directive_and_host() {
    let of = |directive: &str, uri: &str| {
        group(&json!({"csp": {"effective_directive": directive, "blocked_uri": uri}})).hashes
    };
    assert_eq!(
        of("img-src", "https://a.b/x"),
        of("img-src", "https://a.b/y")
    );
    assert_ne!(
        of("img-src", "https://a.b/x"),
        of("font-src", "https://a.b/x")
    );
    assert_ne!(
        of("img-src", "https://a.b/x"),
        of("img-src", "https://a.c/x")
    );
}

#[test]
fn scripts_of_a_replaced_deployment_are_one_issue() {
    let of = |kind: &str, value: &str| {
        let exception = json!({"type": kind, "value": value});
        group(&json!({"platform": "javascript", "exception": {"values": [exception]}})).hashes
    };
    assert_eq!(of("ChunkLoadError", "a"), of("Error", "ChunkLoadError: b"));
    assert_ne!(of("Error", "a"), of("Error", "ChunkLoadError: b"));
}
