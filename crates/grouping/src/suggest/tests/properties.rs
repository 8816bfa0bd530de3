//! Whatever is in an event, the lines that are made of it match it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{hashes, suggested, with_rule};
use crate::suggest::{SplitBy, frames, ignore_frame, merge, split, variable};
use crate::tests::with_event;
use crate::{Grouper, RuleKind, check};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z_.]{1,12}",
        "\\PC{0,12}",
        ".{0,12}",
        r#"[ "'\\{}\[\]*?!#:,|<>^$-]{1,8}"#,
        "order [0-9]{1,5} of [a-z]{3} failed",
    ]
}

fn frame() -> impl Strategy<Value = Value> {
    (
        proptest::option::of(text()),
        proptest::option::of(text()),
        proptest::option::of(text()),
        proptest::option::of(any::<bool>()),
    )
        .prop_map(|(module, function, path, in_app)| {
            json!({"module": module, "function": function, "abs_path": path, "in_app": in_app})
        })
}

fn platform() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("python"),
        Just("javascript"),
        Just("node"),
        Just("native"),
        Just("cocoa"),
        Just("java"),
        Just("csharp"),
        Just("php"),
        Just("other"),
    ]
}

fn event() -> impl Strategy<Value = Value> {
    let stack = || proptest::option::of(proptest::collection::vec(frame(), 0..4));
    let exception = (
        proptest::option::of(text()),
        proptest::option::of(text()),
        stack(),
    );
    let exceptions = proptest::collection::vec(exception, 0..3);
    (
        platform(),
        exceptions,
        stack(),
        proptest::option::of(text()),
        proptest::option::of(text()),
        proptest::option::of(text()),
    )
        .prop_map(
            |(platform, exceptions, stack, formatted, template, transaction)| {
                let exceptions: Vec<_> = exceptions
                .into_iter()
                .map(|(kind, value, frames)| {
                    json!({"type": kind, "value": value, "stacktrace": {"frames": frames}})
                })
                .collect();
                json!({
                    "platform": platform,
                    "exception": {"values": exceptions},
                    "stacktrace": {"frames": stack},
                    "logentry": {"formatted": formatted, "message": template},
                    "transaction": transaction,
                })
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_suggested_fingerprint_rule_matches_its_event(event in event(), name in text()) {
        let lines = suggested(&event, |grouper, event| merge(grouper, &[event], &name));
        prop_assert_eq!(lines.len(), 1);
        let grouper = with_rule(RuleKind::Fingerprint, &lines[0]);
        let is_ours = with_event(&event, |event| {
            let explanation = grouper.explain(event);
            let found = explanation.variants.get("custom-fingerprint");
            found.is_some_and(|variant| variant.rule.is_some() && variant.contributes)
        });
        prop_assert!(is_ours, "{} does not match {event}", lines[0]);
    }

    #[test]
    fn every_suggested_split_changes_every_hash(event in event(), place in 0_usize..3) {
        let before = hashes(&Grouper::default(), &event);
        let ways = [SplitBy::Message, SplitBy::Type, SplitBy::Transaction, SplitBy::Frame(place)];
        for by in ways {
            let line = suggested(&event, |grouper, event| split(grouper, event, &by));
            let Some(line) = line else { continue };
            let after = hashes(&with_rule(RuleKind::Fingerprint, &line), &event);
            // An event with nothing to group by stays with its like.
            let is_fallback = with_event(&event, |event| {
                let grouper = Grouper::default();
                grouper.explain(event).variants.contains_key("fallback")
            });
            prop_assert!(is_fallback || after.iter().all(|it| !before.contains(it)), "{line}");
        }
    }

    #[test]
    fn every_suggested_frame_is_ignored(event in event(), place in 0_usize..4) {
        let line = suggested(&event, |grouper, event| ignore_frame(grouper, event, place));
        if let Some(line) = line {
            let grouper = with_rule(RuleKind::StackTrace, &line);
            let choices = with_event(&event, |event| frames(&grouper, event));
            prop_assert!(!choices[place].contributes, "{line} leaves {event}");
        }
    }

    #[test]
    fn every_suggested_variable_hides_its_text(before in text(), selected in text(), after in text()) {
        let sample = format!("{before} {selected} {after}");
        for choice in variable(&sample, &selected) {
            prop_assert!(check(RuleKind::Variable, &choice.line).is_empty());
            prop_assert_ne!(choice.result, sample.clone());
        }
    }
}
