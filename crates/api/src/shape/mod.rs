//! Rows and events as the JSON that Sentry's clients expect (reference/PRODUCT.md section 9.3).

mod account;
mod attachment;
mod entry;
mod event;
mod feedback;
mod grouping;
mod hash;
mod ignore_rule;
mod issue;
mod job;
mod key;
mod organization;
mod preview;
mod project;
mod release;
mod rule;
mod scrubbing;
mod settings;
mod team;

pub(crate) use account::{author, user};
pub(crate) use attachment::{attachment, safe_media_type};
pub(crate) use event::{EventDetail, event};
pub(crate) use feedback::feedback;
pub(crate) use grouping::{grouping_config, grouping_info};
pub(crate) use hash::{event_row, issue_brief, issue_hash, similarity, tombstone};
pub(crate) use ignore_rule::{ignore_rule, ignore_rule_change, ignore_trial};
pub(crate) use issue::{Place, activity, add_estimate, issue, tag_key};
pub(crate) use job::job;
pub(crate) use key::{LIMITED_CATEGORY, key};
pub(crate) use organization::organization;
pub(crate) use preview::preview;
pub(crate) use project::{ProjectGrouping, project, project_detail};
pub(crate) use release::{ReleaseOf, release};
pub(crate) use rule::{rule, rule_change, rule_text};
pub(crate) use scrubbing::{Scrubbing, scrubbing_problem, scrubbing_version};
pub(crate) use settings::Settings;
pub(crate) use team::team;

use watchfire_event::Timestamp;

/// Seconds since 1970, as statistics are given.
pub(crate) fn seconds(hour: i64) -> i64 {
    hour.saturating_mul(3_600)
}

/// An instant as statistics write it: in whole seconds.
pub(crate) fn second(instant: Timestamp) -> String {
    let text = instant.to_string();
    let seconds = text.split('.').next().unwrap_or_default();
    format!("{seconds}Z")
}

/// An instant as the API writes it.
pub(crate) fn time(instant: Timestamp) -> String {
    instant.to_string()
}
