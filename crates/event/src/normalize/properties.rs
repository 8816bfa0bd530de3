use proptest::prelude::*;

use super::*;
use crate::decode;

const KEYS: [&str; 58] = [
    "exception",
    "values",
    "type",
    "value",
    "stacktrace",
    "frames",
    "vars",
    "filename",
    "abs_path",
    "function",
    "pre_context",
    "breadcrumbs",
    "threads",
    "timestamp",
    "level",
    "message",
    "logentry",
    "formatted",
    "params",
    "tags",
    "request",
    "headers",
    "cookies",
    "query_string",
    "url",
    "data",
    "env",
    "REMOTE_ADDR",
    "user",
    "id",
    "ip_address",
    "contexts",
    "trace",
    "trace_id",
    "extra",
    "release",
    "environment",
    "dist",
    "server_name",
    "mechanism",
    "posix_signal",
    "fingerprint",
    "platform",
    "sdk",
    "logger",
    "errors",
    "_meta",
    "_dsc",
    "os",
    "client_os",
    "runtime",
    "device",
    "feedback",
    "raw_description",
    "build",
    "name",
    "csp",
    "User-Agent",
];

fn json() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "\\PC{0,12}",
        Just("%s {} %(a)s".to_owned()),
        Just("https://u:p@host/a?b=c#d".to_owned()),
        Just("a=1; b=2".to_owned()),
        Just("{\"a\":[1]}".to_owned()),
        Just("{{auto}}".to_owned()),
        Just("0x10".to_owned()),
        Just("2026-11-20T10:00:00Z".to_owned()),
        Just("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0".to_owned()),
        Just("Microsoft Windows NT 10.0.19041.0".to_owned()),
        Just(".NET Framework 4.7.3056.0".to_owned()),
        Just("461814".to_owned()),
        Just("x ".repeat(5_000)),
    ]
    .prop_map(|text| crate::json::Value::from(text).to_json());
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("-1.5".to_owned()),
        Just("1767225599".to_owned()),
        text,
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        let key = proptest::sample::select(KEYS.to_vec());
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6)
                .prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec((key, inner), 0..8).prop_map(|entries| {
                let entries: Vec<String> = entries
                    .into_iter()
                    .map(|(key, value)| format!("\"{key}\":{value}"))
                    .collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    })
}

fn event() -> impl Strategy<Value = String> {
    let key = proptest::sample::select(KEYS.to_vec());
    proptest::collection::vec((key, json()), 0..10).prop_map(|entries| {
        let entries: Vec<String> = entries
            .into_iter()
            .map(|(key, value)| format!("\"{key}\":{value}"))
            .collect();
        format!("{{{}}}", entries.join(","))
    })
}

fn context() -> NormalizeContext<'static> {
    NormalizeContext {
        received_at: Timestamp(1_767_225_600_000_000),
        sent_at: None,
        event_id: None,
        client_ip: Some("198.51.100.9"),
        user_agent: None,
        sdk_client: Some("sentry.python/2.75.0"),
        retention_days: 90,
        dsc: None,
        kind: EventKind::Stated,
        sensitive: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decoding_survives_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(decode(&bytes).is_ok() || decode(&bytes).is_err());
    }

    #[test]
    fn reading_user_agents_survives_any_text(text in "\\PC{0,300}|Mozilla/[0-9.]{1,9} \\((Android|iPhone|Windows NT|X11);? [ -~]{0,80}\\) [ -~]{0,80}") {
        let first = crate::user_agent::read(&text);
        prop_assert_eq!(first, crate::user_agent::read(&text));
    }

    #[test]
    fn reading_reports_survives_any_json(fields in json(), list in any::<bool>()) {
        let report = format!(r#"{{"csp-report":{{"effective-directive":"img-src","blocked-uri":{fields},"document-uri":{fields},"violated-directive":{fields}}}}}"#);
        let body = if list { format!("[{report},{fields}]") } else { report };
        let facts = crate::security::RequestFacts::default();
        for event in crate::security::to_events(body.as_bytes(), None, None, &facts).into_iter().flatten() {
            let draft = decode(&event).expect("is an event");
            prop_assert!(normalize(draft, &context()).is_ok());
        }
    }

    #[test]
    fn decoding_what_was_decoded_changes_nothing(text in event()) {
        let first = decode(text.as_bytes()).expect("an object decodes");
        let first = Event::from_draft(first, Timestamp(0)).to_json();
        let second = decode(first.as_bytes()).expect("an object decodes");
        let second = Event::from_draft(second, Timestamp(0)).to_json();
        prop_assert_eq!(first, second);
    }

    #[test]
    fn normalising_twice_changes_nothing_more(text in event()) {
        let draft = decode(text.as_bytes()).expect("an object decodes");
        if let Ok(event) = normalize(draft, &context()) {
            let first = event.to_json();
            let draft = decode(first.as_bytes()).expect("an object decodes");
            let second = normalize(draft, &context()).expect("was accepted before").to_json();
            prop_assert_eq!(first, second);
        }
    }
}
