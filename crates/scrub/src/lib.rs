//! Removes personal and secret data from an event and records what was removed, where, and by
//! which rule.
//!
//! **Invariant:** pure functions of the event and the settings; no I/O, no SQL, no HTTP.

use watchfire_event::Event;
use watchfire_filter::KeptEvent;

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

/// What a project wants scrubbed.
#[derive(Clone, Debug, Default)]
pub struct Settings {}

/// The compiled settings of a project.
#[derive(Clone, Debug)]
pub struct Scrubber {}

impl Scrubber {
    /// Compiles the settings once, for many events.
    #[must_use]
    pub fn new(_settings: &Settings) -> Self {
        Self {}
    }

    /// Scrubs one event.
    #[must_use]
    pub fn scrub<'a>(&self, event: KeptEvent<'a>) -> ScrubbedEvent<'a> {
        ScrubbedEvent(event.into_event())
    }
}
