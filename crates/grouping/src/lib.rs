//! The fingerprint, title and culprit of an event, and the explanation of them.
//!
//! **Invariant:** pure functions of the event; no I/O, no SQL, no HTTP.

use watchfire_event::Event;
use watchfire_scrub::ScrubbedEvent;

/// An event with its fingerprint. Only [`group`] makes one.
#[derive(Clone, Debug)]
pub struct GroupedEvent<'a> {
    event: ScrubbedEvent<'a>,
    grouping: Grouping,
}

impl<'a> GroupedEvent<'a> {
    /// The scrubbed event.
    #[must_use]
    pub fn event(&self) -> &Event<'a> {
        self.event.event()
    }

    /// Its fingerprint and title.
    #[must_use]
    pub fn grouping(&self) -> &Grouping {
        &self.grouping
    }
}

/// What makes two events one issue: SHA-256 over the contributing components.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

/// The fingerprint and what the issue list shows of an event.
#[derive(Clone, Debug, Default)]
pub struct Grouping {
    /// Hashes of the contributing variants, the primary one first.
    pub hashes: Vec<Hash>,
    /// One line, for example `KeyError: 'a'`.
    pub title: String,
    /// Where it happened, for example `shop.views in checkout`.
    pub culprit: String,
    /// The parts of the title.
    pub metadata: Metadata,
}

/// The parts of an issue's title (reference/GROUPING.md section 10); empty where absent.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// The exception's type.
    pub kind: String,
    /// The exception's value or the message.
    pub value: String,
    /// The file of the crash frame.
    pub filename: String,
    /// The function of the crash frame.
    pub function: String,
}

/// Fingerprints one event.
#[must_use]
pub fn group(event: ScrubbedEvent<'_>) -> GroupedEvent<'_> {
    GroupedEvent {
        event,
        grouping: Grouping::default(),
    }
}
