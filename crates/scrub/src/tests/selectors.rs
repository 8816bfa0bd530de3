use serde_json::Value;

use super::{scrubbed, with_config};

const EVENT: &str = r#"{"extra":{"foo":"v","n":4,"l":["v",{"foo":"v"}],"o":{"foo":"v"}},
    "user":{"email":"v"},"tags":[["foo","v"]],"transaction":"v",
    "contexts":{"device":{"type":"device","name":"v"}},
    "stacktrace":{"frames":[{"vars":{"foo":"v"},"filename":"a/v"}]}}"#;

/// The paths of what a selector hits in the event, as `_meta` names them.
#[track_caller]
fn check(selector: &str, expected: &[&str]) {
    let rules = serde_json::json!({"applications": {selector: ["@anything:replace"]}});
    let result = scrubbed(&with_config(&rules.to_string()), EVENT);
    let mut paths = Vec::new();
    collect(&result["_meta"], String::new(), &mut paths);
    paths.sort();
    assert_eq!(paths, expected, "{selector}");
}

fn collect(tree: &Value, path: String, paths: &mut Vec<String>) {
    for (key, child) in tree.as_object().into_iter().flatten() {
        if key.is_empty() {
            paths.push(path.trim_start_matches('.').to_owned());
        } else {
            collect(child, format!("{path}.{key}"), paths);
        }
    }
}

#[test]
fn keys_match_the_end_of_a_path_in_any_case() {
    let everywhere = [
        "extra.foo",
        "extra.l.1.foo",
        "extra.o.foo",
        "stacktrace.frames.0.vars.foo",
        "tags.0.1",
    ];
    check("foo", &everywhere);
    check("FOO", &everywhere);
    check("extra.Foo", &["extra.foo"]);
    check("extra.l.0", &["extra.l.0"]);
    check("x.extra.foo", &[]);
}

#[test]
fn wildcards_stand_for_one_item_or_for_any_number_but_none() {
    check("extra.*", &["extra.foo", "extra.l", "extra.n", "extra.o"]);
    check("extra.**.foo", &["extra.l.1.foo", "extra.o.foo"]);
    check("$stack.**", &["stacktrace.frames.0.vars"]);
    check("extra.o.**", &["extra.o.foo"]);
}

#[test]
fn types_match_what_is_there() {
    check("$number", &["extra.n"]);
    check("$array", &["extra.l"]);
    check("$object", &["extra", "stacktrace.frames.0.vars"]);
    check("$frame.vars.foo", &["stacktrace.frames.0.vars.foo"]);
    check("$user.email", &["user.email"]);
}

#[test]
fn fields_that_may_hold_personal_data_need_an_explicit_path() {
    check("contexts.device.name", &["contexts.device.name"]);
    check("tags.**", &[]);
    check("$frame.filename", &["stacktrace.frames.0.filename"]);
    check("transaction", &[]);
}

#[test]
fn conditions_combine() {
    check(
        "foo && !extra.*.foo && !tags.foo",
        &["extra.foo", "extra.l.1.foo", "stacktrace.frames.0.vars.foo"],
    );
    check("$string && !($user.** || foo)", &["extra.l.0"]);
    check("extra.n | user.email", &["extra.n", "user.email"]);
}

#[test]
fn more_conditions_than_bits_still_count() {
    let many: Vec<String> = (0..100)
        .map(|n| format!("(key{n}.x && key{n}.y)"))
        .collect();
    check(
        &format!("{} || extra.n || user.email", many.join(" || ")),
        &["extra.n", "user.email"],
    );
}
