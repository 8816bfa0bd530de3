//! What is kept of events when there are too many, and what is known of those that never came.
//!
//! Every event that comes in is counted in full: totals, hours, users, tags, releases and looks of
//! its issue. Whether its body is stored as well is decided here, by
//!
//! - an ignore rule's *keep one in N*; the event that makes an issue keeps its body all the same,
//! - the issue budget: of more than [`Settings::issue_budget`] events of an issue and hour the
//!   first half of the budget keep their bodies, of the others an even sample of at most the other
//!   half, and the latest; so that an issue and hour never has more bodies than the budget and one,
//! - spike protection: while a project gets far more events than usual ([`spike`]), the budget of
//!   each issue and hour is [`Settings::spike_budget`]. What was stored before stays.
//!
//! The hour is that in which the event happened. An event without a body is remembered by its id
//! for [`COUNTED_DAYS`] days, so that one that is sent again is counted once.

mod bodies;
pub mod client;
mod counted;
mod estimate;
mod hashes;
mod losses;
mod purge;
mod reason;
mod settings;
pub mod spike;
mod stride;
mod watch;

pub use estimate::{Estimate, Part};
pub use losses::{RANDOM_LOSSES, RATE_LIMITED, errors_of_project, estimates};
pub use reason::Why;
pub use settings::{Settings, set};

pub(crate) use bodies::{
    Latest, Thinning, drop_bodies, forget_latest, latest, row_of, set_latest, to_thin,
};
pub(crate) use counted::{Bodiless, is_counted, save};
pub(crate) use hashes::{Ends, delete_step, ends, load, shift};
pub(crate) use purge::{purge_clients, purge_counted};
pub(crate) use stride::Budget;
pub(crate) use watch::Watch;

/// Why a file is not stored whose event is counted without a body: the reason of its outcome
/// `filtered`.
pub const SAMPLED_EVENT: &str = "sampled-event";
/// For how many days the ids of events without a body are remembered. SDKs that keep events while
/// they are offline send them again within a day or so.
pub const COUNTED_DAYS: i64 = 7;
pub(crate) const COUNTED_MICROS: i64 = COUNTED_DAYS * 24 * 3_600 * 1_000_000;
