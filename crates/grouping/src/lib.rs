//! The fingerprint, title and culprit of an event, and the explanation of them.
//!
//! [`group()`] and [`explain()`] share one code: the strategies build a small tree of components that
//! borrow their texts from the event, and the hashes are taken over the leaves that count.
//!
//! **Invariant:** pure functions of the event; no I/O, no SQL, no HTTP.

use serde::Serialize;
use watchfire_event::Event;
use watchfire_scrub::ScrubbedEvent;

mod component;
mod context;
mod culprit;
mod decide;
mod exception;
mod exception_group;
mod explain;
mod fingerprint;
mod frame;
mod hash;
mod parameterize;
mod platform;
mod stack;
mod strategy;
mod title;
mod variant;

pub use component::{Component, Content};
pub use explain::{Explanation, explain};
pub use hash::{Hash, ParseHashError};
pub use variant::Variant;

use context::Context;
use decide::Depth;

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

/// The fingerprint and what the issue list shows of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Grouping {
    /// Hashes of the contributing variants, the primary one first; never empty.
    pub hashes: Vec<Hash>,
    /// One line, for example `KeyError: 'a'`.
    pub title: String,
    /// Where it happened, for example `shop.views in checkout`; at most 200 characters.
    pub culprit: String,
    /// The parts of the title.
    pub metadata: Metadata,
}

/// The parts of an issue's title (reference/GROUPING.md section 10); empty where absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The exception's type, at most 128 characters.
    #[serde(rename = "type")]
    pub kind: String,
    /// The exception's value, at most 1,024 characters, or the message's first line.
    pub value: String,
    /// The file of the crash frame.
    pub filename: String,
    /// The function of the crash frame.
    pub function: String,
}

/// Fingerprints one event.
#[must_use]
pub fn group(event: ScrubbedEvent<'_>) -> GroupedEvent<'_> {
    let grouping = describe(event.event());
    GroupedEvent { event, grouping }
}

/// What [`group`] finds of an event that is already stored: its fingerprint, title and culprit.
#[must_use]
pub fn describe(event: &Event<'_>) -> Grouping {
    let context = Context::new(event);
    let (title, metadata) = title::title(&context);
    Grouping {
        hashes: decide::hashes(&decide::decide(&context, Depth::Hashes)),
        title,
        culprit: culprit::culprit(&context),
        metadata,
    }
}

#[cfg(test)]
mod tests;
