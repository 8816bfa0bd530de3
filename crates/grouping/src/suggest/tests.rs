use serde_json::{Value, json};
use watchfire_event::Event;

use super::*;
use crate::tests::with_event;
use crate::{Hash, RuleKind, RuleText, Settings, check};

mod properties;

fn with_rule(kind: RuleKind, line: &str) -> Grouper {
    assert_eq!(check(kind, line), [], "{line}");
    Grouper::new(&Settings {
        texts: vec![RuleText {
            kind,
            origin: "rule 1".to_owned(),
            text: line.to_owned(),
        }],
        ..Settings::default()
    })
}

fn suggested<T>(event: &Value, run: impl Fn(&Grouper, &Event<'_>) -> T) -> T {
    with_event(event, |event| run(&Grouper::default(), event))
}

fn hashes(grouper: &Grouper, event: &Value) -> Vec<Hash> {
    with_event(event, |event| grouper.describe(event).hashes)
}

fn python_event() -> Value {
    json!({
        "platform": "python",
        "transaction": "/pay/",
        "tags": [["region", "eu"]],
        "exception": {"values": [null, {
            "type": "KeyError",
            "value": "order 7 of 'a'",
            "stacktrace": {"frames": [
                {"module": "shop.urls", "function": "route", "in_app": true},
                {"module": "shop.views", "function": "checkout", "filename": "shop/views.py",
                 "lineno": 88, "in_app": true},
                {"module": "json", "function": "loads", "in_app": false,
                 "abs_path": "/usr/lib/python3/json.py"},
            ]},
        }]},
    })
}

#[test]
fn an_event_is_singled_out_by_its_type_and_crash_frame() {
    let found = suggested(&python_event(), matchers);
    assert_eq!(
        found,
        r#"error.type:"KeyError" stack.module:"shop.views" stack.function:"checkout""#
    );
}

#[test]
fn without_frames_the_shape_of_the_text_singles_out() {
    let value =
        json!({"exception": {"values": [{"type": "A", "value": "order 7 of 5 failed\nx"}]}});
    assert_eq!(
        suggested(&value, matchers),
        r#"error.type:"A" error.value:"order * of * failed*""#
    );
    let message = json!({"logentry": {"formatted": "user a@b.example left"}});
    assert_eq!(suggested(&message, matchers), r#"message:"user * left""#);
    // A shape that says nothing would match everything.
    let number = json!({"logentry": {"formatted": "4711"}});
    assert_eq!(suggested(&number, matchers), r#"message:"4711""#);
    assert_eq!(suggested(&json!({}), matchers), r#"family:"other""#);
}

#[test]
fn merged_events_share_one_hash_and_equal_ones_one_line() {
    let other = json!({"logentry": {"formatted": "slow query 5"}});
    let events = [python_event(), other, python_event()];
    let lines = with_event(&events[0], |one| {
        with_event(&events[1], |two| {
            merge(&Grouper::default(), &[one, two, one], "checkout \"fails\"")
        })
    });
    assert_eq!(lines.len(), 2);
    assert!(
        lines
            .iter()
            .all(|line| line.ends_with(r#" -> "checkout fails""#)),
        "{lines:?}"
    );
    let grouper = with_rule(RuleKind::Fingerprint, &lines.join("\n"));
    assert_eq!(hashes(&grouper, &events[0]), hashes(&grouper, &events[1]));
}

#[test]
fn an_event_with_a_checksum_cannot_be_merged_or_split() {
    let event = json!({"checksum": "a", "transaction": "/pay/"});
    with_event(&event, |event| {
        let grouper = Grouper::default();
        assert_eq!(merge(&grouper, &[event], "x"), Vec::<String>::new());
        assert_eq!(split(&grouper, event, &SplitBy::Transaction), None);
    });
}

#[test]
fn a_split_keeps_values_apart_and_equal_values_together() {
    let changes: [(SplitBy, &str, Value); 4] = [
        (
            SplitBy::Message,
            "/exception/values/1/value",
            json!("order 7 of 'b'"),
        ),
        (
            SplitBy::Type,
            "/exception/values/1/type",
            json!("ValueError"),
        ),
        (SplitBy::Tag("region".to_owned()), "/tags/0/1", json!("us")),
        (SplitBy::Transaction, "/transaction", json!("/cart/")),
    ];
    for (by, place, value) in changes {
        let event = python_event();
        let line = suggested(&event, |grouper, event| split(grouper, event, &by)).unwrap();
        let line = match by {
            // Two types have no matcher for a type in common.
            SplitBy::Type => line.replace(r#"error.type:"KeyError" "#, ""),
            _ => line,
        };
        let grouper = with_rule(RuleKind::Fingerprint, &line);
        let mut other = event.clone();
        *other.pointer_mut(place).unwrap() = value;
        let (before, after) = (hashes(&grouper, &event), hashes(&grouper, &other));
        assert!(before.iter().all(|hash| !after.contains(hash)), "{line}");
        other["release"] = json!("2.0");
        assert_eq!(after, hashes(&grouper, &other));
    }
}

#[test]
fn what_an_event_does_not_have_cannot_split_it() {
    let tag = |name: &str| SplitBy::Tag(name.to_owned());
    for by in [
        SplitBy::Message,
        SplitBy::Type,
        SplitBy::Transaction,
        SplitBy::Frame(0),
        tag("region"),
        tag("a b"),
        tag(""),
    ] {
        let line = suggested(&json!({"tags": [["a b", "x"]]}), |grouper, event| {
            split(grouper, event, &by)
        });
        assert_eq!(line, None, "{by:?}");
    }
}

#[test]
fn a_split_by_a_frame_keeps_those_apart_that_have_it() {
    let line = suggested(&python_event(), |grouper, event| {
        split(grouper, event, &SplitBy::Frame(2))
    });
    let line = line.unwrap();
    assert_eq!(
        line,
        "error.type:\"KeyError\" stack.module:\"shop.urls\" stack.function:\"route\" \
         -> {{ default }}, \"route in shop.urls\""
    );
    let grouper = with_rule(RuleKind::Fingerprint, &line);
    assert_ne!(
        hashes(&grouper, &python_event()),
        hashes(&Grouper::default(), &python_event())
    );
}

#[test]
fn an_ignored_frame_no_longer_counts() {
    let event = python_event();
    let line = suggested(&event, |grouper, event| ignore_frame(grouper, event, 2)).unwrap();
    assert_eq!(
        line,
        r#"stack.module:"shop.urls" stack.function:"route" -group"#
    );
    let grouper = with_rule(RuleKind::StackTrace, &line);
    let mut without = event.clone();
    let frames = without
        .pointer_mut("/exception/values/1/stacktrace/frames")
        .unwrap();
    frames.as_array_mut().unwrap().remove(0);
    assert_eq!(
        hashes(&grouper, &event),
        hashes(&Grouper::default(), &without)
    );
    let choices = with_event(&event, |event| frames_of(&grouper, event));
    assert_eq!(
        choices,
        [("loads", true), ("checkout", true), ("route", false)]
    );
    assert_eq!(
        suggested(&event, |grouper, event| ignore_frame(grouper, event, 3)),
        None
    );
}

/// The functions of the choices, and whether they count.
fn frames_of(grouper: &Grouper, event: &Event<'_>) -> Vec<(&'static str, bool)> {
    let known = ["loads", "checkout", "route"];
    let choices = frames(grouper, event).into_iter().map(|choice| {
        let name = known
            .into_iter()
            .find(|name| choice.label.starts_with(name));
        (name.unwrap(), choice.contributes)
    });
    choices.collect()
}

#[test]
fn frames_are_listed_from_the_crash_with_their_lines() {
    let choices = suggested(&python_event(), frames);
    let labels: Vec<_> = choices.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(
        labels,
        [
            "loads in /usr/lib/python3/json.py",
            "checkout in shop/views.py:88",
            "route in shop.urls",
        ]
    );
    assert_eq!(
        choices
            .iter()
            .map(|choice| choice.place)
            .collect::<Vec<_>>(),
        [0, 1, 2]
    );
    assert_eq!(
        choices
            .iter()
            .map(|choice| choice.in_app)
            .collect::<Vec<_>>(),
        [false, true, true]
    );
}

#[test]
fn the_crash_stack_is_that_of_the_last_exception_the_event_or_the_thread() {
    let stack = || json!({"frames": [{"function": "f"}]});
    let check = |event: Value, at| assert_eq!(with_event(&event, crash_stack), at, "{event}");
    check(python_event(), Some(StackAt::Exception(1)));
    check(json!({"stacktrace": stack()}), Some(StackAt::Stacktrace));
    check(
        json!({"threads": {"values": [
            {"id": 1}, {"id": 2, "crashed": true, "stacktrace": stack()}
        ]}}),
        Some(StackAt::Thread(1)),
    );
    check(json!({"threads": {"values": [{"id": 1}, {"id": 2}]}}), None);
    check(json!({}), None);
}

#[test]
fn a_variable_is_offered_from_the_exact_text_to_the_most_general() {
    let choices = variable("cannot ship ORD-A17x today", "ORD-A17x");
    let lines: Vec<_> = choices.iter().map(|choice| choice.line.as_str()).collect();
    assert_eq!(
        lines,
        [
            r#"ord: "ORD-A17x""#,
            r"ord: /\bORD-A[0-9]+x\b/",
            r"ord: /\b[A-Z]+-[A-Z]+[0-9]+[a-z]+\b/",
            r"ord: /\b[A-Za-z0-9_.-]*[0-9][A-Za-z0-9_.-]*\b/",
        ]
    );
    for choice in &choices {
        assert_eq!(choice.result, "cannot ship <ord> today");
    }
    let quoted = variable("no user 'jo' here", "jo");
    assert_eq!(quoted.last().unwrap().line, "jo: /'[^']+'/");
    assert_eq!(quoted.last().unwrap().result, "no user <jo> here");
}

#[test]
fn what_is_not_in_the_text_is_no_variable() {
    assert_eq!(variable("a b", "c"), []);
    assert_eq!(variable("a b", " "), []);
    assert_eq!(variable(&"x".repeat(300), &"x".repeat(201)), []);
    assert_eq!(variable("a\nb", "a\nb"), []);
}
