//! What grouping finds of an event.

use serde::Serialize;
use watchfire_event::Event;
use watchfire_scrub::ScrubbedEvent;

use crate::{Hash, SentryHash};

/// An event with its fingerprint. Only [`crate::Grouper::group`] makes one.
#[derive(Clone, Debug)]
pub struct GroupedEvent<'a> {
    event: ScrubbedEvent<'a>,
    grouping: Grouping,
}

impl<'a> GroupedEvent<'a> {
    pub(crate) fn new(event: ScrubbedEvent<'a>, grouping: Grouping) -> Self {
        Self { event, grouping }
    }

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

/// The fingerprint and what the issue list shows of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Grouping {
    /// Hashes of the contributing variants, the primary one first; never empty.
    pub hashes: Vec<Hash>,
    /// Hashes under which the event's issue may be known from before, the best first. They are
    /// looked up when none of `hashes` is known, and never created. Empty unless the project has
    /// an older version or issues from Sentry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fallbacks: Vec<FallbackHash>,
    /// One line, for example `KeyError: 'a'`.
    pub title: String,
    /// Where it happened, for example `shop.views in checkout`; at most 200 characters.
    pub culprit: String,
    /// The parts of the title.
    pub metadata: Metadata,
}

/// A hash that is looked up but never created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum FallbackHash {
    /// Ours, by the version that the project had before.
    Older(Hash),
    /// Sentry's, for issues that were imported.
    Sentry(SentryHash),
}

impl FallbackHash {
    /// The bytes as stored: 32 of ours, 16 of Sentry's.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Older(hash) => &hash.0,
            Self::Sentry(hash) => &hash.0,
        }
    }
}

/// The parts of an issue's title (reference/GROUPING.md section 10); empty where absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The exception's type, at most 128 characters.
    #[serde(rename = "type")]
    pub kind: String,
    /// The exception's value, at most 1,024 characters, or the message's first line.
    pub value: String,
    /// The file of the crash frame, or the host that a browser's report is about.
    pub filename: String,
    /// The function of the crash frame.
    pub function: String,
}
