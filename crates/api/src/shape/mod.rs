//! Rows and events as the JSON that Sentry's clients expect (reference/PRODUCT.md section 9.3).

mod entry;
mod event;
mod issue;
mod organization;
mod project;

pub(crate) use event::event;
pub(crate) use issue::{Place, activity, issue, tag_key};
pub(crate) use organization::organization;
pub(crate) use project::{key, project};

use watchfire_event::Timestamp;

/// Seconds since 1970, as statistics are given.
pub(crate) fn seconds(hour: i64) -> i64 {
    hour.saturating_mul(3_600)
}

/// An instant as the API writes it.
pub(crate) fn time(instant: Timestamp) -> String {
    instant.to_string()
}
