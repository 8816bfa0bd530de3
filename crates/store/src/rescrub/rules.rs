//! What the rules do to one event.

use watchfire_event::{Event, ProjectId};
use watchfire_grouping::Grouper;
use watchfire_scrub::{PathChange, Policy, ScrubbedEvent, Scrubber, changes};

use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::grouping_rules;
use crate::new_event::{Facts, Looks};
use crate::project;
use crate::scrubbing::{self, InForce};
use crate::stored::StoredEvent;

/// The rules of a project, compiled.
pub(super) struct Rules {
    pub(super) scrubber: Scrubber,
    pub(super) grouper: Grouper,
}

/// An event that the rules change.
pub(super) struct Scrubbed<'s> {
    pub(super) stored: &'s StoredEvent,
    /// What was counted of it.
    pub(super) before: Facts,
    /// What is to be counted.
    pub(super) after: Facts,
    pub(super) looks: Looks,
    /// Its new body, JSON.
    pub(super) body: String,
    pub(super) changes: Vec<PathChange>,
}

/// What the rules make of a stored event.
pub(super) enum Outcome<'s> {
    Changed(Box<Scrubbed<'s>>),
    Same,
    Unreadable,
}

impl Rules {
    /// The rules of documents.
    pub(super) fn read(conn: &mut Conn<'_>, id: ProjectId, of: InForce) -> Result<Self> {
        let project = project::get(conn, id)?.ok_or(Error::NotFound)?;
        let policy = scrubbing::policy_of(conn, &project, of)?;
        let settings = grouping_rules::settings(conn, &project)?;
        Ok(Self::new(&policy, Grouper::new(&settings)))
    }

    pub(super) fn new(policy: &Policy, grouper: Grouper) -> Self {
        Self {
            scrubber: Scrubber::of_policy(policy),
            grouper,
        }
    }

    /// Scrubs a stored event.
    pub(super) fn scrub<'s>(&self, stored: &'s StoredEvent) -> Outcome<'s> {
        let Some(before) = stored.event() else {
            return Outcome::Unreadable;
        };
        let Some((after, changes)) = self.changed(&before) else {
            return Outcome::Same;
        };
        let after = after.event();
        Outcome::Changed(Box::new(Scrubbed {
            stored,
            before: facts(stored, &before),
            after: facts(stored, after),
            looks: Looks::of(after, &self.grouper.describe(after)),
            body: after.to_json(),
            changes,
        }))
    }

    /// The event after scrubbing, and what changed; nothing when nothing does.
    pub(super) fn changed<'e>(
        &self,
        before: &Event<'e>,
    ) -> Option<(ScrubbedEvent<'e>, Vec<PathChange>)> {
        let after = self.scrubber.scrub_again(before.clone());
        if before.to_json() == after.event().to_json() {
            return None;
        }
        let changes = changes(before, after.event());
        Some((after, changes))
    }
}

/// The times of an event are those of its row.
fn facts(stored: &StoredEvent, event: &Event<'_>) -> Facts {
    let mut facts = Facts::of(event);
    facts.timestamp = stored.timestamp;
    facts
}
