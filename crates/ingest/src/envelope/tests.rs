use proptest::prelude::*;

use super::*;

fn payloads(body: &[u8]) -> Vec<(String, String)> {
    let read = |item: &RawItem<'_>| {
        let payload = String::from_utf8_lossy(item.payload).into_owned();
        (item.header.item_type.clone(), payload)
    };
    let envelope = parse(body).expect("an envelope");
    envelope.items.iter().map(read).collect()
}

#[track_caller]
fn check(body: &str, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(kind, payload)| ((*kind).to_owned(), (*payload).to_owned()))
        .collect();
    assert_eq!(payloads(body.as_bytes()), expected);
}

#[track_caller]
fn check_error(body: &str, expected: &EnvelopeError) {
    assert_eq!(parse(body.as_bytes()).as_ref(), Err(expected));
}

#[test]
fn an_envelope_without_items_is_good() {
    check("{}", &[]);
    check("{}\n", &[]);
    check("{}\r\n", &[]);
    check("{}\n\n \r\n", &[]);
}

#[test]
fn a_byte_order_mark_before_the_first_line_is_skipped() {
    check("\u{feff}{}\n{\"type\":\"a\"}\nx", &[("a", "x")]);
    check_error(
        "{}\n\u{feff}{\"type\":\"a\"}\nx",
        &EnvelopeError::ItemHeader,
    );
}

#[test]
fn an_item_without_length_ends_at_the_newline() {
    check(
        "{}\n{\"type\":\"event\"}\n{\"a\":1}\n",
        &[("event", "{\"a\":1}")],
    );
    check(
        "{}\n{\"type\":\"event\"}\n{\"a\":1}",
        &[("event", "{\"a\":1}")],
    );
    check(
        "{}\n{\"type\":\"event\",\"length\":null}\nx\r\n",
        &[("event", "x\r")],
    );
}

#[test]
fn an_item_with_length_may_hold_newlines() {
    check(
        "{}\n{\"type\":\"a\",\"length\":3}\n\n\n\n\n{\"type\":\"b\",\"length\":1}\nx",
        &[("a", "\n\n\n"), ("b", "x")],
    );
}

#[test]
fn an_empty_payload_is_followed_by_a_newline_or_the_end() {
    check(
        "{}\n{\"type\":\"a\",\"length\":0}\n\n{\"type\":\"b\"}\n\n{\"type\":\"c\"}",
        &[("a", ""), ("b", ""), ("c", "")],
    );
    check("{}\n{\"type\":\"a\",\"length\":0}", &[("a", "")]);
}

#[test]
fn blank_lines_between_items_and_at_the_end_are_skipped() {
    check(
        "{}\n\n\n{\"type\":\"a\"}\nx\n\n  {\"type\":\"b\"}\ny\n\n\n",
        &[("a", "x"), ("b", "y")],
    );
}

#[test]
fn one_carriage_return_after_a_header_or_a_counted_payload_is_tolerated() {
    check(
        "{}\r\n{\"type\":\"a\",\"length\":1}\r\nx\r\n{\"type\":\"b\"}\r\ny",
        &[("a", "x"), ("b", "y")],
    );
}

#[test]
fn anything_else_after_a_header_is_refused() {
    check_error("{} \n", &EnvelopeError::MissingNewline);
    check_error("{}{}", &EnvelopeError::MissingNewline);
    check_error("{}\r\r\n", &EnvelopeError::MissingNewline);
    check_error("{}\n{\"type\":\"a\"} \nx", &EnvelopeError::MissingNewline);
}

#[test]
fn a_length_must_reach_exactly_to_a_newline_or_the_end() {
    check_error(
        "{}\n{\"type\":\"a\",\"length\":1}\nxy\n",
        &EnvelopeError::MissingNewline,
    );
    check_error(
        "{}\n{\"type\":\"a\",\"length\":3}\nxy",
        &EnvelopeError::UnexpectedEof,
    );
    check_error(
        "{}\n{\"type\":\"a\",\"length\":1}",
        &EnvelopeError::UnexpectedEof,
    );
    check_error(
        "{}\n{\"type\":\"a\",\"length\":18446744073709551615}\nx",
        &EnvelopeError::UnexpectedEof,
    );
}

#[test]
fn a_length_must_be_a_non_negative_integer() {
    for length in ["-1", "1.5", "\"1\"", "true", "[]", "1e30"] {
        let body = format!("{{}}\n{{\"type\":\"a\",\"length\":{length}}}\nx");
        check_error(&body, &EnvelopeError::ItemHeader);
    }
}

#[test]
fn headers_are_objects() {
    for body in [
        "",
        " ",
        "\n",
        "[]",
        "[null,null,null]",
        "null",
        "{",
        "x",
        "{\"a\":}",
    ] {
        check_error(body, &EnvelopeError::Header);
    }
    for item in [
        "[\"event\"]",
        "{}",
        "{\"type\":1}",
        "{\"type\":null}",
        "{\"type\"",
        "x",
    ] {
        check_error(&format!("{{}}\n{item}\nx"), &EnvelopeError::ItemHeader);
    }
}

#[test]
fn a_known_key_twice_in_a_header_is_refused() {
    check_error(
        "{\"sent_at\":\"2026-11-20T10:00:00Z\",\"sent_at\":\"2026-11-20T10:00:00Z\"}",
        &EnvelopeError::Header,
    );
    check_error(
        "{}\n{\"type\":\"a\",\"type\":\"a\"}\nx",
        &EnvelopeError::ItemHeader,
    );
    check("{\"mine\":1,\"mine\":2}", &[]);
}

#[test]
fn one_malformed_item_spoils_the_whole() {
    check_error(
        "{}\n{\"type\":\"event\"}\n{}\n{\"nothing\":1}\n{}",
        &EnvelopeError::ItemHeader,
    );
}

#[test]
fn the_header_tells_id_dsn_and_time() {
    let body = r#"{"event_id":"9EC79C33-EC99-42AB-8353-589FCB2E04DC","dsn":"https://k@h/1","sent_at":"2026-11-20T10:00:00Z","trace":5,"sdk":{}}"#;
    let (header, rest) = parse_header(body.as_bytes()).expect("a header");
    assert_eq!(rest, b"");
    let id = header.event_id.map(|id| id.to_string());
    assert_eq!(id.as_deref(), Some("9ec79c33ec9942ab8353589fcb2e04dc"));
    assert_eq!(header.dsn.as_deref(), Some("https://k@h/1"));
    assert_eq!(
        header.sent_at.map(|time| time.to_string()).as_deref(),
        Some("2026-11-20T10:00:00.000000Z")
    );
}

#[test]
fn a_bad_id_or_dsn_spoils_the_header_but_a_bad_time_does_not() {
    check_error("{\"event_id\":\"nope\"}", &EnvelopeError::Header);
    check_error("{\"event_id\":5}", &EnvelopeError::Header);
    check_error("{\"dsn\":5}", &EnvelopeError::Header);
    check("{\"sent_at\":\"yesterday\"}", &[]);
    check("{\"sent_at\":17}", &[]);
    check("{\"event_id\":null,\"dsn\":null,\"sent_at\":null}", &[]);
}

#[test]
fn a_lone_surrogate_in_an_ignored_field_does_no_harm() {
    check(r#"{"trace":{"transaction":"\ud83d"}}"#, &[]);
}

#[test]
fn five_hundred_items_are_good_and_one_more_is_not() {
    let mut body = "{}\n".to_owned() + &"{\"type\":\"a\"}\nx\n".repeat(ENVELOPE_ITEMS_MAX);
    assert_eq!(payloads(body.as_bytes()).len(), ENVELOPE_ITEMS_MAX);
    body.push_str("\n\n");
    assert_eq!(payloads(body.as_bytes()).len(), ENVELOPE_ITEMS_MAX);
    body.push_str("{\"type\":\"a\"}\nx\n");
    check_error(&body, &EnvelopeError::TooManyItems);
}

#[test]
fn payloads_are_any_bytes() {
    let body = b"{}\n{\"type\":\"a\",\"length\":2}\n\xff\x00\n";
    assert_eq!(
        parse(body).expect("an envelope").items[0].payload,
        b"\xff\x00"
    );
}

/// Writes an envelope as SDKs do.
fn write(items: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut body = b"{}\n".to_vec();
    for (kind, payload) in items {
        let header = serde_json::json!({"type": kind, "length": payload.len()});
        body.extend(header.to_string().into_bytes());
        body.push(b'\n');
        body.extend(payload);
        body.push(b'\n');
    }
    body
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let read = parse(&bytes);
        prop_assert!(read.is_ok() || read.is_err());
    }

    #[test]
    fn what_follows_a_good_start_never_panics(tail in "[\\PC\n\r{}\"0-9]{0,200}") {
        let body = format!("{{}}\n{{\"type\":\"event\",\"length\":{tail}");
        let read = parse(body.as_bytes());
        prop_assert!(read.is_ok() || read.is_err());
    }

    #[test]
    fn what_was_written_is_read_again(
        items in prop::collection::vec((".{0,20}", prop::collection::vec(any::<u8>(), 0..100)), 0..20)
    ) {
        let body = write(&items);
        let envelope = parse(&body).expect("an envelope");
        let read: Vec<_> = envelope
            .items
            .iter()
            .map(|item| (item.header.item_type.clone(), item.payload.to_vec()))
            .collect();
        prop_assert_eq!(read, items);
    }
}
