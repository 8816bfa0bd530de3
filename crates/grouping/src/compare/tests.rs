use serde_json::{Value, json};

use super::*;
use crate::tests::with_event;
use crate::{Grouper, RuleKind, RuleText, Settings};

fn compared(grouper: &Grouper, left: &Value, right: &Value) -> Comparison {
    with_event(left, |left| {
        with_event(right, |right| {
            compare(&grouper.explain(left), &grouper.explain(right))
        })
    })
}

fn check(left: &Value, right: &Value, shares_hash: bool, sentence: &str) -> Comparison {
    let found = compared(&Grouper::default(), left, right);
    assert_eq!(found.sentence, sentence);
    assert_eq!(found.shares_hash, shares_hash);
    assert!(found.rows.iter().filter(|row| row.decides).count() <= 1);
    assert!(shares_hash || found.rows.iter().all(|row| !row.decides || !row.is_same));
    found
}

fn frame(function: &str) -> Value {
    json!({"module": "shop.views", "function": function, "in_app": true})
}

fn event(kind: &str, functions: &[&str]) -> Value {
    let frames: Vec<_> = functions.iter().map(|name| frame(name)).collect();
    json!({
        "platform": "python",
        "exception": {"values": [{
            "type": kind,
            "value": "x",
            "stacktrace": {"frames": frames},
        }]},
    })
}

#[test]
fn a_function_that_differs_is_named_with_its_place() {
    let found = check(
        &event("A", &["main", "route", "checkout"]),
        &event("A", &["main", "route", "pay"]),
        false,
        "Different function in the frame nearest to the crash: checkout / pay",
    );
    let deciding = found.rows.iter().find(|row| row.decides).unwrap();
    assert_eq!(deciding.path, "exception/stacktrace/frame/function");
    assert_eq!(deciding.left.as_ref().unwrap().text, "checkout");
    assert_eq!(deciding.right.as_ref().unwrap().text, "pay");
    check(
        &event("A", &["main", "a", "pay"]),
        &event("A", &["main", "b", "pay"]),
        false,
        "Different function in the 2nd frame from the crash: a / b",
    );
}

#[test]
fn of_several_differences_the_type_and_then_the_nearest_frame_decides() {
    check(
        &event("A", &["main", "a", "x"]),
        &event("B", &["main", "b", "y"]),
        false,
        "Different exception type: A / B",
    );
    check(
        &event("A", &["main", "a", "x"]),
        &event("A", &["main", "b", "y"]),
        false,
        "Different function in the frame nearest to the crash: x / y",
    );
}

#[test]
fn a_frame_that_one_event_has_more_is_named() {
    check(
        &event("A", &["main", "middleware", "pay"]),
        &event("A", &["main", "pay"]),
        false,
        "A frame that only the left event has, the 2nd frame from the crash: \
         middleware in shop.views",
    );
    check(
        &event("A", &["main", "pay"]),
        &event("A", &["main", "pay", "pay_again"]),
        false,
        "A frame that only the right event has, the frame nearest to the crash: \
         pay_again in shop.views",
    );
}

#[test]
fn a_frame_that_counts_in_one_event_only_is_named_with_the_reason() {
    let mut other = event("A", &["main", "pay"]);
    let frame = other
        .pointer_mut("/exception/values/0/stacktrace/frames/1")
        .unwrap();
    frame["function"] = json!("pay");
    let left = event("A", &["main", "pay", "pay"]);
    check(
        &left,
        &event("A", &["main", "pay", "pay"]),
        true,
        "The same frames of the application, nearest to the crash: pay in shop.views",
    );
    let mut right = left.clone();
    right["exception"]["values"][0]["stacktrace"]["frames"][2]["lineno"] = json!(5);
    check(
        &left,
        &right,
        false,
        "The frame nearest to the crash counts only in the right event: pay in shop.views \
         (ignored due to recursion)",
    );
}

#[test]
fn a_cause_that_one_event_has_more_is_named() {
    let single = event("A", &["pay"]);
    let mut chained = single.clone();
    let values = chained["exception"]["values"].as_array_mut().unwrap();
    values.insert(0, json!({"type": "Cause", "value": "y"}));
    let found = compared(&Grouper::default(), &single, &chained);
    assert_eq!(
        found.sentence,
        "An exception that only the right event has: Cause"
    );
    let mut other = chained.clone();
    other["exception"]["values"][0]["value"] = json!("z");
    check(
        &chained,
        &other,
        true,
        "The same frames, nearest to the crash: pay in shop.views",
    );
}

#[test]
fn messages_are_compared_as_they_count() {
    let message = |text: &str| json!({"logentry": {"formatted": text}});
    check(
        &message("order 5 failed"),
        &message("order 6 failed"),
        true,
        "The same message: order <int> failed",
    );
    check(
        &message("order 5 failed"),
        &message("order 5 lost"),
        false,
        "Different message: order <int> failed / order <int> lost",
    );
}

#[test]
fn events_that_are_grouped_by_different_things_say_by_what() {
    let mut by_hand = event("A", &["pay"]);
    by_hand["fingerprint"] = json!(["mine"]);
    check(
        &event("A", &["pay"]),
        &by_hand,
        false,
        "Grouped by different things: the frames of the application / a fingerprint",
    );
    let mut other = by_hand.clone();
    other["fingerprint"] = json!(["yours"]);
    check(
        &by_hand,
        &other,
        false,
        "Different entry of the fingerprint: mine / yours",
    );
    check(&by_hand, &by_hand, true, "The same fingerprint: mine");
    check(
        &json!({}),
        &json!({}),
        true,
        "Neither event has anything to group by",
    );
    check(
        &json!({"checksum": "a"}),
        &json!({"checksum": "b"}),
        false,
        "Different checksum: a / b",
    );
}

#[test]
fn the_rule_that_ignores_a_frame_stands_in_its_hint() {
    let grouper = Grouper::new(&Settings {
        texts: vec![RuleText {
            kind: RuleKind::StackTrace,
            origin: "rule 3".to_owned(),
            text: "stack.function:middleware -group".to_owned(),
        }],
        ..Settings::default()
    });
    let found = compared(
        &grouper,
        &event("A", &["main", "middleware", "pay"]),
        &event("A", &["main", "pay"]),
    );
    assert!(found.shares_hash);
    let part = |row: &ComparedPart| Some(row.left.as_ref()?.text == "middleware");
    let row = found
        .rows
        .iter()
        .find(|row| part(row) == Some(true))
        .unwrap();
    assert!(row.is_same && !row.left.as_ref().unwrap().contributes);
}

#[test]
fn huge_stack_traces_are_compared_within_the_limit_of_rows() {
    let names: Vec<String> = (0..5_000).map(|number| format!("f{number}")).collect();
    let left: Vec<&str> = names.iter().map(String::as_str).collect();
    let right: Vec<&str> = left.iter().rev().copied().collect();
    let found = compared(&Grouper::default(), &event("A", &left), &event("A", &right));
    assert!(!found.shares_hash);
    assert!(found.rows.len() <= ROWS_MAX + 1);
    assert!(found.rows.iter().any(|row| row.decides));
}
