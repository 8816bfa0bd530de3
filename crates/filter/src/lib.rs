//! Decides whether an event is kept: inbound filters today, ignore rules and sampling with theirs.
//!
//! **Invariant:** pure functions of the event and the settings; no I/O, no SQL, no HTTP.

mod fields;
mod filters;
mod keep;
mod pattern;
mod settings;

pub use keep::{KeptEvent, Refusal, keep};
pub use pattern::{Pattern, PatternError};
pub use settings::Settings;
