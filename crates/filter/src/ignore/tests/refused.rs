//! What a rule may not say.

use crate::ignore::{
    DEPTH_MAX, EXPRESSIONS_MAX, TESTS_MAX, VALUE_CHARS_MAX, VALUES_MAX, check_place, parse_json,
    parse_toml, read_test,
};

const TEST: &str = r#"{"field":"level","op":"is","value":"info"}"#;

/// Rules, in which `TEST` stands for a good test, and how their errors begin.
const RULES: &[(&str, &str)] = &[
    ("{", "line 1, column 1: this is no JSON"),
    (r#"{"action":"drop"}"#, r#""name" is missing"#),
    (
        r#"{"name":" ","action":"drop","when":{}}"#,
        "name: a name is one line",
    ),
    (
        r#"{"name":"r","action":"drop","when":{},"nmae":1}"#,
        r#"nmae: a rule has no "nmae""#,
    ),
    (
        r#"{"name":"r","action":"delete","when":TEST}"#,
        "action: expected one of",
    ),
    (
        r#"{"name":"r","action":{"keep_one_in":1},"when":TEST}"#,
        "action.keep_one_in: expected a whole number",
    ),
    (
        r#"{"name":"r","action":{"level":"loud"},"when":TEST}"#,
        "action.level: expected debug",
    ),
    (
        r#"{"name":"r","action":"drop","expires":"soon","when":TEST}"#,
        "expires: expected a time",
    ),
    (
        r#"{"name":"r","action":"drop","enabled":1,"when":TEST}"#,
        "enabled: expected true or false",
    ),
    (
        r#"{"name":"r","action":"drop","when":{"all":[]}}"#,
        "when.all: expected a list of at least one",
    ),
    (
        r#"{"name":"r","action":"drop","when":{"all":[TEST,{"not":7}]}}"#,
        "when.all[1].not: expected",
    ),
];

/// Field, operator and value of a test in JSON, and how the error goes on after its place.
const TESTS: &[(&str, &str, &str, &str)] = &[
    ("x", "is", "1", r#".field: there is no field "x""#),
    ("context.device", "is", r#""a""#, ".field: name the context"),
    ("tag.", "is", r#""a""#, ".field: name the tag"),
    (
        "level",
        "contains",
        r#""a""#,
        ".op: level cannot be tested with \"contains\"",
    ),
    (
        "message",
        "like",
        r#""a""#,
        ".op: there is no operator \"like\"",
    ),
    ("level", "is", r#""loud""#, ".value: expected debug"),
    (
        "handled",
        "is",
        r#""maybe""#,
        ".value: expected true or false",
    ),
    (
        "message",
        "exists",
        r#""maybe""#,
        ".value: expected true or false",
    ),
    (
        "message",
        "regex",
        r#""a(b""#,
        ".value: at character 2: unclosed group",
    ),
    (
        "message",
        "regex",
        r#""é\\k""#,
        ".value: at character 2: unrecognized escape",
    ),
    (
        "message",
        "regex",
        r#""(\\w{100}){100}""#,
        ".value: takes more than",
    ),
    (
        "message",
        "wildcard",
        r#""a[b""#,
        ".value: the pattern ends too early",
    ),
    (
        "user.ip",
        "one_of",
        r#"["10.0.0.1","10.0.0.0/40"]"#,
        ".value[1]: '10.0.0.0/40' is not",
    ),
    (
        "release",
        "in_range",
        r#""latest""#,
        ".value: \"latest\" is no range",
    ),
    ("release", "<", r#""latest""#, ".value: expected a version"),
    (
        "http.status_code",
        "<",
        r#""many""#,
        ".value: expected a number",
    ),
    (
        "tag.a",
        "<",
        r#""many""#,
        ".value: expected a number or a version",
    ),
    (
        "message",
        "contains",
        r#""""#,
        ".value: an empty value says nothing",
    ),
    (
        "message",
        "one_of",
        "[]",
        ".value: expected 1 to 500 values",
    ),
    ("message", "is", "{}", ".value: expected a text"),
];

#[track_caller]
fn check(rule: &str, expected: &str) {
    let error = parse_json(rule).unwrap_err().to_string();
    assert!(
        error.starts_with(expected),
        "expected {expected:?}, got {error:?}"
    );
}

fn rule(when: &str) -> String {
    format!(r#"{{"name":"r","action":"drop","when":{when}}}"#)
}

#[test]
fn a_mistake_in_a_rule_is_told_with_its_place() {
    for (rule, expected) in RULES {
        check(&rule.replace("TEST", TEST), expected);
    }
}

#[test]
fn a_mistake_in_a_test_is_told_with_its_place() {
    for (field, op, value, expected) in TESTS {
        let test = format!(r#"{{"field":"{field}","op":"{op}","value":{value}}}"#);
        let when = format!(r#"{{"all":[{TEST},{test}]}}"#);
        check(&rule(&when), &format!("when.all[1]{expected}"));
    }
    assert_eq!(read_test("message", "regex", "[").unwrap_err().at, "value");
}

#[test]
fn what_is_too_much_is_refused() {
    let nested = format!(
        "{}{TEST}{}",
        r#"{"not":"#.repeat(DEPTH_MAX),
        "}".repeat(DEPTH_MAX)
    );
    check(
        &rule(&nested),
        "when.not.not.not.not.not.not.not.not: conditions nest at most 8 deep",
    );
    let many = vec![TEST; TESTS_MAX + 1].join(",");
    check(
        &rule(&format!(r#"{{"any":[{many}]}}"#)),
        "when.any[100]: a rule has at most 100",
    );
    let one_of = |values: &str| {
        rule(&format!(
            r#"{{"field":"message","op":"one_of","value":{values}}}"#
        ))
    };
    let values = vec![r#""a""#; VALUES_MAX + 1].join(",");
    check(
        &one_of(&format!("[{values}]")),
        "when.value: expected 1 to 500 values",
    );
    let long = format!(r#""{}""#, "a".repeat(VALUE_CHARS_MAX + 1));
    check(&one_of(&long), "when.value: has more than 1024 letters");
    check(
        &one_of(r#""a""#).replace(r#""r""#, &long),
        "name: has more than 100 letters",
    );
}

/// A rule with so many times this regular expression.
fn rule_of(name: &str, regex: &str, count: usize) -> String {
    let test = format!(r#"{{"field":"message","op":"regex","value":"{regex}"}}"#);
    let tests = vec![test; count].join(",");
    format!(r#"{{"name":"{name}","action":"drop","when":{{"all":[{tests}]}}}}"#)
}

#[test]
fn the_expressions_of_a_place_are_bounded_together() {
    let many = rule_of("many", "a+", TESTS_MAX);
    let rules = |count: usize| vec![("many", many.as_str()); count];
    let at_most = EXPRESSIONS_MAX / TESTS_MAX;
    assert_eq!(check_place(rules(at_most)), Ok(()));
    let mut more = rules(at_most);
    let one = rule_of("last", "a+", 1);
    more.push(("last", &one));
    let error = check_place(more).unwrap_err().to_string();
    assert!(
        error.starts_with("rule \"last\": with it the rules"),
        "{error}"
    );
    let large = rule_of("large", r"\\w{3}", TESTS_MAX);
    assert_eq!(
        check_place([("large", rule_of("l", r"\\w{3}", 10).as_str())]),
        Ok(())
    );
    let error = check_place([("large", large.as_str())]).unwrap_err();
    assert!(error.reason.contains("bytes together"), "{error}");
}

#[test]
fn a_file_with_too_many_expressions_is_refused_where_they_begin() {
    let test = "{ field = \"message\", op = \"wildcard\", value = \"a*\" }";
    let rule = |name: &str, count: usize| {
        let tests = vec![test; count].join(",");
        format!("[[rule]]\nname = \"{name}\"\naction = \"drop\"\nwhen.any = [{tests}]\n")
    };
    let full = rule("a", TESTS_MAX) + &rule("b", TESTS_MAX);
    assert_eq!(parse_toml(&full).unwrap().len(), 2);
    let errors = parse_toml(&(full + &rule("c", 1))).unwrap_err();
    let error = errors[0].to_string();
    assert!(
        errors.len() == 1
            && error.starts_with("rule 3 \"c\", when.any[0] (line ")
            && error.contains("): a file has at most 200"),
        "{error}"
    );
}
