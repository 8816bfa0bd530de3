//! A replay of a mobile device: a map of event, recording and video in `MessagePack`.

use rmp::decode::{read_bin_len, read_map_len, read_str_len};

use super::{Budget, Flaw, event, recording};

/// How many parts the map may have.
const PARTS_MAX: u32 = 16;

/// # Errors
/// A [`Flaw`] when the map cannot be read or one of the three parts is missing or bad.
pub(super) fn check(payload: &[u8], budget: &mut Budget) -> Result<(), Flaw> {
    let parts = read_parts(payload).ok_or(invalid("is not a map of byte strings"))?;
    let [event, recording, video] = parts;
    event::check(event.ok_or(invalid("lacks replay_event"))?)?;
    let recording = recording.ok_or(invalid("lacks replay_recording"))?;
    recording::check(recording, budget)?;
    match video {
        None => Err(invalid("lacks replay_video")),
        Some([]) => {
            let reason = "invalid_replay_no_payload";
            Err(Flaw::new(reason, "has an empty replay_video"))
        }
        Some(_) => Ok(()),
    }
}

/// The three parts, each if it is there; `None` when the payload is something else.
fn read_parts(payload: &[u8]) -> Option<[Option<&[u8]>; 3]> {
    let mut rest = payload;
    let count = read_map_len(&mut rest).ok()?;
    if count > PARTS_MAX {
        return None;
    }
    let mut parts = [None; 3];
    for _ in 0..count {
        let length = read_str_len(&mut rest).ok()?;
        let name = take(&mut rest, length)?;
        let length = read_bin_len(&mut rest).ok()?;
        let part = take(&mut rest, length)?;
        let names: [&[u8]; 3] = [b"replay_event", b"replay_recording", b"replay_video"];
        let places = names.iter().zip(&mut parts);
        for (_, place) in places.filter(|(known, _)| **known == name) {
            *place = Some(part);
        }
    }
    Some(parts)
}

fn take<'a>(rest: &mut &'a [u8], length: u32) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    Some(taken)
}

fn invalid(words: &'static str) -> Flaw {
    Flaw::new("invalid_replay_video", words)
}
