//! Release, distribution and environment: reference/PROTOCOL.md section 8.1.

use super::attributes::{discard, trim};
use crate::json::{Object, Value};
use crate::place::Place;

const RELEASE_BYTES_MAX: usize = 200;
const ENVIRONMENT_BYTES_MAX: usize = 64;
const DIST_CHARS_MAX: usize = 64;

/// Drops a release that is not one.
pub(super) fn release(body: &mut Object<'_>, root: &mut Place<'_>) {
    check(body, root, "release", "invalid release", |text| {
        is_name(text, RELEASE_BYTES_MAX) && !text.eq_ignore_ascii_case("latest")
    });
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
    check(body, root, "environment", "invalid environment", |text| {
        is_name(text, ENVIRONMENT_BYTES_MAX) && !text.eq_ignore_ascii_case("none")
    });
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
    text.len() <= bytes_max
        && !matches!(text, "." | "..")
        && !text
            .bytes()
            .any(|byte| matches!(byte, b'/' | b'\\' | 0..=0x1f | 0x7f))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_slashes_or_control_characters_are_refused() {
        assert!(is_name("shop@1.4.2+build 5", RELEASE_BYTES_MAX));
        for text in [".", "..", "a/b", "a\\b", "a\tb", &"x".repeat(201)] {
            assert!(!is_name(text, RELEASE_BYTES_MAX), "{text:?}");
        }
    }
}
