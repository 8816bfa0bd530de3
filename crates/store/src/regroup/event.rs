//! What a change of the rules does to a stored event.

use watchfire_grouping::{Grouper, Grouping, Hash};

use crate::stored::StoredEvent;

/// What a change does to one event.
pub(super) struct Regrouped {
    /// Its first hash by the rules before.
    pub(super) before: Hash,
    /// Whether the rules after give it other hashes.
    pub(super) is_changed: bool,
    /// What the rules after find of it.
    pub(super) after: Grouping,
}

/// The rules before and after a change.
#[derive(Clone)]
pub(super) struct Rules {
    pub(super) before: Grouper,
    pub(super) after: Grouper,
}

impl Rules {
    /// What the change does to an event; nothing when its body cannot be read.
    pub(super) fn regroup(&self, stored: &StoredEvent) -> Option<Regrouped> {
        let event = stored.event()?;
        let before = self.before.describe(&event);
        let after = self.after.describe(&event);
        Some(Regrouped {
            before: *before.hashes.first()?,
            is_changed: before.hashes != after.hashes,
            after,
        })
    }
}
