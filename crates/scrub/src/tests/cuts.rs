//! Limits cut texts before they are scrubbed: what is secret may not be cut in two there.

use serde_json::{Value, json};
use watchfire_event::{EventKind, NormalizeContext, Timestamp, decode, normalize};
use watchfire_filter::KeptEvent;

use crate::Scrubber;

/// No piece of a secret may be left that has so many characters.
const PIECE_CHARS: usize = 8;

/// Before a secret, the secret, behind it.
type Hidden = (String, String, String);

/// A field, how many characters of it are kept, and an event with it.
type Field = (&'static str, usize, fn(String) -> Value);

/// What the default rules find in any text, as they stand in one.
fn secrets() -> Vec<Hidden> {
    let random = "q7Rk2Zp9Xw4Lm8Vt3Bn6Yc1Hd5Jf0GsKeUaTo";
    let token = |prefix: &str, length: usize, end: &str| {
        let secret = random.repeat(9).get(..length).unwrap().to_owned();
        (prefix.to_owned(), secret, end.to_owned())
    };
    let lines = [random.repeat(2).get(..64).unwrap(); 12].join("\n");
    let escaped = lines.replace('\n', "\\n");
    let dashes = "-----";
    let begin = format!("{dashes}BEGIN RSA PRIVATE KEY{dashes}\n");
    let end = format!("\n{dashes}END RSA PRIVATE KEY{dashes}");
    vec![
        token(concat!("gh", "p_"), 36, " "),
        token(concat!("sk_", "live_"), 24, "."),
        token(concat!("glp", "at-"), 20, "\n"),
        token("password=", 20, "&x=1"),
        token("Authorization: Bearer ", 40, "\n"),
        token("postgres://bob:", 18, "@db.example.com/shop"),
        token("Cookie: theme=dark; sessionid=", 32, "; a=b"),
        token(r#"{"user":"bob","password":""#, 20, r#"","x":1}"#),
        token(r#"{\"api_key\":\""#, 28, r#"\",\"x\":1}"#),
        token("?next=%2Fx%3Ftoken%3D", 30, "%26a%3Db"),
        token("aws_secret_access_key = ", 40, "\n"),
        token(
            concat!("ey", "JhbGciOiJIUzI1NiJ9.ey", "JzdWIiOiIx"),
            300,
            &format!(".{random} "),
        ),
        (begin, lines, end),
        (
            format!("{dashes}BEGIN PRIVATE KEY{dashes}\\n"),
            escaped,
            format!("\\n{dashes}END PRIVATE KEY{dashes}"),
        ),
        (
            "card ".to_owned(),
            "4539 1488 0343 6467".to_owned(),
            " ok".to_owned(),
        ),
    ]
}

/// Fields of every kind that has a limit.
fn fields() -> Vec<Field> {
    vec![
        (
            "exception.value",
            8_189,
            |text| json!({"exception": [{"type": "E", "value": text}]}),
        ),
        (
            "tags",
            197,
            |text| json!({"tags": {"t": text.replace('\n', " ")}}),
        ),
        (
            "vars",
            2_045,
            |text| json!({"stacktrace": {"frames": [{"vars": {"a": "1", "v": text}}]}}),
        ),
        (
            "request.data",
            8_189,
            |text| json!({"request": {"data": text}}),
        ),
        (
            "deep",
            16_381,
            |text| json!({"extra": {"k": {"k": {"k": {"k": {"k": {"k": {"k": text}}}}}}}}),
        ),
        (
            "headers",
            8_189,
            |text| json!({"request": {"headers": {"X": text}}}),
        ),
        ("message", 8_189, |text| json!({"message": text})),
        (
            "logger",
            61,
            |text| json!({"platform": "java", "logger": text.replace('\n', " ")}),
        ),
    ]
}

/// The event after normalisation and scrubbing by the default rules.
fn stored(scrubber: &Scrubber, event: &Value) -> String {
    let context = NormalizeContext {
        received_at: Timestamp::now(),
        sent_at: None,
        event_id: None,
        client_ip: None,
        user_agent: None,
        sdk_client: None,
        retention_days: 90,
        dsc: None,
        kind: EventKind::Event,
        sensitive: Some(scrubber),
    };
    let json = event.to_string();
    let event = normalize(decode(json.as_bytes()).unwrap(), &context).unwrap();
    scrubber
        .scrub(KeptEvent::unfiltered(event))
        .event()
        .to_json()
}

fn pieces(secret: &str) -> impl Iterator<Item = &str> {
    let ends = PIECE_CHARS..=secret.len();
    ends.filter_map(|end| secret.get(end - PIECE_CHARS..end))
}

#[test]
fn no_limit_leaves_a_part_of_a_secret() {
    let (scrubber, mut left) = (Scrubber::default(), Vec::new());
    for (field, kept, event) in fields() {
        for (before, secret, behind) in secrets() {
            let whole = stored(&scrubber, &event(format!("{before}{secret}{behind}")));
            assert!(
                !whole.contains(secret.get(..PIECE_CHARS).unwrap()),
                "{field}: {whole}"
            );
            let length = before.len() + secret.len() + behind.len();
            // Of long ones some cuts are enough.
            for cut in (1..length + 20).step_by(length / 7 + 1) {
                let Some(filled) = kept.checked_sub(cut) else {
                    break;
                };
                let filler = "lorem ipsum ".repeat(filled / 12 + 1);
                let filler = filler.get(filler.len() - filled..).unwrap();
                let rest = " dolor sit amet".repeat(40);
                let stored = stored(
                    &scrubber,
                    &event(format!("{filler}{before}{secret}{behind}{rest}")),
                );
                if pieces(&secret).any(|piece| stored.contains(piece)) {
                    let end = stored.len().saturating_sub(500);
                    left.push(format!(
                        "{field}: {before} cut at {cut}: {}",
                        stored.get(end..).unwrap_or_default()
                    ));
                }
            }
        }
    }
    assert!(left.is_empty(), "{} left:\n{}", left.len(), left.join("\n"));
}
