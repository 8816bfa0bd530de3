use std::borrow::Cow;

use watchfire_event::{Event, Network};

use super::csp::Sources;
use super::generic::Generic;
use super::{
    browser_extensions, error_message, health_checks, legacy_browsers, localhost, web_crawlers,
};
use crate::{LegacyBrowser, Origin, PatternSet, Settings};

/// The inbound filters of a project, compiled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inbound {
    generic: Generic,
    csp: Sources,
    ip_addresses: Vec<Network>,
    releases: PatternSet,
    error_messages: PatternSet,
    localhost: bool,
    browser_extensions: bool,
    legacy_browsers: Vec<LegacyBrowser>,
    web_crawlers: bool,
    transactions: PatternSet,
}

impl Inbound {
    pub(crate) fn new(settings: &Settings) -> Self {
        let health_checks = match settings.health_checks {
            true => health_checks::patterns(),
            false => &[],
        };
        Self {
            generic: Generic::new(settings),
            csp: Sources::new(settings),
            ip_addresses: settings.ip_addresses.clone(),
            releases: PatternSet::new(&settings.releases),
            error_messages: PatternSet::new(&settings.error_messages),
            localhost: settings.localhost,
            browser_extensions: settings.browser_extensions,
            legacy_browsers: settings.legacy_browsers.clone(),
            web_crawlers: settings.web_crawlers,
            transactions: PatternSet::new(settings.transactions.iter().chain(health_checks)),
        }
    }

    /// The reason of the first filter that refuses the event, in the order of
    /// reference/PROTOCOL.md section 10. Filters that are off cost nothing.
    pub(crate) fn first_match(
        &self,
        event: &Event<'_>,
        origin: &Origin,
    ) -> Option<Cow<'static, str>> {
        if let Some(id) = self.generic.first_match(event, origin) {
            return Some(id.into());
        }
        let is_from = |networks: &[Network]| {
            let address = origin.client_ip;
            address.is_some_and(|it| networks.iter().any(|network| network.contains(it)))
        };
        let is_of_release = |releases: &PatternSet| {
            let release = event.body.get_str("release");
            !releases.is_empty() && release.is_some_and(|it| releases.matches(it))
        };
        let reason = if self.csp.matches(event) {
            "invalid-csp"
        } else if is_from(&self.ip_addresses) {
            "ip-address"
        } else if is_of_release(&self.releases) {
            "release-version"
        } else if !self.error_messages.is_empty()
            && error_message::matches(event, &self.error_messages)
        {
            "error-message"
        } else if self.localhost && localhost::matches(event) {
            "localhost"
        } else if self.browser_extensions && browser_extensions::matches(event) {
            "browser-extensions"
        } else if !self.legacy_browsers.is_empty()
            && legacy_browsers::matches(event, &self.legacy_browsers)
        {
            "legacy-browsers"
        } else if self.web_crawlers && web_crawlers::matches(event) {
            "web-crawlers"
        } else if self.is_refused_transaction(event) {
            "filtered-transaction"
        } else {
            return None;
        };
        Some(reason.into())
    }

    fn is_refused_transaction(&self, event: &Event<'_>) -> bool {
        let body = &event.body;
        body.get_str("type") == Some("transaction")
            && body
                .get_str("transaction")
                .is_some_and(|name| self.transactions.matches(name))
    }
}

#[cfg(test)]
mod tests;
