//! *Ignore this wrapper frame when grouping.*

use serde::Serialize;
use watchfire_event::Event;
use watchfire_grouping::Grouper;
use watchfire_grouping::suggest;

use super::choices::Choices;
use super::draft::Made;
use super::split::FRAMES_MAX;
use crate::pages::issue::view::budget::counted;

/// The choices as the form shows them.
#[derive(Debug, Serialize)]
pub(super) struct FramesView {
    frames: Vec<FrameRow>,
    left_out: Option<String>,
}

/// A frame to choose.
#[derive(Debug, Serialize)]
struct FrameRow {
    place: usize,
    label: String,
    in_app: bool,
    contributes: bool,
    chosen: bool,
}

/// Makes the line that keeps a frame from counting. Completes `choices`: the frame nearest to the
/// crash where none was chosen.
pub(super) fn make(
    grouper: &Grouper,
    event: &Event<'_>,
    choices: &mut Choices,
) -> (FramesView, Made) {
    let frames = suggest::frames(grouper, event);
    let is_there = |place: usize| frames.iter().any(|frame| frame.place == place);
    let place = choices.frame.filter(|place| is_there(*place));
    choices.frame = place.or(frames.first().map(|frame| frame.place));
    let line = choices
        .frame
        .and_then(|place| suggest::ignore_frame(grouper, event, place));
    let made = match line {
        Some(line) => Made::of(line),
        None if frames.is_empty() => Made::nothing("The event has no stack trace."),
        None => Made::nothing(
            "This frame has neither a function nor a module or file that a rule could name. \
             Choose another one.",
        ),
    };
    let left_out = frames.len().saturating_sub(FRAMES_MAX);
    let rows = frames.into_iter().take(FRAMES_MAX).map(|frame| FrameRow {
        chosen: choices.frame == Some(frame.place),
        place: frame.place,
        label: frame.label,
        in_app: frame.in_app,
        contributes: frame.contributes,
    });
    let view = FramesView {
        frames: rows.collect(),
        left_out: (left_out > 0).then(|| format!("and {}", counted(left_out, "more frame"))),
    };
    (view, made)
}
