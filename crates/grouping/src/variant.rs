//! One way of looking at an event, with the hashes that follow from it.

use std::borrow::Cow;

use serde::Serialize;

use crate::Component;

/// One way of looking at an event: all frames, only the application's, or something without
/// frames (reference/GROUPING.md section 1).
#[derive(Clone, Debug, Serialize)]
pub struct Variant<'e> {
    /// Whether it gives the event a hash.
    pub contributes: bool,
    /// Sentry's hash of it, if it contributes.
    pub hash: Option<String>,
    /// Why it does not contribute, or how it was changed.
    pub hint: Option<Cow<'static, str>>,
    /// `component`, `salted-component`, `checksum`, `custom-fingerprint`, `built-in-fingerprint` or
    /// `fallback`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The tree that was hashed, or the constant texts in it.
    pub components: Component<'e>,
}
