use serde_json::{Value, json};
use watchfire_event::{Event, Timestamp, decode};

use crate::{Grouper, RuleKind, RuleText, Settings, Version};

fn settings(rules: &str) -> Settings {
    Settings {
        texts: vec![RuleText {
            kind: RuleKind::Fingerprint,
            origin: "project rules".to_owned(),
            text: rules.to_owned(),
        }],
        ..Settings::default()
    }
}

fn with_event<T>(event: &Value, run: impl Fn(&Event<'_>) -> T) -> T {
    let text = event.to_string();
    let draft = decode(text.as_bytes()).unwrap();
    run(&Event::from_draft(draft, Timestamp::now()))
}

/// The explanation of an event as JSON.
fn explained(event: &Value, settings: &Settings) -> Value {
    let grouper = Grouper::new(settings);
    assert_eq!(grouper.problems(), []);
    with_event(event, |event| {
        serde_json::to_value(grouper.explain(event)).unwrap()
    })
}

/// The texts that a variant is made of.
fn entries(explained: &Value, variant: &str) -> Vec<String> {
    let values = &explained["variants"][variant]["components"]["values"];
    let values = values.as_array().into_iter().flatten();
    let text = |value: &Value| value["values"][0].as_str().unwrap_or_default().to_owned();
    values.map(text).collect()
}

fn shop_event() -> Value {
    json!({
        "platform": "python",
        "level": "warning",
        "logger": "shop.pay",
        "transaction": "/pay/",
        "environment": "live",
        "tags": {"region": "eu"},
        "exception": {"values": [
            {"type": "OSError", "value": "inner 1"},
            {
                "type": "ValueError",
                "value": "bad amount 12",
                "stacktrace": {"frames": [
                    {"function": "outer", "module": "shop.outer", "in_app": true},
                    {
                        "function": "pay",
                        "module": "shop.views",
                        "filename": "views.py",
                        "abs_path": "/srv/shop/views.py",
                        "package": "/srv/lib/shop.so",
                        "in_app": true,
                    },
                    {"function": "helper", "module": "lib", "in_app": false},
                ]},
            },
        ]},
    })
}

/// What a client's fingerprint of this one entry comes to.
fn resolved(event: &Value, entry: &str, version: Version) -> String {
    let mut event = event.clone();
    event["fingerprint"] = json!([entry]);
    let settings = Settings {
        version,
        ..Settings::default()
    };
    entries(&explained(&event, &settings), "custom-fingerprint").concat()
}

#[test]
fn every_variable_stands_for_its_value() {
    for (name, value) in [
        ("transaction", "/pay/"),
        ("message", "bad amount <int>"),
        ("raw_message", "bad amount 12"),
        ("type", "ValueError"),
        ("error.type", "ValueError"),
        ("value", "bad amount <int>"),
        ("error.value", "bad amount <int>"),
        ("raw_value", "bad amount 12"),
        ("error.raw_value", "bad amount 12"),
        ("function", "pay"),
        ("stack.function", "pay"),
        ("path", "/srv/shop/views.py"),
        ("stack.abs_path", "/srv/shop/views.py"),
        ("stack.filename", "views.py"),
        ("module", "shop.views"),
        ("stack.module", "shop.views"),
        ("package", "shop.so"),
        ("stack.package", "shop.so"),
        ("level", "warning"),
        ("logger", "shop.pay"),
        ("tags.region", "eu"),
        ("tags.environment", "live"),
        ("tags.none", "<no-value-for-tag-none>"),
        ("nope", "<unrecognized-variable-nope>"),
    ] {
        for entry in [format!("{{{{ {name} }}}}"), format!("{{{{{name}}}}}")] {
            let found = resolved(&shop_event(), &entry, Version::LATEST);
            assert_eq!(found, value, "{entry}");
        }
    }
}

#[test]
fn every_missing_value_has_a_text() {
    let bare = json!({"platform": "other", "logentry": {}});
    for (name, value) in [
        ("transaction", "<no-transaction>"),
        ("message", "<no-message>"),
        ("raw_message", "<no-message>"),
        ("type", "<no-type>"),
        ("error.value", "<no-value>"),
        ("error.raw_value", "<no-value>"),
        ("function", "<no-function>"),
        ("path", "<no-abs-path>"),
        ("stack.filename", "<no-filename>"),
        ("module", "<no-module>"),
        ("package", "<no-package>"),
        ("logger", "<no-logger>"),
    ] {
        let found = resolved(&bare, &format!("{{{{ {name} }}}}"), Version::LATEST);
        assert_eq!(found, value, "{name}");
    }
}

#[test]
fn the_version_of_2023_leaves_messages_and_unknown_names_as_they_are() {
    let found = |entry| resolved(&shop_event(), entry, Version::Newstyle2023);
    assert_eq!(found("{{ message }}"), "bad amount 12");
    assert_eq!(found("{{ error.value }}"), "bad amount 12");
    assert_eq!(found("{{ nope }}"), "{{ nope }}");
    assert_eq!(found("bad amount 12"), "bad amount 12");
}

#[test]
fn a_constant_that_repeats_a_message_is_masked_like_it() {
    let found = |entry| resolved(&shop_event(), entry, Version::LATEST);
    assert_eq!(found("bad amount 12"), "bad amount <int>");
    assert_eq!(found("inner 1"), "inner <int>");
    assert_eq!(found("bad amount 13"), "bad amount 13");
}

#[test]
fn a_rule_replaces_the_clients_fingerprint_and_is_named() {
    let mut event = shop_event();
    event["fingerprint"] = json!(["client"]);
    let rules = "# ours\ntype:ValueError -> pay-{{ transaction }}";
    let found = explained(&event, &settings(rules));
    assert_eq!(entries(&found, "custom-fingerprint"), ["pay-", "/pay/"]);
    let rule = &found["variants"]["custom-fingerprint"]["rule"];
    assert_eq!(
        rule,
        &json!({
            "origin": "project rules",
            "line": 2,
            "text": "type:ValueError -> pay-{{ transaction }}",
        })
    );
    assert_eq!(found["variants"]["app"]["contributes"], json!(false));
}

#[test]
fn a_rule_with_default_splits_what_would_be_one_issue() {
    let rules = "logger:shop.* -> {{ default }}, {{ tags.region }}";
    let (plain, split) = (
        explained(&shop_event(), &Settings::default()),
        explained(&shop_event(), &settings(rules)),
    );
    assert_ne!(plain["hashes"], split["hashes"]);
    let mut elsewhere = shop_event();
    elsewhere["tags"]["region"] = json!("us");
    let other = explained(&elsewhere, &settings(rules));
    assert_ne!(other["hashes"], split["hashes"]);
    let without = explained(&elsewhere, &settings("logger:shop.* -> {{ default }}"));
    assert_eq!(plain["hashes"], without["hashes"]);
}

#[test]
fn rules_see_the_frames_before_and_variables_after_normalisation() {
    let event = json!({
        "platform": "native",
        "exception": {"values": [{"type": "Crash", "stacktrace": {"frames": [
            {"function": "void shop::pay(int)", "in_app": true},
            {"function": "std::panic::catch", "in_app": true},
        ]}}]},
    });
    let rules = "function:std::panic::catch app:yes -> {{ function }}";
    let found = explained(&event, &settings(rules));
    assert_eq!(entries(&found, "custom-fingerprint"), ["shop::pay"]);
}

#[test]
fn built_in_rules_beat_the_client_and_own_rules_beat_them() {
    let event = json!({
        "platform": "javascript",
        "fingerprint": ["{{ default }}", "client"],
        "exception": {"values": [{"type": "ChunkLoadError", "value": "Loading chunk 7 failed"}]},
    });
    let found = explained(&event, &Settings::default());
    assert_eq!(entries(&found, "built-in-fingerprint"), ["chunkloaderror"]);
    // The hash that Sentry gives.
    let sentry = json!(["5d731dcf8ecc4f042eeacf528d8d8da9"]);
    assert_eq!(found["sentry_hashes"], sentry);
    let found = explained(&event, &settings("type:Chunk* -> ours"));
    assert_eq!(entries(&found, "custom-fingerprint"), ["ours"]);
}

#[test]
fn a_rule_gives_a_title_of_raw_values() {
    let title = |rule: &str| explained(&shop_event(), &settings(rule))["title"].clone();
    let found =
        title("type:ValueError -> x title=\"{{ error.type }} of {{transaction}}: {{ value }}\"");
    assert_eq!(found, "ValueError of /pay/: bad amount 12");
    let found = title("type:ValueError -> x title=\"{{ nope }} {{ a b }} {{\"");
    assert_eq!(found, "<unrecognized-variable-nope> {{ a b }} {{");
    assert_eq!(
        title("type:ValueError -> x title=\" \""),
        "ValueError: bad amount 12"
    );
    let long = title(&format!(
        "type:ValueError -> x title=\"{}\"",
        "{{ value }}".repeat(900)
    ));
    assert_eq!(long.as_str().unwrap().chars().count(), 256);
    let only_title = settings("type:ValueError -> title=\"Other\"");
    let (plain, titled) = (
        explained(&shop_event(), &Settings::default()),
        explained(&shop_event(), &only_title),
    );
    assert_eq!(titled["title"], "Other");
    assert_eq!(plain["hashes"], titled["hashes"]);
}

#[test]
fn fingerprints_of_wrong_shapes_are_defined() {
    let hashes = |fingerprint: Value| {
        let mut event = shop_event();
        event["fingerprint"] = fingerprint;
        explained(&event, &Settings::default())["hashes"].clone()
    };
    let plain = hashes(Value::Null);
    for nothing in [json!([]), json!("text"), json!({}), json!([null, {}, []])] {
        assert_eq!(hashes(nothing.clone()), plain, "{nothing}");
    }
    assert_eq!(hashes(json!(["{{ default }}", null])), plain);
    assert_eq!(
        hashes(json!(["a", null, {"b": 1}, "c"])),
        hashes(json!(["a", "c"]))
    );
    assert_eq!(hashes(json!([5, true])), hashes(json!(["5", "True"])));
    assert_ne!(hashes(json!(["ab", "c"])), hashes(json!(["a", "bc"])));
    assert_ne!(hashes(json!([""])), plain);
}

#[test]
fn of_very_many_entries_all_constants_count_and_64_variables() {
    let entries_of = |fingerprint: Vec<String>| {
        let mut event = shop_event();
        event["fingerprint"] = json!(fingerprint);
        entries(
            &explained(&event, &Settings::default()),
            "custom-fingerprint",
        )
        .len()
    };
    let constants: Vec<String> = (0..10_000).map(|number| format!("part {number}")).collect();
    assert_eq!(entries_of(constants), 10_000);
    assert_eq!(entries_of(vec!["{{ message }}".to_owned(); 10_000]), 64);
}
