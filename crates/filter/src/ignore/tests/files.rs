//! Rules in files.

use proptest::prelude::*;

use crate::ignore::{
    Action, Condition, FILE_BYTES_MAX, RULES_MAX, Rule, Test, parse_json, parse_toml, read_test,
    to_toml,
};

const FILE: &str = r#"# Kept in git.
[[rule]]
name = "Bots"
note = "They read\nrobots.txt."
action = "drop"
when.any = [
  { field = "user_agent", op = "regex", value = '(?i)bot\b' },
  { all = [
    { field = "http.status_code", op = "<", value = 500 },
    { not = { field = "tag.region", op = "exists" } },
  ] },
]

[[rule]]
name = "Load test"
enabled = false
action.keep_one_in = 100
expires = 2026-12-31T12:00:00+02:00
when = { field = "user.ip", op = "one_of", value = ["10.0.0.0/8", "::1"] }

[[rule]]
name = "Quiet"
action = { level = "info" }
[rule.when]
not = { field = "handled", op = "is", value = false }
"#;

#[test]
fn a_file_of_rules_is_read_and_written_in_one_form() {
    let rules = parse_toml(FILE).unwrap();
    assert_eq!(rules.len(), 3);
    assert_eq!(rules[1].action, Action::KeepOneIn(100));
    assert_eq!(
        rules[1].expires.unwrap().to_string(),
        "2026-12-31T10:00:00.000000Z"
    );
    let text = to_toml(&rules);
    assert_eq!(parse_toml(&text).unwrap(), rules);
    assert_eq!(
        to_toml(&parse_toml(&text).unwrap()),
        text,
        "the form is stable"
    );
    let expected = r#"[[rule]]
name = "Bots"
note = "They read\nrobots.txt."
action = "drop"
when.any = [
  { field = "user_agent", op = "regex", value = '(?i)bot\b' },
  { all = [
    { field = "http.status_code", op = "<", value = 500 },
    { not = { field = "tag.region", op = "exists" } },
  ] },
]

[[rule]]
name = "Load test"
enabled = false
action.keep_one_in = 100
expires = 2026-12-31T10:00:00Z
when = { field = "user.ip", op = "one_of", value = ["10.0.0.0/8", "::1"] }

[[rule]]
name = "Quiet"
action.level = "info"
when.not = { field = "handled", op = "is", value = false }
"#;
    assert_eq!(text, expected);
    assert_eq!(parse_toml(""), Ok(Vec::new()));
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let errors = parse_toml(text).unwrap_err();
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), expected.len(), "{errors:?}");
    for (error, expected) in errors.iter().zip(expected) {
        assert!(
            error.starts_with(expected),
            "expected {expected:?}, got {error:?}"
        );
    }
}

#[test]
fn every_mistake_of_a_file_is_told_with_its_place_and_nothing_is_taken() {
    check("[[rule]]\nname = a", &["line 2, column 8: "]);
    check(
        "[[rules]]\n",
        &["rules: a file of rules has only [[rule]] tables"],
    );
    check(
        "[rule]\nname = \"a\"",
        &["rule: write [[rule]] in double brackets"],
    );
    let text = r#"
[[rule]]
name = "Good"
action = "drop"
when = { field = "level", op = "is", value = "info" }
[[rule]]
name = "Bots"
action = "drop"
when.all = [{ field = "level", op = "is", value = "info" }, { field = "level", op = "is", value = "loud" }]
[[rule]]
action = "drop"
[[rule]]
name = "good"
action = "drop"
when = { field = "level", op = "is", value = "info" }
"#;
    check(
        text,
        &[
            r#"rule 2 "Bots", when.all[1].value (line 9, column 99): expected debug"#,
            r#"rule 3 (line 10, column 1): "name" is missing"#,
            r#"rule 4 "good", name (line 13, column 8): a rule before it has the same name"#,
        ],
    );
    check(&"#".repeat(FILE_BYTES_MAX + 1), &["the file has more than"]);
    check(
        &"[[rule]]\n".repeat(RULES_MAX + 1),
        &["the file has more than"],
    );
}

#[test]
fn json_says_the_same() {
    for rule in parse_toml(FILE).unwrap() {
        let json = serde_json::to_string(&rule).unwrap();
        assert_eq!(parse_json(&json).unwrap(), rule, "{json}");
        assert_eq!(serde_json::from_str::<Rule>(&json).unwrap(), rule);
    }
    let rule = parse_toml(FILE).unwrap().swap_remove(1);
    let json = serde_json::to_value(&rule).unwrap();
    assert_eq!(json["action"]["keep_one_in"], 100);
    assert_eq!(json["when"]["value"][1], "::1");
}

fn test_of(value: &str) -> Option<Test> {
    read_test("message", "contains", value).ok()
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = "\\PC{1,20}|[\\x00-\\x7f]{1,8}".prop_filter_map("no value", |value| test_of(&value));
    leaf.prop_map(Condition::Test)
        .prop_recursive(4, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..3).prop_map(Condition::All),
                prop::collection::vec(inner.clone(), 1..3).prop_map(Condition::Any),
                inner.prop_map(|it| Condition::Not(Box::new(it))),
            ]
        })
}

proptest! {
    #[test]
    fn any_rule_survives_both_forms(name in "[\\PC]{1,20}", note in "\\PC{0,20}|[\\x00-\\x7f]{0,8}", when in condition()) {
        let rule = Rule { name: name.trim().to_owned(), enabled: true, action: Action::Drop, when, expires: None, note };
        prop_assume!(!rule.name.is_empty());
        let json = serde_json::to_string(&rule).unwrap();
        prop_assert_eq!(&parse_json(&json).unwrap(), &rule);
        let text = to_toml(std::slice::from_ref(&rule));
        prop_assert_eq!(parse_toml(&text).map_err(|it| format!("{it:?}\n{text}")), Ok(vec![rule]));
    }

    #[test]
    fn no_file_panics(text in "\\PC{0,60}|(\\[\\[rule\\]\\]\n)?(name|when|action) = [\"\\[{a-z=]{0,10}") {
        parse_toml(&text).ok();
        parse_json(&text).ok();
    }
}
