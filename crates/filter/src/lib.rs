//! Decides whether an event is kept: inbound filters, then ignore rules.
//!
//! **Invariant:** pure functions of the event, its origin and the settings; no I/O, no SQL, no
//! HTTP.

pub mod ignore;

mod fields;
mod filter;
mod filters;
mod head;
mod legacy_browser;
mod order;
mod origin;
mod pattern;
mod settings;
mod verdict;

pub use filter::{Filter, Refusal, Refused};
pub use ignore::RuleError;
pub use legacy_browser::LegacyBrowser;
pub use origin::Origin;
pub use pattern::{Pattern, PatternError, PatternSet};
pub use settings::{GenericFilter, Settings};
pub use verdict::{KeptEvent, Sample, Verdict};
