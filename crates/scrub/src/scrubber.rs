use std::borrow::Cow;

use watchfire_event::Event;
use watchfire_event::json::Object;
use watchfire_filter::KeptEvent;

use crate::attachment::Files;
use crate::config::{Mode, PiiConfig};
use crate::graphql::scrub_graphql;
use crate::plan::Plan;
use crate::policy::Policy;
use crate::rules::Match;
use crate::secrets::hide_secrets;
use crate::settings::Settings;
use crate::walk::{self, Secrets};

/// An event without personal data. Only [`Scrubber::scrub`] makes one.
#[derive(Clone, Debug)]
pub struct ScrubbedEvent<'a>(Event<'a>);

impl<'a> ScrubbedEvent<'a> {
    /// The scrubbed event.
    #[must_use]
    pub fn event(&self) -> &Event<'a> {
        &self.0
    }
}

/// The compiled rules of a project: made once, used for many events, from many threads.
#[derive(Clone, Debug)]
pub struct Scrubber {
    /// Whether the step for GraphQL runs.
    graphql: bool,
    plan: Plan,
    /// The rules for attachments.
    pub(crate) files: Files,
    /// The search for secrets, if it is on.
    secrets: Option<Secrets>,
    mode: Mode,
}

impl Scrubber {
    /// Compiles the settings of a project in [`Mode::Improved`].
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let config = PiiConfig::default();
        Self::of_policy(&Policy::new(settings.clone(), config, Mode::Improved))
    }

    /// Compiles a policy: its advanced configuration runs before its settings, and secrets are
    /// looked for in what these leave. Patterns that are no valid regexes are skipped, as are ids
    /// that no rule has (reference/SCRUBBING.md sections 1 and 2).
    #[must_use]
    pub fn of_policy(policy: &Policy) -> Self {
        let mut configs = policy.plans();
        if policy.mode() == Mode::Improved {
            configs.push(policy.settings().to_feedback_config());
        }
        let secrets = || Secrets::new(policy.safe().as_ref());
        Self {
            graphql: policy.filters_graphql(),
            plan: Plan::new(&configs, policy.mode()),
            files: Files::new(policy.config(), policy.mode()),
            secrets: policy.finds_secrets().then(secrets),
            mode: policy.mode(),
        }
    }

    /// Scrubs one event. What was changed stands in the event's `_meta`.
    #[must_use]
    pub fn scrub<'a>(&self, event: KeptEvent<'a>) -> ScrubbedEvent<'a> {
        self.scrub_again(event.into_event())
    }

    /// Scrubs a stored event by these rules, whatever rules it was scrubbed by before. What these
    /// replaced is not searched again, and their remarks stay; doing it twice changes nothing more.
    #[must_use]
    pub fn scrub_again<'a>(&self, mut event: Event<'a>) -> ScrubbedEvent<'a> {
        let (body, meta) = (&mut event.body, &mut event.meta);
        if self.graphql {
            scrub_graphql(body, meta, self.mode);
        }
        walk::scrub(body, meta, &self.plan, self.secrets.as_ref(), self.mode);
        ScrubbedEvent(event)
    }

    /// A text with its secrets hidden, if they are looked for: for names beside events, such as
    /// those of files, releases and environments.
    #[must_use]
    pub fn hide_secrets<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.secrets {
            Some(_) => hide_secrets(text),
            None => text.into(),
        }
    }

    /// Scrubs free JSON by the same rules; nothing is noted.
    pub(crate) fn scrub_free(&self, object: &mut Object<'_>) {
        walk::scrub_free(object, &self.plan, self.secrets.as_ref(), self.mode);
    }

    /// The searches of all rules but those for anything.
    pub(crate) fn searches(&self) -> impl Iterator<Item = &Match> {
        self.plan.searches()
    }

    /// Whether secrets are looked for.
    pub(crate) fn finds_secrets(&self) -> bool {
        self.secrets.is_some()
    }
}

impl Default for Scrubber {
    /// That of a new project.
    fn default() -> Self {
        Self::of_policy(&Policy::default())
    }
}
