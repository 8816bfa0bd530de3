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

#[test]
fn nul_stays_only_where_nothing_is_stored() {
    let text = br#"{"extra":{"a\u0000":"b\u0000"}}"#;
    let read = |draft: Draft<'_>| Value::Object(draft.body).to_json();
    let stored = decode(text).expect("reads");
    assert_eq!(read(stored), "{\"extra\":{\"a\u{fffd}\":\"b\u{fffd}\"}}");
    let kept = decode_as_relay(text).expect("reads");
    assert_eq!(read(kept), r#"{"extra":{"a\u0000":"b\u0000"}}"#);
}

/// What is kept of an event, and what Relay's library would answer.
#[track_caller]
fn check_both(input: &str, kept: &str, relay: &str) {
    let read = |draft: Draft<'_>| Value::Object(draft.body).to_json();
    assert_eq!(read(decode(input.as_bytes()).expect("decodes")), kept);
    let answered = decode_as_relay(input.as_bytes()).expect("decodes");
    assert_eq!(read(answered), relay);
}

#[test]
fn what_harms_nothing_is_kept_even_where_relay_takes_it_out() {
    check_both(
        r#"{"user":{"id":12345678901234567890123},"project":"2"}"#,
        r#"{"user":{"id":"12345678901234568000000"},"project":"2"}"#,
        r#"{"user":{"id":null},"project":null}"#,
    );
    check_both(
        r#"{"sdk":{"packages":[{"name":"n","x":1}]},"transaction_info":{"source":"url","x":1}}"#,
        r#"{"sdk":{"packages":[{"name":"n","x":1}]},"transaction_info":{"source":"url","x":1}}"#,
        r#"{"sdk":{"packages":[{"name":"n"}]},"transaction_info":{"source":"url"}}"#,
    );
    check_both(
        r#"{"event_id":"aaaa-aaaaaaaaaaaaaaaaaaaaaaaaaaaa","logentry":{"params":"p"}}"#,
        r#"{"event_id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","logentry":{"params":"p"}}"#,
        r#"{"event_id":null,"logentry":{"params":null}}"#,
    );
    check_both(
        r#"{"request":{"cookies":"a=%E9; =b"},"stacktrace":{"registers":{"a":16.0}}}"#,
        r#"{"request":{"cookies":[["a","�"],["","b"]]},"stacktrace":{"registers":{"a":"0x10"}}}"#,
        r#"{"request":{"cookies":[]},"stacktrace":{"registers":{"a":null}}}"#,
    );
}

#[test]
fn numbers_and_addresses_are_read_as_relay_reads_them() {
    check(
        r#"{"time_spent":3.7,"stacktrace":{"registers":{"a":"0x1F","b":-1}},"ingest_path":[]}"#,
        r#"{"time_spent":3,"stacktrace":{"registers":{"a":"0x1f","b":"0xffffffffffffffff"}}}"#,
    );
}
