mod read;
mod write;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use watchfire_event::Network;

use crate::{LegacyBrowser, Pattern, RuleError};

/// Which inbound filters of a project are on (reference/PROTOCOL.md section 10).
///
/// In JSON the names are in camel case, and what is missing has its default: that of new projects
/// in Sentry (reference/PRODUCT.md section 5.1). Relay's `filterSettings` are read as well; there
/// what is missing is off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Value")]
pub struct Settings {
    /// Parts of a web application that a browser could not load, mostly after a deployment.
    pub chunk_load_errors: bool,
    /// React errors about pages that the server rendered differently than the browser.
    pub react_hydration_errors: bool,
    /// Errors that browser extensions cause.
    pub browser_extensions: bool,
    /// Events from developers' own machines.
    pub localhost: bool,
    /// Events from search engines and other robots.
    pub web_crawlers: bool,
    /// Transactions of health checks.
    pub health_checks: bool,
    /// Browsers whose events are refused.
    pub legacy_browsers: Vec<LegacyBrowser>,
    /// Clients whose events are refused.
    pub ip_addresses: Vec<Network>,
    /// Releases whose events are refused, in any case of letters.
    pub releases: Vec<Pattern>,
    /// Messages and `Type: message` texts that are refused, in any case of letters.
    pub error_messages: Vec<Pattern>,
    /// Names of transactions that are refused besides those of health checks, in any case.
    pub transactions: Vec<Pattern>,
    /// Whether reports of content security policies about the usual browser extensions and
    /// adware are refused. Off at first: the list has `localhost` on it, so that a developer who
    /// tries a policy would see nothing.
    pub csp_defaults: bool,
    /// Further sources whose reports of content security policies are refused.
    pub csp_sources: Vec<String>,
    /// Relay's generic filters, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub generic: Vec<GenericFilter>,
}

/// A filter with a condition in Relay's language (reference/PROTOCOL.md section 11.2).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GenericFilter {
    /// Its name, which is the reason of its outcomes.
    pub id: String,
    /// Whether it is on.
    pub is_enabled: bool,
    /// The condition as it was written; without one it refuses nothing.
    pub condition: Option<Value>,
}

impl Settings {
    /// Every filter off.
    #[must_use]
    pub fn none() -> Self {
        Self {
            chunk_load_errors: false,
            react_hydration_errors: false,
            browser_extensions: false,
            localhost: false,
            web_crawlers: false,
            health_checks: false,
            legacy_browsers: Vec::new(),
            ip_addresses: Vec::new(),
            releases: Vec::new(),
            error_messages: Vec::new(),
            transactions: Vec::new(),
            csp_defaults: false,
            csp_sources: Vec::new(),
            generic: Vec::new(),
        }
    }

    /// Whether these are Relay's `filterSettings` rather than ours.
    #[must_use]
    pub fn is_of_relay(value: &Value) -> bool {
        read::is_relay(value)
    }

    /// Reads settings of either form, as far as they can be read.
    #[must_use]
    pub fn read_leniently(value: &Value) -> (Self, Vec<RuleError>) {
        if Self::is_of_relay(value) {
            return Self::of_relay(value);
        }
        read::read(value, Self::default())
    }

    /// Reads Relay's `filterSettings`, as far as they can be read: Relay ignores what it does not
    /// know.
    #[must_use]
    pub fn of_relay(value: &Value) -> (Self, Vec<RuleError>) {
        read::read(value, Self::none())
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            chunk_load_errors: true,
            react_hydration_errors: true,
            health_checks: true,
            ..Self::none()
        }
    }
}

impl TryFrom<Value> for Settings {
    type Error = RuleError;

    fn try_from(value: Value) -> Result<Self, RuleError> {
        let (settings, mut problems) = Self::read_leniently(&value);
        match problems.is_empty() {
            true => Ok(settings),
            false => Err(problems.swap_remove(0)),
        }
    }
}

#[cfg(test)]
mod tests;
