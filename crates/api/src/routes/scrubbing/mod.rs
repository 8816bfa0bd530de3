//! Scrubbing under the team's control: documents, what they mean, what they would do, and the jobs
//! that apply them to what is stored or erase a user.
//!
//! Ours, not Sentry's, which has a project's settings as fields of the project (`dataScrubber`,
//! `relayPiiConfig`, …); those write the same documents.

mod documents;
mod erasures;
mod jobs;
mod preview;
mod rules;

pub(super) use documents::{change, set, show};
pub(super) use erasures::{create as erase, preview as preview_erasure, show as receipt};
pub(super) use jobs::{create as rescrub, show as report};
pub(super) use preview::show as preview;
pub(super) use rules::{list as rules, suggestions};
