//! One way of looking at an event, with the hashes that follow from it.

use std::borrow::Cow;

use serde::Serialize;

use crate::{Component, Hash, RuleSource};

/// One way of looking at an event: all frames, only the application's, or something without
/// frames (reference/GROUPING.md section 1).
#[derive(Clone, Debug, Serialize)]
pub struct Variant<'e> {
    /// Whether it gives the event a hash.
    pub contributes: bool,
    /// Sentry's hash of it as Sentry prints it, if it contributes.
    pub hash: Option<String>,
    /// Our hash of it, if it contributes.
    #[serde(skip)]
    pub own_hash: Option<Hash>,
    /// Why it does not contribute, or how it was changed.
    pub hint: Option<Cow<'static, str>>,
    /// The fingerprint rule that gave it, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'e RuleSource>,
    /// `component`, `salted-component`, `checksum`, `custom-fingerprint`, `built-in-fingerprint` or
    /// `fallback`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The tree that was hashed, or the constant texts in it.
    pub components: Component<'e>,
}
