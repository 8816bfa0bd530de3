//! Fingerprints that Sentry gives to certain errors of every project.

use crate::context::Context;
use crate::platform::Family;

/// The built-in fingerprint of an event, if it has one; it replaces the client's
/// (reference/GROUPING.md section 8 "Server rules", the rule set `javascript@2024-02-02`).
///
/// Scripts that were replaced by a new deployment fail in many places for one reason.
pub(super) fn fingerprint(context: &Context<'_>) -> Option<&'static str> {
    let is_chunk_error = |kind: Option<&str>, value: Option<&str>| {
        kind == Some("ChunkLoadError")
            || value.is_some_and(|value| {
                let start = value.get(.."ChunkLoadError".len());
                start.is_some_and(|start| start.eq_ignore_ascii_case("ChunkLoadError"))
            })
    };
    let mut exceptions = context.exceptions.iter();
    let is_script = context.platform.family == Family::JavaScript;
    (is_script && exceptions.any(|found| is_chunk_error(found.kind, found.value)))
        .then_some("chunkloaderror")
}
