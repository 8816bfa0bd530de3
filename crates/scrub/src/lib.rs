//! Removes personal and secret data from an event and records what was removed, where, and by
//! which rule.
//!
//! The rules, their order and every remark are those of Sentry's Relay 0.10.1, as
//! reference/SCRUBBING.md describes them.
//!
//! **Invariant:** pure functions of the event and the settings; no I/O, no SQL, no HTTP.

mod config;
mod graphql;
mod path;
mod plan;
mod rules;
mod schema;
mod scrubber;
mod selector;
mod settings;
mod text;
mod walk;

#[cfg(test)]
mod tests;

pub use config::{PiiConfig, Redaction, RuleKind, RuleSpec};
pub use scrubber::{Mode, ScrubbedEvent, Scrubber};
pub use selector::{Selector, SelectorError, SelectorItem, Type};
pub use settings::Settings;
