use super::*;
use crate::decode;
use crate::json::Value;

pub(super) const RECEIVED: Timestamp = Timestamp(1_767_225_600_000_000);

pub(super) fn context() -> NormalizeContext<'static> {
    NormalizeContext {
        received_at: RECEIVED,
        sent_at: None,
        event_id: None,
        client_ip: Some("198.51.100.9"),
        user_agent: None,
        sdk_client: Some("sentry.python/2.75.0"),
        retention_days: 90,
        dsc: None,
        kind: EventKind::Event,
        sensitive: None,
    }
}

pub(super) fn event<'a>(input: &'a str, context: &NormalizeContext<'_>) -> Event<'a> {
    normalize(decode(input.as_bytes()).expect("decodes"), context).expect("is accepted")
}

/// Compares one field, and its notes where there should be any.
#[track_caller]
pub(super) fn check(input: &str, key: &str, expected: &str, notes: &str) {
    let event = event(input, &context());
    let found = event.body.get(key).map(Value::to_json).unwrap_or_default();
    assert_eq!(found, expected);
    let noted = event.meta.child(crate::PathItem::Key(key));
    let noted = noted.and_then(crate::MetaTree::to_value);
    assert_eq!(noted.map(|meta| meta.to_json()).unwrap_or_default(), notes);
}

#[test]
fn an_empty_event_gets_everything_that_later_steps_rely_on() {
    let mut context = context();
    let id = "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb";
    context.event_id = id.parse().ok();
    let event = event("{}", &context);
    assert_eq!(
        event.to_json(),
        r#"{"event_id":"aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb","received":1767225600.0,"timestamp":1767225600.0,"logger":"","type":"default","platform":"other","version":"7","sdk":{"name":"sentry.python","version":"2.75.0"},"level":"error","contexts":{"trace":{"type":"trace","span_id":"aaaaaaaaaaaaaaaa","trace_id":"aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb","status":"unknown"}}}"#
    );
    assert_eq!(event.timestamp, RECEIVED);
}

#[test]
fn the_envelopes_event_id_wins() {
    let input = r#"{"event_id":"11111111111111111111111111111111"}"#;
    assert_eq!(event(input, &context()).id.to_string(), "1".repeat(32));
    let mut context = context();
    context.event_id = "2".repeat(32).parse().ok();
    let event = event(input, &context);
    assert_eq!(event.id.to_string(), "2".repeat(32));
    assert_eq!(
        event.body.get_str("event_id"),
        Some("2".repeat(32).as_str())
    );
}

#[test]
fn an_event_from_before_1970_is_rejected() {
    let draft = decode(br#"{"timestamp":-5}"#).expect("decodes");
    assert_eq!(normalize(draft, &context()).err(), Some(Rejected::Stale));
}

#[test]
fn messages_are_formatted_once() {
    check(
        r#"{"logentry":{"message":"%s and %s","params":["a",2]}}"#,
        "logentry",
        r#"{"message":"%s and %s","params":["a",2],"formatted":"a and 2"}"#,
        "",
    );
    check(
        r#"{"logentry":{"message":"x","formatted":"x"}}"#,
        "logentry",
        r#"{"formatted":"x"}"#,
        "",
    );
    check(
        r#"{"logentry":{"message":"x","params":[]}}"#,
        "logentry",
        r#"{"params":[],"formatted":"x"}"#,
        "",
    );
}

#[test]
fn exceptions_without_type_or_value_are_taken_out() {
    check(
        r#"{"exception":[{"value":"TypeError: no"},{"type":"","value":""}]}"#,
        "exception",
        r#"{"values":[{"value":"no","type":"TypeError"},null]}"#,
        r#"{"values":{"1":{"":{"err":[["missing_attribute",{"attribute":"type or value"}]],"val":{"type":"","value":""}}}}}"#,
    );
    check(r#"{"exception":{"values":null}}"#, "exception", "", "");
}

#[test]
fn a_lone_exception_takes_the_events_stack_trace() {
    check(
        r#"{"exception":[{"type":"E"}],"stacktrace":{"frames":[{"function":"f"}]}}"#,
        "exception",
        r#"{"values":[{"type":"E","stacktrace":{"frames":[{"function":"f"}]}}]}"#,
        "",
    );
}

#[test]
fn frames_are_completed() {
    check(
        r#"{"stacktrace":{"frames":[{"filename":"a.py","function":"?","pre_context":[null,"x"]},{"abs_path":"https://h/js/a.js?v"}]}}"#,
        "stacktrace",
        r#"{"frames":[{"filename":"a.py","function":null,"pre_context":["","x"],"abs_path":"a.py","context_line":""},{"abs_path":"https://h/js/a.js?v","filename":"/js/a.js"}]}"#,
        "",
    );
}

#[test]
fn very_long_stack_traces_are_cut_in_the_middle() {
    let frames: Vec<String> = (0..300)
        .map(|line| format!(r#"{{"lineno":{line}}}"#))
        .collect();
    let input = format!(r#"{{"stacktrace":{{"frames":[{}]}}}}"#, frames.join(","));
    let event = event(&input, &context());
    let frames = event
        .body
        .get("stacktrace")
        .and_then(|trace| trace.get("frames"));
    let frames = frames.and_then(Value::as_array).expect("has frames");
    let line = |index: usize| frames[index].get("lineno").and_then(Value::as_u64);
    assert_eq!(frames.len(), 250);
    assert_eq!(
        (line(49), line(50), line(249)),
        (Some(49), Some(100), Some(299))
    );
    let path = [
        crate::PathItem::Key("stacktrace"),
        crate::PathItem::Key("frames"),
    ];
    let note = event.meta.get(&path).expect("is noted");
    assert_eq!(note.original_length, Some(300));
}

#[test]
fn user_addresses_follow_the_sdks_wish() {
    for (input, expected) in [
        (
            r#"{"user":{"ip_address":"{{auto}}"}}"#,
            Some("198.51.100.9"),
        ),
        (r#"{"user":{"id":"1"}}"#, None),
        (r#"{"platform":"javascript"}"#, Some("198.51.100.9")),
        (
            r#"{"request":{"env":{"REMOTE_ADDR":"1.2.3.4"}}}"#,
            Some("1.2.3.4"),
        ),
        (
            r#"{"platform":"javascript","sdk":{"settings":{"infer_ip":"never"}},"user":{"ip_address":"{{auto}}"}}"#,
            None,
        ),
        (
            r#"{"sdk":{"settings":{"infer_ip":"auto"}}}"#,
            Some("198.51.100.9"),
        ),
    ] {
        let event = event(input, &context());
        let user = event.body.get("user");
        let address = user.and_then(|user| user.get("ip_address")?.as_str());
        assert_eq!(address, expected, "{input}");
    }
}

#[test]
fn users_get_an_identity_and_unknown_fields_become_data() {
    check(
        r#"{"user":{"id":7,"plan":"pro","data":{"a":1}}}"#,
        "user",
        r#"{"id":"7","data":{"plan":"pro","a":1},"sentry_user":"id:7"}"#,
        "",
    );
}

#[test]
fn requests_are_taken_apart() {
    check(
        r#"{"request":{"url":"https://h/a?b=1#c","method":"post","data":"{\"x\":1}","headers":{"cookie":"s=1; t=2","content-type":"text/x; a"}}}"#,
        "request",
        r#"{"url":"https://h/a","method":"POST","data":{"x":1},"headers":[["Content-Type","text/x; a"]],"fragment":"c","query_string":[["b","1"]],"inferred_content_type":"application/json","cookies":[["s","1"],["t","2"]]}"#,
        "",
    );
    check(
        r#"{"request":{"method":"G ET"}}"#,
        "request",
        r#"{"method":null}"#,
        r#"{"method":{"":{"err":[["invalid_data",{"reason":"invalid http method"}]],"val":"G ET"}}}"#,
    );
}

#[test]
fn contexts_get_summaries_and_a_trace() {
    let event = event(
        r#"{"event_id":"11111111111111112222222222222222","contexts":{"runtime":{"name":"CPython","version":"3.11"},"reprocessing":{},"trace":{"trace_id":"zz","span_id":"3333333333333333"}}}"#,
        &context(),
    );
    let contexts = event.body.get("contexts").expect("is there");
    let text = |context: &str, key: &str| contexts.get(context)?.get(key)?.as_str();
    assert_eq!(text("runtime", "runtime"), Some("CPython 3.11"));
    assert!(contexts.get("reprocessing").is_none());
    assert_eq!(
        text("trace", "trace_id"),
        Some("11111111111111112222222222222222")
    );
    assert_eq!(text("trace", "span_id"), Some("1111111111111111"));
}

#[test]
fn long_texts_are_cut_with_a_note() {
    let name = "x".repeat(201);
    let cut = format!("\"{}...\"", "x".repeat(197));
    check(
        &format!(r#"{{"transaction":"{name}"}}"#),
        "transaction",
        &cut,
        r#"{"":{"rem":[["!limit","s",197,200]],"len":201}}"#,
    );
}

#[test]
fn extra_is_cut_per_value_and_as_a_whole() {
    let value = format!("\"{}\"", "x".repeat(20_000));
    let entries: Vec<String> = (10..40).map(|key| format!("\"{key}\":{value}")).collect();
    let input = format!(r#"{{"extra":{{{}}}}}"#, entries.join(","));
    let event = event(&input, &context());
    let extra = event.body.get_object("extra").expect("is there");
    assert_eq!(extra.get_str("10").map(str::len), Some(16_384));
    assert_eq!(extra.len(), 16);
    let note = event
        .meta
        .get(&[crate::PathItem::Key("extra")])
        .expect("is noted");
    assert_eq!(note.original_length, Some(30));
}

#[test]
fn feedback_is_read_and_cut() {
    let message = "x".repeat(5_000);
    let input = format!(
        r#"{{"contexts":{{"feedback":{{"message":"{message}","name":5,"associated_event_id":"AAAAAAAA-aaaa-aaaa-aaaa-aaaaaaaaaaaa"}}}}}}"#
    );
    let mut context = context();
    context.kind = EventKind::Feedback;
    let event = event(&input, &context);
    let feedback = event
        .body
        .get("contexts")
        .and_then(|all| all.get("feedback"));
    let text = |key| feedback.and_then(|feedback| feedback.get(key)?.as_str());
    assert_eq!(text("message").map(str::len), Some(4_096));
    assert_eq!(text("name"), None);
    assert_eq!(text("associated_event_id"), Some("a".repeat(32).as_str()));
}
