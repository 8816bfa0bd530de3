//! Decides whether an event is kept: inbound filters today, ignore rules and sampling with theirs.
//!
//! **Invariant:** pure functions of the event and the settings; no I/O, no SQL, no HTTP.

use watchfire_event::Event;

/// An event that no filter refused. Only [`keep`] makes one.
#[derive(Clone, Debug)]
pub struct KeptEvent<'a>(Event<'a>);

impl<'a> KeptEvent<'a> {
    /// The event that was kept.
    #[must_use]
    pub fn event(&self) -> &Event<'a> {
        &self.0
    }

    /// Gives the event up to the next step.
    #[must_use]
    pub fn into_event(self) -> Event<'a> {
        self.0
    }
}

/// Which filters are on.
#[derive(Clone, Debug)]
pub struct Settings {}

impl Settings {
    /// Every filter off.
    #[must_use]
    pub fn none() -> Self {
        Self {}
    }
}

/// Why an event was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The outcome's reason (reference/PROTOCOL.md section 10), for example `chunk-load-error`.
    pub reason: &'static str,
}

/// Passes the event on unless a filter refuses it.
///
/// # Errors
/// The first filter that refuses, in the order of reference/PROTOCOL.md section 10.
pub fn keep<'a>(event: Event<'a>, _settings: &Settings) -> Result<KeptEvent<'a>, Refusal> {
    Ok(KeptEvent(event))
}
