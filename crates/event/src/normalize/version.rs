//! Release, distribution and environment: reference/PROTOCOL.md section 8.1.

use super::attributes::{discard, trim};
use crate::json::{Object, Value};
use crate::place::Place;

const RELEASE_BYTES_MAX: usize = 200;
const ENVIRONMENT_BYTES_MAX: usize = 64;
const DIST_CHARS_MAX: usize = 64;

/// Drops a release that is not one.
pub(super) fn release(body: &mut Object<'_>, root: &mut Place<'_>) {
    check(body, root, "release", "invalid release", is_release);
}

/// Drops a distribution that is not one.
pub(super) fn dist(body: &mut Object<'_>, root: &mut Place<'_>) {
    check(body, root, "dist", "invalid dist", |text| {
        text.len() <= DIST_CHARS_MAX
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    });
}

/// Drops an environment that is not one; without one, the tag of that name says it.
pub(super) fn environment(body: &mut Object<'_>, root: &mut Place<'_>) {
    let tag = super::tags::take(body, root, "environment");
    if let (Some(tag), true) = (tag, is_missing(body, "environment")) {
        body.insert("environment", tag);
    }
    check(
        body,
        root,
        "environment",
        "invalid environment",
        is_environment,
    );
}

/// Whether a text without blanks around it can be the name of a release
/// (reference/PROTOCOL.md section 8.1).
#[must_use]
pub fn is_release(text: &str) -> bool {
    is_name(text, RELEASE_BYTES_MAX) && !text.eq_ignore_ascii_case("latest")
}

/// Whether a text without blanks around it can be the name of an environment
/// (reference/PROTOCOL.md section 8.1).
#[must_use]
pub fn is_environment(text: &str) -> bool {
    is_name(text, ENVIRONMENT_BYTES_MAX) && !text.eq_ignore_ascii_case("none")
}

fn is_missing(body: &Object<'_>, key: &str) -> bool {
    body.get(key).is_none_or(Value::is_null)
}

fn check(
    body: &mut Object<'_>,
    root: &mut Place<'_>,
    key: &str,
    reason: &str,
    valid: impl Fn(&str) -> bool,
) {
    let Some(value) = body.get_mut(key) else {
        return;
    };
    if let Value::String(text) = value {
        trim(text);
        if text.is_empty() {
            discard(body, root, key);
        } else if !valid(text) {
            root.key(key).invalid(value, reason);
        }
    }
}

/// What releases and environments have in common.
fn is_name(text: &str, bytes_max: usize) -> bool {
    (1..=bytes_max).contains(&text.len())
        && !matches!(text, "." | "..")
        && !text
            .bytes()
            .any(|byte| matches!(byte, b'/' | b'\\' | 0..=0x1f | 0x7f))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, context, event};
    use super::*;

    #[test]
    fn names_with_slashes_or_control_characters_are_refused() {
        assert!(is_name("shop@1.4.2+build 5", RELEASE_BYTES_MAX));
        for text in ["", ".", "..", "a/b", "a\\b", "a\tb", &"x".repeat(201)] {
            assert!(!is_name(text, RELEASE_BYTES_MAX), "{text:?}");
        }
    }

    #[test]
    fn distributions_are_short_words() {
        check(r#"{"dist":" 1.2-x_3 "}"#, "dist", r#""1.2-x_3""#, "");
        check(r#"{"dist":""}"#, "dist", "", "");
        for bad in ["a b", "é", &"x".repeat(65)] {
            let input = format!(r#"{{"dist":"{bad}"}}"#);
            let event = event(&input, &context());
            assert_eq!(event.body.get("dist"), Some(&Value::Null), "{bad}");
        }
        let number = event(r#"{"dist":5}"#, &context());
        assert_eq!(number.body.get("dist"), Some(&Value::Null));
    }

    #[test]
    fn releases_and_environments_that_are_none_are_noted() {
        check(r#"{"release":" shop@1 "}"#, "release", r#""shop@1""#, "");
        check(
            r#"{"release":"a/b"}"#,
            "release",
            "null",
            r#"{"":{"err":[["invalid_data",{"reason":"invalid release"}]],"val":"a/b"}}"#,
        );
        check(r#"{"environment":" "}"#, "environment", "", "");
        check(
            r#"{"tags":{"environment":"live"}}"#,
            "environment",
            r#""live""#,
            "",
        );
        let errors = r#"[{"type":"invalid_data","name":"release","reason":"invalid release"}]"#;
        check(r#"{"release":"Latest"}"#, "errors", errors, "");
    }
}
