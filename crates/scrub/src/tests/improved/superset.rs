//! What *compatible* removes *improved* removes too, but for what `kept` lists.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use super::both;
use crate::Settings;

/// Parts of texts: sensitive words, what rules look for, and harmless words. None of them is one of
/// those that *improved* keeps.
const PARTS: [&str; 30] = [
    "password",
    "passwd",
    "my_secret",
    "api_key",
    "credentials",
    "mysql_pwd",
    "private-key",
    "otp",
    "token",
    "tokens",
    "Bearer",
    "BEARER",
    "holder",
    "sessionid",
    "csrf",
    "canary",
    "Ottakring",
    "4111111111111111",
    "5555 5555 5555 4444",
    "DE89370400440532013000",
    "078-05-1120",
    "bob@x.com",
    "https://u:p1p2@h",
    "pg://joe:p3!p4@db",
    "2001:db8::17",
    "10.11.12.13",
    "::19",
    "-----BEGIN RSA PRIVATE KEY-----\nQUJD\n-----END RSA PRIVATE KEY-----",
    "ünïcode",
    "\u{17f}x",
];
const SEPARATORS: [&str; 9] = [" ", "=", ": ", "/", ", ", "\n", "; ", "\"", "&"];
const KEYS: [&str; 16] = [
    "v",
    "note",
    "password",
    "the_token",
    "X-Api-Key",
    "Authorization",
    "sessionid",
    "Cookie",
    "holder",
    "otp",
    "two_factor",
    "ip_address",
    "url",
    "User-Agent",
    "Set-Cookie",
    "connect.sid",
];

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec((select(&PARTS[..]), select(&SEPARATORS[..])), 1..6).prop_map(
        |parts| {
            let mut text: String = parts
                .iter()
                .flat_map(|(part, separator)| [*part, *separator])
                .collect();
            text.pop();
            text
        },
    )
}

fn settings() -> impl Strategy<Value = Settings> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(defaults, addresses, fields)| {
        Settings {
            scrub_data: true,
            scrub_defaults: defaults,
            scrub_ip_addresses: addresses,
            sensitive_fields: fields.then(|| "holder".to_owned()).into_iter().collect(),
            exclude_fields: Vec::new(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn improved_removes_what_compatible_removes(
        settings in settings(),
        key in select(&KEYS[..]),
        text in text(),
    ) {
        let events = [
            json!({"extra": {key: text}}),
            json!({"extra": {"l": [text, [key, text], {key: [text]}]}}),
            json!({"extra": {"pairs": [[key, text], ["a", "b"]]}}),
            json!({"logentry": {"message": "m", "formatted": text, "params": [text]}}),
            json!({"exception": {"values": [{"value": text, "stacktrace": {"frames": [{"vars": {key: text}}]}}]}}),
            json!({"breadcrumbs": {"values": [{"message": text, "data": {key: text}}]}}),
            json!({"request": {"url": text, "headers": [[key, text]], "cookies": [[key, text]],
                "query_string": [[key, text]], "data": {key: text}, "fragment": text}}),
            json!({"user": {"username": text, "data": {key: text}}, "tags": [[key, text]]}),
            json!({"contexts": {"c": {key: text}, "response": {"type": "response", "headers": [[key, text]]}}}),
            json!({"spans": [{"description": text, "data": {key: text, "http.request.header.cookie": text}}]}),
        ];
        for event in events {
            let event = event.to_string();
            let [compatible, improved] = both(&settings, "{}", &event);
            let [compatible, improved] = [compatible, improved].map(|mut result| {
                result.as_object_mut().unwrap().remove("_meta");
                result.to_string().replace("[token]", "")
            });
            // What stands for a token has the name of its scheme in front.
            for part in PARTS.iter().filter(|part| !part.eq_ignore_ascii_case("bearer")) {
                let part = json!(part).to_string();
                let part = part.trim_matches('"');
                let count = |text: &str| text.matches(part).count();
                prop_assert!(
                    count(&improved) <= count(&compatible),
                    "{part} in {event}\n{compatible}\n{improved}"
                );
            }
        }
    }
}
