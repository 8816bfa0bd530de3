//! The filters in a few words, for the page of all settings.

use serde_json::Value;
use watchfire_filter::{RuleError, Settings};

use super::form;

/// The key in a project's settings.
pub(super) const SETTING: &str = "filter";

/// The filters that the settings (JSON text) of a project say, and what cannot be read of them.
pub(super) fn in_force(settings: &str) -> (Settings, Vec<RuleError>) {
    let stored: Value = serde_json::from_str(settings).unwrap_or_default();
    match stored.get(SETTING) {
        Some(said) => Settings::read_leniently(said),
        None => (Settings::default(), Vec::new()),
    }
}

/// What is on, for people.
pub(in crate::pages) fn words(settings: &str) -> Vec<String> {
    form::words(&in_force(settings).0)
}
