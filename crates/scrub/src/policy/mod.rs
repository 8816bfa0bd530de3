//! The rules of a project: what its organisation and the project itself say, taken together.

mod effective;
mod improvements;
mod merge;

use std::collections::BTreeMap;

use crate::config::{Mode, PiiConfig};
use crate::document::Document;
use crate::selector::Selector;
use crate::settings::Settings;

pub use effective::{EffectiveRule, RuleOrigin, blame, effective};
pub use improvements::{Improvement, improvements};

/// Everything that decides how the events of a project are scrubbed.
#[derive(Clone, Debug)]
pub struct Policy {
    settings: Settings,
    config: PiiConfig,
    /// How many of the rules of an application are the organisation's.
    of_organization: BTreeMap<Selector, usize>,
    mode: Mode,
    secrets: bool,
    graphql: bool,
}

impl Policy {
    /// The rules of a project in its organisation, merged as Sentry does (reference/SCRUBBING.md
    /// section 1): a switch that the organisation turned on stays on; the lists are joined, the
    /// organisation's first; custom rules get the prefix `organization:` or `project:`. Of the mode
    /// the project decides, else the organisation; but where the organisation asked for the mode
    /// *improved* or for the secrets catalogue, which runs in that mode alone, no project leaves it.
    /// Secrets are found where the data scrubber is on, unless the project says otherwise.
    #[must_use]
    pub fn of(organization: &Document, project: &Document) -> Self {
        let defaults = Settings::default();
        let switch = |said: fn(&Document) -> Option<bool>, default| {
            said(organization) == Some(true) || said(project).unwrap_or(default)
        };
        let joined =
            |list: fn(&Document) -> &[String]| [list(organization), list(project)].concat();
        let settings = Settings {
            scrub_data: switch(|said| said.scrub_data, defaults.scrub_data),
            scrub_defaults: switch(|said| said.scrub_defaults, defaults.scrub_defaults),
            scrub_ip_addresses: switch(|said| said.scrub_ip_addresses, defaults.scrub_ip_addresses),
            sensitive_fields: joined(|said| &said.sensitive_fields),
            exclude_fields: joined(|said| &said.exclude_fields),
        };
        let is_asked =
            organization.mode == Some(Mode::Improved) || organization.secrets == Some(true);
        let asked = is_asked.then_some(Mode::Improved);
        Self {
            config: merge::configs(&organization.config, &project.config),
            of_organization: counts(&organization.config),
            mode: asked
                .or(project.mode)
                .or(organization.mode)
                .unwrap_or_default(),
            secrets: switch(|said| said.secrets, settings.scrub_data),
            graphql: true,
            settings,
        }
    }

    /// The rules of settings and an advanced configuration, taken as they are; secrets are found
    /// where the data scrubber is on.
    #[must_use]
    pub fn new(settings: Settings, config: PiiConfig, mode: Mode) -> Self {
        Self {
            config,
            of_organization: BTreeMap::new(),
            mode,
            secrets: settings.scrub_data,
            graphql: true,
            settings,
        }
    }

    /// This policy without the step for GraphQL, which needs a normalised event.
    #[must_use]
    pub fn without_graphql(mut self) -> Self {
        self.graphql = false;
        self
    }

    /// This policy with the secrets catalogue on or off.
    #[must_use]
    pub fn with_secrets(mut self, secrets: bool) -> Self {
        self.secrets = secrets;
        self
    }

    /// The merged settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The merged advanced configuration, its custom rules under prefixed ids.
    #[must_use]
    pub fn config(&self) -> &PiiConfig {
        &self.config
    }

    /// Whether Relay's known weaknesses are kept.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether the secrets catalogue runs; in mode *compatible* it never does.
    #[must_use]
    pub fn finds_secrets(&self) -> bool {
        self.secrets && self.mode == Mode::Improved
    }

    /// Whether the variables of GraphQL requests are filtered (reference/SCRUBBING.md section 6.9).
    #[must_use]
    pub fn filters_graphql(&self) -> bool {
        self.graphql && self.settings.scrub_data
    }

    /// The configurations that run one after the other: the advanced one, then that of the
    /// settings (reference/SCRUBBING.md section 1).
    #[must_use]
    pub fn plans(&self) -> Vec<PiiConfig> {
        vec![self.config.clone(), self.settings.to_config(self.mode)]
    }

    /// What the safe fields name; `None` when there are none.
    #[must_use]
    pub fn safe(&self) -> Option<Selector> {
        let mut safe = self.settings.safe(self.mode);
        match safe.pop() {
            Some(only) if safe.is_empty() => Some(only),
            last => {
                safe.extend(last);
                (!safe.is_empty()).then_some(Selector::Or(safe))
            }
        }
    }
}

fn counts(config: &PiiConfig) -> BTreeMap<Selector, usize> {
    let applications = config.applications.iter();
    applications
        .map(|(selector, ids)| (selector.clone(), ids.len()))
        .collect()
}

impl Default for Policy {
    /// That of a new project.
    fn default() -> Self {
        Self::of(&Document::default(), &Document::default())
    }
}

#[cfg(test)]
mod tests;
