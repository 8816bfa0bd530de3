use watchfire_event::Event;
use watchfire_filter::KeptEvent;

use crate::config::PiiConfig;
use crate::graphql::scrub_graphql;
use crate::plan::Plan;
use crate::settings::Settings;
use crate::walk;

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

/// Whose behaviour counts where Relay's is a weakness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Ours: originals of any kind in `_meta` are scrubbed, wherever they stand, where Relay
    /// leaves what is not a text or belongs to a field without personal data
    /// (reference/SCRUBBING.md section 3.6); and card numbers and the like are replaced in the
    /// message of feedback, which Relay leaves as it is.
    #[default]
    Improved,
    /// Exactly Relay's, to compare with it.
    Compatible,
}

/// The compiled rules of a project: made once, used for many events, from many threads.
#[derive(Clone, Debug, Default)]
pub struct Scrubber {
    /// Whether the step for GraphQL runs.
    graphql: bool,
    /// One after the other: the project's own configuration, then its settings.
    plans: Vec<Plan>,
    /// What runs after them in feedback, in [`Mode::Improved`].
    feedback_plans: Vec<Plan>,
    mode: Mode,
}

impl Scrubber {
    /// Compiles the settings of a project.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            graphql: settings.scrub_data,
            plans: Plan::new(&settings.to_config()).into_iter().collect(),
            feedback_plans: Plan::new(&settings.to_feedback_config())
                .into_iter()
                .collect(),
            mode: Mode::default(),
        }
    }

    /// Compiles a configuration of rules. Patterns that are no valid regexes are skipped, as are
    /// ids that no rule has (reference/SCRUBBING.md section 2).
    #[must_use]
    pub fn from_config(config: &PiiConfig) -> Self {
        Self {
            graphql: false,
            plans: Plan::new(config).into_iter().collect(),
            feedback_plans: Vec::new(),
            mode: Mode::default(),
        }
    }

    /// This scrubber with the rules of `later` run after its own. A project's own configuration
    /// runs before its settings (reference/SCRUBBING.md section 1).
    #[must_use]
    pub fn then(mut self, later: Self) -> Self {
        self.graphql |= later.graphql;
        self.plans.extend(later.plans);
        self.feedback_plans.extend(later.feedback_plans);
        self
    }

    /// This scrubber in another mode.
    #[must_use]
    pub fn with_mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Scrubs one event. What was changed stands in the event's `_meta`.
    #[must_use]
    pub fn scrub<'a>(&self, event: KeptEvent<'a>) -> ScrubbedEvent<'a> {
        let mut event = event.into_event();
        if self.graphql {
            scrub_graphql(&mut event.body);
        }
        for plan in &self.plans {
            walk::scrub(&mut event.body, &mut event.meta, plan, self.mode);
        }
        if self.mode == Mode::Improved && is_feedback(&event) {
            for plan in &self.feedback_plans {
                walk::scrub(&mut event.body, &mut event.meta, plan, self.mode);
            }
        }
        ScrubbedEvent(event)
    }
}

fn is_feedback(event: &Event<'_>) -> bool {
    let contexts = event.body.get_object("contexts");
    contexts.is_some_and(|contexts| contexts.get("feedback").is_some())
}
