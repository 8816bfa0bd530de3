//! Replays of what a person saw (reference/PROTOCOL.md sections 7 and 9.8).

mod event;
mod recording;
mod video;

use super::Findings;
use super::flaw::{Flaw, judge};
use crate::envelope::ItemHeader;
use crate::outcome::DataCategory;

pub(crate) use recording::Budget;

/// Whether an item of a replay is valid, by the type that its header gives it. What its recording
/// unpacks to is taken out of `budget`, which is one for the whole envelope.
pub(crate) fn look(payload: &[u8], header: &ItemHeader, budget: &mut Budget) -> Findings {
    let (name, checked) = match header.item_type.as_str() {
        "replay_event" => ("replay event", event::check(payload)),
        "replay_video" => ("replay video", video::check(payload, budget)),
        _ => ("replay recording", recording::check(payload, budget)),
    };
    judge(DataCategory::Replay, name, checked)
}

/// What is said of a replay event whose envelope holds no recording. A recording alone is good.
pub(crate) fn without_recording() -> Findings {
    let reason = "invalid_replay_missing_recording";
    let words = "comes without a replay_recording in its envelope";
    judge(
        DataCategory::Replay,
        "replay event",
        Err(Flaw::new(reason, words)),
    )
}

#[cfg(test)]
mod tests;
