//! The attributes of the event itself: reference/PROTOCOL.md section 8.1.

use super::{EventKind, NormalizeContext};
use crate::json::{Object, Value};
use crate::place::Place;
use crate::{Dsc, EventId, Level, PathItem};

/// Section 8.5; any other platform becomes [`PLATFORM_OTHER`].
const PLATFORMS: [&str; 19] = [
    "as3",
    "c",
    "cfml",
    "cocoa",
    "csharp",
    "elixir",
    "go",
    "groovy",
    "haskell",
    "java",
    "javascript",
    "native",
    "node",
    "objc",
    "other",
    "perl",
    "php",
    "python",
    "ruby",
];
const PLATFORM_OTHER: &str = "other";
/// The protocol version that all of today's SDKs speak (section 3).
const PROTOCOL_VERSION: &str = "7";
/// Where an event keeps its [`Dsc`].
const SAMPLING_KEY: &str = "_dsc";
const FEEDBACK: &str = "feedback";
const TRANSACTION: &str = "transaction";
/// Only transactions have them (section 8.1).
const MEASUREMENTS: &str = "measurements";
/// Section 8.1, `logger`.
const LOGGER_CHARS_MAX: usize = 64;

/// The event's id: the envelope header's, else the payload's, else a fresh one (section 4).
pub(super) fn event_id(body: &mut Object<'_>, context: &NormalizeContext<'_>) -> EventId {
    let own = || body.get_str("event_id").and_then(|text| text.parse().ok());
    let id = context
        .event_id
        .or_else(own)
        .unwrap_or_else(EventId::random);
    body.insert("event_id", id.to_string());
    id
}

/// Trims and checks logger and transaction.
pub(super) fn names(body: &mut Object<'_>, root: &mut Place<'_>) {
    if let Some(Value::String(name)) = body.get_mut("transaction") {
        trim(name);
    }
    logger(body, root);
}

fn logger(body: &mut Object<'_>, root: &mut Place<'_>) {
    let java = body.get_str("platform") == Some("java");
    match body.get_mut("logger") {
        Some(value @ Value::String(_)) => {
            let mut place = root.key("logger");
            if value
                .as_str()
                .is_some_and(|name| name.contains(['\r', '\n']))
            {
                place.invalid(value, "invalid character");
                *value = Value::from("");
            } else if let (true, Value::String(name)) = (java, value) {
                trim(name);
                // What is sensitive is cut like any text's, at the end and by name.
                if let Some(short) = shorten_java_logger(name)
                    && !place.is_sensitive_behind(name, (name.len() + "*".len()) - short.len())
                {
                    *name = short.into();
                }
            }
        }
        Some(_) => {}
        None => {
            body.insert("logger", "");
        }
    }
}

/// The end of a long Java logger after `*`, cut before a dot where one is left.
fn shorten_java_logger(name: &str) -> Option<String> {
    let excess = name.chars().count().checked_sub(LOGGER_CHARS_MAX)?;
    let (cut, _) = name.char_indices().nth(excess + 1)?;
    let rest = name.get(cut..)?;
    let whole = rest
        .find('.')
        .and_then(|dot| rest.get(dot..))
        .unwrap_or(rest);
    (excess > 0).then(|| format!("*{whole}"))
}

/// Takes white space off both ends without copying borrowed text.
pub(super) fn trim(text: &mut std::borrow::Cow<'_, str>) {
    use std::borrow::Cow;
    match text {
        Cow::Borrowed(borrowed) => *borrowed = borrowed.trim(),
        Cow::Owned(owned) => {
            let trimmed = owned.trim();
            if trimmed.len() < owned.len() {
                *owned = trimmed.to_owned();
            }
        }
    }
}

/// Fills in type, platform, level, version and SDK, and returns the level.
pub(super) fn defaults(
    body: &mut Object<'_>,
    root: &mut Place<'_>,
    context: &NormalizeContext<'_>,
) -> Level {
    let kind = kind(body, context.kind);
    body.insert("type", kind);
    if kind != TRANSACTION {
        discard(body, root, MEASUREMENTS);
    }
    let platform = body.get_str("platform").unwrap_or_default();
    if !PLATFORMS.contains(&platform) {
        body.insert("platform", PLATFORM_OTHER);
    }
    if body.get("version").is_none_or(Value::is_null) {
        body.insert("version", PROTOCOL_VERSION);
    }
    if body.get("sdk").is_none_or(Value::is_null)
        && let Some(client) = context.sdk_client
    {
        body.insert("sdk", sdk_of_client(client));
    }
    let level = body.get_str("level").and_then(Level::parse);
    let level = level.unwrap_or(match kind {
        TRANSACTION => Level::Info,
        _ => Level::Error,
    });
    body.insert("level", level.as_str());
    level
}

fn kind(body: &Object<'_>, stated: EventKind) -> &'static str {
    let exceptions = || {
        body.get("exception")
            .and_then(|exception| exception.get("values")?.as_array())
            .unwrap_or_default()
    };
    match (stated, body.get_str("type")) {
        (EventKind::Feedback, _) | (EventKind::Stated, Some(FEEDBACK)) => FEEDBACK,
        (EventKind::Stated, Some(TRANSACTION)) => TRANSACTION,
        (EventKind::Security, _) => "csp",
        _ if !exceptions().is_empty() => "error",
        _ if body.get_object("csp").is_some() => "csp",
        _ => "default",
    }
}

/// `name/version`, or `name version` (section 3).
fn sdk_of_client(client: &str) -> Object<'static> {
    let (name, version) = client
        .split_once('/')
        .or_else(|| client.split_once(' '))
        .unwrap_or((client, ""));
    let mut sdk = Object::new();
    sdk.insert("name", name.to_owned());
    if !version.is_empty() {
        sdk.insert("version", version.to_owned());
    }
    sdk
}

/// Keeps how the trace was sampled, and nothing that a client says about it in the event itself.
pub(super) fn sampling(body: &mut Object<'_>, root: &mut Place<'_>, dsc: Option<&Dsc>) {
    discard(body, root, SAMPLING_KEY);
    if let Some(dsc) = dsc {
        body.insert(SAMPLING_KEY, dsc.to_object());
    }
}

/// Takes a key out of the body together with its notes.
pub(super) fn discard(body: &mut Object<'_>, root: &mut Place<'_>, key: &str) {
    body.remove(key);
    root.forget(PathItem::Key(key));
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, context, event};
    use super::*;

    #[test]
    fn long_java_loggers_keep_their_end() {
        let name = "com.example.a.very.long.package.name.that.never.ends.really.ClassOfThings";
        let short = shorten_java_logger(name).expect("is too long");
        assert_eq!(
            short,
            "*.a.very.long.package.name.that.never.ends.really.ClassOfThings"
        );
        assert!(short.chars().count() <= LOGGER_CHARS_MAX);
        assert_eq!(shorten_java_logger("com.example"), None);
    }

    #[test]
    fn the_kind_of_the_item_decides_about_the_type() {
        for (kind, input, expected) in [
            (EventKind::Event, r#"{"type":"feedback"}"#, "default"),
            (EventKind::Event, r#"{"type":"transaction"}"#, "default"),
            (
                EventKind::Feedback,
                r#"{"exception":[{"type":"E"}]}"#,
                "feedback",
            ),
            (EventKind::Security, r#"{"csp":{}}"#, "csp"),
            (
                EventKind::Stated,
                r#"{"type":"transaction"}"#,
                "transaction",
            ),
            (EventKind::Stated, r#"{"type":"feedback"}"#, "feedback"),
            (EventKind::Stated, r#"{"type":"csp"}"#, "default"),
        ] {
            let mut context = context();
            context.kind = kind;
            let event = event(input, &context);
            assert_eq!(
                event.body.get_str("type"),
                Some(expected),
                "{kind:?} {input}"
            );
        }
    }

    #[test]
    fn the_sampling_context_is_the_envelopes_and_never_the_clients() {
        let forged = r#"{"_dsc":{"user":{"id":"anna"}},"contexts":{"trace":{"trace_id":"11111111111111112222222222222222","span_id":"3333333333333333"}}}"#;
        assert!(event(forged, &context()).body.get("_dsc").is_none());
        let header = r#"{"trace_id":"11111111111111112222222222222222","public_key":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","sample_rate":"0.5","sample_rand":"0.25","sampled":"true","transaction":"/u/anna"}"#;
        let header = crate::json::parse(header.as_bytes()).expect("reads");
        let dsc = Dsc::parse(&header);
        let mut context = context();
        context.dsc = dsc.as_ref();
        let event = event(forged, &context);
        let kept = event.body.get("_dsc").map(Value::to_json);
        assert_eq!(
            kept.as_deref(),
            Some(
                r#"{"trace_id":"11111111111111112222222222222222","public_key":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","sample_rate":0.5,"sample_rand":0.25,"sampled":true}"#
            )
        );
        let trace = event.body.get("contexts").and_then(|all| all.get("trace"));
        let rate = trace.and_then(|trace| trace.get("client_sample_rate")?.as_f64());
        assert_eq!(rate, Some(0.5));
    }

    #[test]
    fn only_transactions_have_measurements() {
        check(
            r#"{"measurements":{"lcp":{"value":1}}}"#,
            "measurements",
            "",
            "",
        );
    }

    #[test]
    fn loggers_are_one_line_and_short() {
        let notes =
            r#"{"":{"err":[["invalid_data",{"reason":"invalid character"}]],"val":"a\nb"}}"#;
        check(r#"{"logger":"a\nb"}"#, "logger", r#""""#, notes);
        let long = format!(r#"{{"logger":"{}"}}"#, "x".repeat(65));
        let event = event(&long, &context());
        assert_eq!(event.body.get_str("logger").map(str::len), Some(64));
    }

    #[test]
    fn type_and_platform_come_from_what_is_there() {
        check(r#"{"exception":[{"type":"E"}]}"#, "type", r#""error""#, "");
        check(r#"{"csp":{"a":1}}"#, "type", r#""csp""#, "");
        check(r#"{"type":"error"}"#, "type", r#""default""#, "");
        check(r#"{"platform":"rust"}"#, "platform", r#""other""#, "");
        check(r#"{"platform":"python"}"#, "platform", r#""python""#, "");
    }
}
