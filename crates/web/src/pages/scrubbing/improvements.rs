//! What the improved mode does differently.

use serde::Serialize;
use watchfire_scrub::{Mode, Policy};

/// One listed difference.
#[derive(Debug, Serialize)]
pub(super) struct Improvement {
    what: &'static str,
}

/// The differences between the improved and the compatible mode, a sentence each.
pub(super) fn listed() -> Vec<Improvement> {
    let all = watchfire_scrub::improvements().iter();
    all.map(|one| Improvement { what: one.what }).collect()
}

/// Whether the policy scrubs exactly as Sentry does.
pub(super) fn is_compatible(policy: &Policy) -> bool {
    policy.mode() == Mode::Compatible
}
