//! What is known of a replay beside its recording.

use watchfire_event::EventId;

use super::Flaw;
use crate::items::raw::Raw;

/// How many urls, error ids and trace ids one segment may name.
const LIST_MAX: usize = 1000;
/// Segments are numbered in 16 bits.
const SEGMENT_MAX: u64 = 65_535;

/// # Errors
/// A [`Flaw`] when the event does not tell which replay and segment it belongs to.
pub(super) fn check(payload: &[u8]) -> Result<(), Flaw> {
    let invalid = |words| Flaw::new("invalid_replay", words);
    let event = Raw::whole(payload)?;
    event.check()?;
    if !event.is_object() {
        return Err(invalid("is not an object"));
    }
    let [replay_id, segment, urls, error_ids, trace_ids] =
        event.pick(["replay_id", "segment_id", "urls", "error_ids", "trace_ids"])?;
    let replay_id = replay_id.and_then(Raw::text);
    let replay_id = replay_id.ok_or(invalid("lacks replay_id"))?;
    if replay_id.parse::<EventId>().is_err() {
        return Err(invalid("has a replay_id that is not a UUID"));
    }
    if segment.is_some_and(|it| it.whole_number().is_none_or(|it| it > SEGMENT_MAX)) {
        return Err(invalid("has a segment_id that is not a number up to 65535"));
    }
    for list in [urls, error_ids, trace_ids].into_iter().flatten() {
        let entries = list.elements();
        let entries = entries.ok_or(invalid("has urls or ids that are not a list"))?;
        if entries.take(LIST_MAX + 1).count() > LIST_MAX {
            return Err(invalid("has more than 1000 urls or ids"));
        }
    }
    Ok(())
}
