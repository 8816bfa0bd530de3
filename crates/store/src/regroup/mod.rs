//! What a change of the grouping rules would do, and doing it.
//!
//! [`preview()`] runs a change over recent events and writes nothing. [`apply()`] saves it, gives
//! the new hashes of those events to the issues that the preview named, so that later events land
//! there, and may queue a job that moves the stored events too. The job decides as the preview
//! does, over all events, and can be taken back ([`crate::job::undo`]).

mod apply;
mod change;
mod data;
mod event;
mod hashes;
mod moved;
mod mover;
mod owners;
mod plan;
mod preview;
mod revert;
mod round;
mod rules;
mod sample;
mod undo;
mod work;

pub use apply::apply;
pub use change::{
    Applied, Change, EXAMPLES_MAX, Example, IssueBrief, Move, PREVIEW_EVENTS_MIN,
    PREVIEW_ISSUE_EVENTS, Preview, Target,
};
pub use preview::preview;

pub(crate) use owners::briefs;
pub(crate) use undo::{begin_undo, is_undo, is_wide};
pub(crate) use work::{is_stale, work};
