//! How a project groups.

use crate::{RuleText, Version};

/// How a project groups: what a [`crate::Grouper`] is compiled from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The version of the algorithm.
    pub version: Version,
    /// A version whose hashes are still looked up, after a change of the version.
    pub older: Option<Version>,
    /// Whether issues were imported from Sentry, so that its hashes are looked up too.
    pub knows_sentry: bool,
    /// The project's own rules in the order in which they apply. Of fingerprint rules the first
    /// that matches wins; stack-trace and variable rules apply one after the other.
    pub texts: Vec<RuleText>,
}
