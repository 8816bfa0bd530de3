use super::*;

#[track_caller]
fn check(input: &str, expected: &str) {
    let draft = decode(input.as_bytes()).expect("decodes");
    let event = crate::Event::from_draft(draft, crate::Timestamp(0));
    assert_eq!(event.to_json(), expected);
}

#[test]
fn fields_of_the_wrong_type_become_null_with_the_reason() {
    check(
        r#"{"transaction":5,"exception":[{"type":["x"],"value":{"a":1}}]}"#,
        r#"{"transaction":null,"exception":{"values":[{"type":null,"value":"{\"a\":1}"}]},"_meta":{"exception":{"values":{"0":{"type":{"":{"err":[["invalid_data",{"reason":"expected a string"}]],"val":["x"]}}}}},"transaction":{"":{"err":[["invalid_data",{"reason":"expected a string"}]],"val":5}}}}"#,
    );
}

#[test]
fn unknown_fields_stay_at_every_level() {
    let text = r#"{"new":{"a":null},"exception":{"values":[{"type":"E","new":null}],"more":1},"user":{"new":[1]}}"#;
    check(text, text);
}

#[test]
fn known_fields_that_are_null_are_absent() {
    check(
        r#"{"level":null,"exception":{"values":[{"type":"E","module":null}]},"extra":{"kept":null}}"#,
        r#"{"exception":{"values":[{"type":"E"}]},"extra":{"kept":null}}"#,
    );
    check(
        r#"{"user":{"email":null},"_meta":{"user":{"email":{"":{"rem":[["!config","x"]]}}}}}"#,
        r#"{"user":{"email":null},"_meta":{"user":{"email":{"":{"rem":[["!config","x"]]}}}}}"#,
    );
}

#[test]
fn times_levels_addresses_and_ids_get_one_form() {
    check(
        r#"{"timestamp":"2026-11-20T10:00:00.5Z","level":40,"event_id":"AAAAAAAA-aaaa-aaaa-aaaa-aaaaaaaaaaaa","stacktrace":{"frames":[{"instruction_addr":16,"lineno":1.0,"vars":[1]}]}}"#,
        r#"{"timestamp":1795168800.5,"level":"error","event_id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","stacktrace":{"frames":[{"instruction_addr":"0x10","lineno":1,"vars":{"0":1}}]}}"#,
    );
}

#[test]
fn contexts_know_their_type_and_lists_become_values() {
    check(
        r#"{"contexts":{"os":{"version":10},"bad":1,"none":null},"breadcrumbs":[null,{"ty":"http"}],"threads":{}}"#,
        r#"{"contexts":{"os":{"version":"10","type":"os"},"bad":null},"breadcrumbs":{"values":[null,{"type":"http"}]},"_meta":{"contexts":{"bad":{"":{"err":[["invalid_data",{"reason":"expected an object"}]],"val":1}}}}}"#,
    );
}

#[test]
fn what_is_no_object_is_refused() {
    assert!(matches!(decode(b"[1]"), Err(DecodeError::NotAnObject)));
    assert!(matches!(decode(b"{"), Err(DecodeError::Json(_))));
}

#[test]
fn numbers_of_lines_are_whole_and_not_negative() {
    check(
        r#"{"stacktrace":{"frames":[{"lineno":-1,"colno":1.0},{"lineno":"5"}]}}"#,
        r#"{"stacktrace":{"frames":[{"lineno":null,"colno":1},{"lineno":null}]},"_meta":{"stacktrace":{"frames":{"0":{"lineno":{"":{"err":[["invalid_data",{"reason":"expected an unsigned integer"}]],"val":-1}}},"1":{"lineno":{"":{"err":[["invalid_data",{"reason":"expected an unsigned integer"}]],"val":"5"}}}}}}}"#,
    );
}
