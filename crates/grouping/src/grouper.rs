//! A project's way of grouping, compiled.

use std::sync::{Arc, LazyLock};

use watchfire_event::Event;
use watchfire_scrub::ScrubbedEvent;

use crate::compiled::Compiled;
use crate::context::Context;
use crate::decide::{self, Candidate, Depth};
use crate::grouping::GroupedEvent;
use crate::in_app::InApp;
use crate::{
    Explanation, FallbackHash, Grouping, Hash, RuleKind, RuleProblem, RuleText, Settings, Version,
    culprit, explain, title,
};

/// A project's [`Settings`], compiled. Clones share what was compiled; the default one, the latest
/// version without own rules, is compiled once per process.
#[derive(Clone, Debug)]
pub struct Grouper {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: Settings,
    problems: Vec<RuleProblem>,
    compiled: Compiled,
    /// Other versions whose hashes are looked up.
    others: Vec<Compiled>,
}

impl Default for Grouper {
    fn default() -> Self {
        static DEFAULT: LazyLock<Grouper> = LazyLock::new(|| Grouper::new(&Settings::default()));
        DEFAULT.clone()
    }
}

impl Grouper {
    /// Compiles settings. Lines that are no rules are left out and listed in
    /// [`Grouper::problems`]; the others work.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let mut problems = Vec::new();
        let compiled = Compiled::new(settings.version, &settings.texts, &mut problems);
        let is_other = |version: &Version| {
            *version != settings.version
                && (settings.knows_sentry || settings.older == Some(*version))
        };
        let others = Version::ALL.into_iter().rev().filter(is_other);
        Self {
            shared: Arc::new(Shared {
                settings: settings.clone(),
                problems,
                compiled,
                others: others
                    .map(|version| Compiled::new(version, &settings.texts, &mut Vec::new()))
                    .collect(),
            }),
        }
    }

    /// What it was compiled from.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The lines that were left out, in the order of the texts.
    #[must_use]
    pub fn problems(&self) -> &[RuleProblem] {
        &self.shared.problems
    }

    /// Fingerprints one event.
    #[must_use]
    pub fn group<'a>(&self, event: ScrubbedEvent<'a>) -> GroupedEvent<'a> {
        let grouping = self.describe(event.event());
        GroupedEvent::new(event, grouping)
    }

    /// What [`Grouper::group`] finds of an event that is already stored: its fingerprint, title
    /// and culprit.
    #[must_use]
    pub fn describe(&self, event: &Event<'_>) -> Grouping {
        let context = Context::new(event, self.compiled());
        let candidates = decide::decide(&context, Depth::Hashes);
        let (title, metadata) = title::title(&context);
        let hashes = decide::hashes(&candidates);
        Grouping {
            fallbacks: self.fallbacks(event, &candidates, &hashes),
            hashes,
            title,
            culprit: culprit::culprit(&context),
            metadata,
        }
    }

    /// Explains the fingerprint of an event; the hashes, title and culprit are those of
    /// [`Grouper::describe`].
    #[must_use]
    pub fn explain<'e>(&'e self, event: &'e Event<'_>) -> Explanation<'e> {
        explain::explain(event, self.compiled(), self.problems())
    }

    /// Which frames of an event are the application's, after all rules.
    #[must_use]
    pub fn in_app(&self, event: &Event<'_>) -> InApp {
        InApp::read(event, self.compiled())
    }

    pub(crate) fn compiled(&self) -> &Compiled {
        &self.shared.compiled
    }

    /// What else the event may be known by: our hashes of the older version, then Sentry's of all
    /// versions, the project's own first.
    fn fallbacks(
        &self,
        event: &Event<'_>,
        candidates: &[Candidate<'_>],
        hashes: &[Hash],
    ) -> Vec<FallbackHash> {
        let settings = self.settings();
        let (mut own, mut sentry) = (Vec::new(), Vec::new());
        if settings.knows_sentry {
            sentry.extend(decide::sentry_hashes(candidates));
        }
        for compiled in &self.shared.others {
            let context = Context::new(event, compiled);
            let candidates = decide::decide(&context, Depth::Hashes);
            if settings.older == Some(compiled.version) {
                own = decide::hashes(&candidates);
                own.retain(|hash| !hashes.contains(hash));
            }
            if settings.knows_sentry {
                for hash in decide::sentry_hashes(&candidates) {
                    if !sentry.contains(&hash) {
                        sentry.push(hash);
                    }
                }
            }
        }
        let own = own.into_iter().map(FallbackHash::Older);
        own.chain(sentry.into_iter().map(FallbackHash::Sentry))
            .collect()
    }
}

/// What is wrong with the lines of a text, compiled alone; the problems' origin is empty.
#[must_use]
pub fn check(kind: RuleKind, text: &str) -> Vec<RuleProblem> {
    let text = RuleText {
        kind,
        origin: String::new(),
        text: text.to_owned(),
    };
    let mut problems = Vec::new();
    Compiled::new(Version::LATEST, &[text], &mut problems);
    problems
}
