use proptest::prelude::*;
use serde_json::json;
use watchfire_event::json;

use super::{BUILT_IN, BUILT_IN_TEXT, FingerprintRules};
use crate::platform::Platform;
use crate::{RuleKind, RuleProblem, RuleText};

fn read(text: &str) -> (FingerprintRules, Vec<RuleProblem>) {
    let text = RuleText {
        kind: RuleKind::Fingerprint,
        origin: "project rules".to_owned(),
        text: text.to_owned(),
    };
    let (mut rules, mut problems) = (FingerprintRules::default(), Vec::new());
    rules.add(&text, &mut problems);
    (rules, problems)
}

/// The values that the text's rules give to an event.
fn values(text: &str, event: &serde_json::Value) -> Option<Vec<String>> {
    let (rules, problems) = read(text);
    assert_eq!(problems, [], "{text}");
    let bytes = event.to_string();
    let event = json::parse(bytes.as_bytes()).unwrap();
    let body = event.as_object().unwrap();
    let platform = Platform::new(body.get_str("platform").unwrap_or("other"));
    rules.find(body, platform).map(|rule| rule.values.clone())
}

#[track_caller]
fn check(event: &serde_json::Value, yes: &[&str], no: &[&str]) {
    let is_match = |matchers: &str| values(&format!("{matchers} -> x"), event).is_some();
    for matchers in yes {
        assert!(is_match(matchers), "{matchers} is to match {event}");
    }
    for matchers in no {
        assert!(!is_match(matchers), "{matchers} is not to match {event}");
    }
}

fn values_of(text: &str) -> Vec<String> {
    let (rules, problems) = read(&format!("type:x -> {text}"));
    assert_eq!(problems, []);
    rules.own[0].values.clone()
}

#[test]
fn a_fingerprint_is_split_at_commas_blanks_and_variables() {
    for (text, wanted) in [
        ("pay", &["pay"][..]),
        ("a, b", &["a", "b"]),
        ("a b,c,", &["a", "b", "c"]),
        ("logger-{{ logger }}", &["logger-", "{{ logger }}"]),
        ("logger-, {{ logger }}", &["logger-", "{{ logger }}"]),
        (
            "l-{{ logger }}-{{level}}",
            &["l-", "{{ logger }}", "-", "{{level}}"],
        ),
        (r#""a, \"b\" {c}", d"#, &["a, \"b\" {c}", "d"]),
        ("a=b, {{ default }}", &["a=b", "{{ default }}"]),
        ("a # b", &["a", "#", "b"]),
        ("{{ a }}{{ b }}", &["{{ a }}", "{{ b }}"]),
    ] {
        assert_eq!(values_of(text), wanted, "{text}");
    }
}

#[test]
fn a_title_is_no_value() {
    for line in [
        r#"logger:a -> l-{{ logger }}, title="From {{ logger }}""#,
        r#"logger:a -> title="From {{ logger }}" l-{{ logger }}"#,
    ] {
        let rule = &read(line).0.own[0];
        assert_eq!(rule.values, ["l-", "{{ logger }}"]);
        assert_eq!(rule.title.as_deref(), Some("From {{ logger }}"));
    }
}

#[test]
fn a_bad_line_is_reported_and_leaves_the_others() {
    let text = "# ours\n\ntype:A -> a\ntype:B\n-> b\ncolour:red -> b\ntype B -> b\ntype: -> b\n\
                type:B ->\ntype:B -> {b}\ntype:B -> b, ,c\ntype:B -> b colour=\"red\"\n\
                type:\"B -> b\nmessage:\"[a\" -> b\n[ function:a ] type:B -> b\n\
                [ type:B ] | function:a -> b\nfunction:a | function:b -> b\ntype:Z -> z\n";
    let (rules, problems) = read(text);
    let problems: Vec<String> = problems
        .iter()
        .map(|problem| {
            assert_eq!(problem.origin, "project rules");
            assert_eq!(text.lines().nth(problem.line - 1), Some(&*problem.text));
            format!("{}: {}", problem.line, problem.reason)
        })
        .collect();
    assert_eq!(
        problems,
        [
            "4: expected `->` and a fingerprint after the matchers",
            "5: expected a matcher before `->`, as in `type:KeyError`",
            "6: unknown matcher `colour`",
            "7: expected `:` after `type`",
            "8: `type:` has no argument",
            "9: expected a fingerprint after `->`",
            "10: expected a value at `{b}`; a variable is written `{{ name }}`",
            "11: expected a value at `,c`; a variable is written `{{ name }}`",
            "12: unknown attribute `colour`; the only one is `title`",
            "13: the quote of `type`'s argument is not closed",
            "14: `message`: the pattern's `[` has no `]`; write `\\[` for the character itself",
            "15: expected `|` after the neighbour's `]`",
            "16: only frames have neighbours",
            "17: expected a neighbour in brackets after `|`",
        ]
    );
    let lines: Vec<_> = rules.own.iter().map(|rule| rule.source.line).collect();
    assert_eq!(lines, [3, 18]);
    assert_eq!(rules.own[1].source.text, "type:Z -> z");
}

#[test]
fn the_first_rule_that_matches_wins() {
    let event = json!({"level": "error", "logger": "shop"});
    let text = "logger:other -> a\nlevel:error -> b\nlogger:shop -> c";
    assert_eq!(values(text, &event), Some(vec!["b".to_owned()]));
    assert_eq!(values("logger:other -> a", &event), None);
}

#[test]
fn own_rules_come_before_those_of_every_project() {
    let event = json!({
        "platform": "javascript",
        "exception": {"values": [{"type": "ChunkLoadError", "value": "Loading chunk 7 failed"}]},
    });
    assert_eq!(values("", &event), Some(vec!["chunkloaderror".to_owned()]));
    let own = "type:ChunkLoadError -> mine";
    assert_eq!(values(own, &event), Some(vec!["mine".to_owned()]));
}

#[test]
fn every_built_in_line_is_a_rule() {
    assert_eq!(BUILT_IN.len(), BUILT_IN_TEXT.lines().count());
    assert!(BUILT_IN.iter().all(|rule| rule.is_built_in));
    let hydration = json!({
        "platform": "node",
        "transaction": "/cart",
        "logentry": {"formatted": "Text content does not match server-rendered HTML."},
    });
    let wanted = ["hydrationerror", "{{tags.transaction}}"].map(str::to_owned);
    assert_eq!(values("", &hydration), Some(wanted.to_vec()));
}

#[test]
fn texts_of_the_event_are_matched() {
    let event = json!({
        "platform": "python",
        "logger": "Shop.jobs",
        "level": "warning",
        "release": "shop/web@1.2",
        "environment": "live",
        "sdk": {"name": "sentry.python.django"},
        "tags": [["region", " eu "], ["region", "us"], ["empty", ""], ["a:b", "c"]],
        "logentry": {"message": "%s failed", "formatted": " Order 12/a\nFAILED "},
    });
    check(
        &event,
        &[
            "logger:Shop.*",
            "level:WARN*",
            "logger:Shop.* level:warning",
            "release:shop/*",
            "release:SHOP/web@1.2",
            "release:**",
            "sdk:sentry.python",
            "sdk:sentry.ruby,sentry.python",
            "sdk:all",
            "family:other",
            "family:native,other",
            "tags.region:us",
            "tags.environment:live",
            "tags.level:warning",
            "tags.region:us tags.environment:l*",
            "\"tags.a:b\":c",
            "!tags.none:*",
            "!tags.region:eu",
            "message:\"order*failed\"",
            "message:\"*12/a*\"",
            "!message:\"bad*\" !message:x",
            "!logger:Other",
            "\"logger\":\"Shop.jobs\"",
        ],
        &[
            "logger:shop.*",
            "release:shop",
            "sdk:sentry.python.django",
            "family:native",
            "tags.region:eu",
            "tags.region:US",
            "tags.none:*",
            "message:failed",
            "message:\"%s failed\"",
            "!level:warning",
            "type:*",
            "!type:x",
            "!function:x",
            "!thread.id:1",
        ],
    );
    let bare = json!({"platform": "other"});
    check(
        &bare,
        &["!release:x", "!sdk:x", "sdk:other"],
        &["release:*", "!logger:x", "!message:x"],
    );
}

#[test]
fn matchers_of_one_kind_hold_for_one_and_the_same_thing() {
    let event = json!({"exception": {"values": [
        {"type": "KeyError", "value": " 'a' "},
        {"type": "ValueError", "value": "Bad amount"},
        {"type": "Silent"},
    ]}});
    check(
        &event,
        &[
            "type:KeyError",
            "error.type:KeyError error.value:\"'a'\"",
            "type:ValueError value:\"bad *\"",
            "type:ValueError message:\"'a'\"",
            "type:KeyError !value:\"bad*\"",
            "type:Silent !value:*",
        ],
        &[
            "type:KeyError value:\"bad*\"",
            "type:keyerror",
            "type:Silent value:*",
            "!type:* type:KeyError",
        ],
    );
}

#[test]
fn frames_are_matched_as_the_client_sent_them() {
    let event = json!({
        "platform": "native",
        "exception": {"values": [
            {"stacktrace": {"frames": [
                {"function": "int main(int, char**)", "abs_path": "C:\\src\\App\\main.c", "filename": "main.c", "in_app": true, "package": "/usr/bin/app"},
                null,
                {"function": "raw(int)", "raw_function": "x", "module": "Lib", "in_app": false},
            ]}},
            {"stacktrace": {"frames": [{"filename": "vendor/x.c"}]}},
        ]},
        "stacktrace": {"frames": [{"function": "elsewhere"}]},
    });
    check(
        &event,
        &[
            "function:main",
            "stack.function:raw(int)",
            "function:<unknown>",
            "path:**/app/**",
            "stack.abs_path:c:/src/**",
            "path:main.C",
            "path:/vendor/*",
            "package:/usr/bin/*",
            "stack.package:**/app",
            "module:Lib",
            "app:yes function:main",
            "app:0 function:raw*",
            "!app:1 path:vendor/*",
            "!module:Lib function:main",
        ],
        &[
            "function:Main",
            "function:elsewhere",
            "module:lib",
            "app:no function:main",
            "app:maybe",
            "path:*.c function:raw*",
            "path:/src/**",
        ],
    );
}

#[test]
fn frames_come_from_the_event_or_its_thread_where_no_exception_has_any() {
    let frames = |name: &str| json!({"frames": [{"function": name}]});
    let event = json!({
        "exception": {"values": [{"type": "A"}]},
        "stacktrace": frames("own"),
        "threads": {"values": [{"stacktrace": frames("thread")}]},
    });
    check(&event, &["function:own"], &["function:thread"]);
    let event = json!({"threads": {"values": [
        {"id": 7, "name": "Main", "state": "RUNNABLE", "stacktrace": frames("idle")},
        {"id": "a", "crashed": true, "stacktrace": frames("crashed")},
    ]}});
    check(
        &event,
        &[
            "function:crashed",
            "thread.id:7 thread.name:main thread.state:run*",
            "thread.crashed:yes thread.id:a",
            "!thread.current:yes",
        ],
        &[
            "function:idle",
            "thread.crashed:yes thread.id:7",
            "thread.current:no",
        ],
    );
}

#[test]
fn neighbours_are_the_next_and_the_former_frame_of_the_list() {
    let event = json!({"exception": {"values": [
        {"stacktrace": {"frames": [{"function": "a"}, {"function": "b"}, {"function": "c"}]}},
    ]}});
    check(
        &event,
        &[
            "[ function:c ] | function:b",
            "function:b | [ function:a ]",
            "[ function:c ] | function:b | [ function:a ]",
            "[ !function:a ] | function:b",
        ],
        &[
            "[ function:a ] | function:b",
            "function:b | [ function:c ]",
            "[ function:* ] | function:c",
            "function:a | [ !function:x ]",
            "[ function:c ] | function:b type:X",
        ],
    );
}

#[test]
fn a_text_of_a_million_characters_is_read_up_to_its_limit() {
    let (rules, problems) = read(&"type:KeyError -> a\n".repeat(1_000_000 / 19));
    assert_eq!(rules.own.len(), crate::RULES_MAX);
    assert!((1..=2).contains(&problems.len()));
    let (rules, problems) = read(&format!("type:{} -> a", "*a?".repeat(333_333)));
    assert_eq!((rules.own.len(), problems.len()), (0, 1));
    let (rules, problems) = read(&format!("type:A -> {}", "{{ default }}".repeat(5_000)));
    assert_eq!((rules.own.len(), problems.len()), (1, 0));
    let (rules, problems) = read(&format!("type:{}a -> a", "{a,".repeat(20_000)));
    assert_eq!((rules.own.len(), problems.len()), (0, 1));
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("type:".to_owned()),
        Just("!path:".to_owned()),
        Just(" -> ".to_owned()),
        Just("{{ default }}".to_owned()),
        Just("[ function:a ] | ".to_owned()),
        Just("title=\"".to_owned()),
        "[a-z*?{}\\[\\]\"\\\\,:#| -]{0,6}",
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn no_text_panics(words in prop::collection::vec(word(), 0..12)) {
        let text = words.concat();
        let (rules, problems) = read(&text);
        let lines = text.split('\n').map(str::trim);
        let count = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        prop_assert_eq!(rules.own.len() + problems.len(), count);
    }

    #[test]
    fn a_quoted_text_comes_back_as_it_was(text in "[^\\x00-\\x1f]{0,30}") {
        let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
        let (rules, problems) = read(&format!("type:a -> \"{quoted}\""));
        prop_assert_eq!(problems, []);
        prop_assert_eq!(&rules.own[0].values, &[text]);
    }
}
