//! What a batch adds to the counters of one issue, added up in memory.

use std::collections::BTreeMap;

use watchfire_event::Timestamp;

use super::place::PlannedIssue;
use crate::new_event::NewEvent;
use crate::outcome::hour_of;

/// What a batch adds to one issue.
pub(super) struct Totals<'e> {
    pub(super) event_count: i64,
    pub(super) seen: Span,
    /// The event that happened last; of equals the later stored one.
    pub(super) newest: &'e NewEvent,
    pub(super) is_unhandled: bool,
    /// The release of the event that happened last among those that name one.
    pub(super) last_release: Option<&'e str>,
    pub(super) hours: BTreeMap<i64, i64>,
    pub(super) users: BTreeMap<i64, Tally>,
    pub(super) tags: BTreeMap<(&'e str, &'e str), Tally>,
}

/// The times of the first and the last of some events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: i64,
    pub(super) last: i64,
}

/// How many events, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) count: i64,
    pub(super) seen: Span,
}

impl Span {
    pub(super) fn at(time: Timestamp) -> Self {
        Self {
            first: time.0,
            last: time.0,
        }
    }

    pub(super) fn include(&mut self, time: Timestamp) {
        self.first = self.first.min(time.0);
        self.last = self.last.max(time.0);
    }
}

impl Tally {
    fn add<K: Ord>(tallies: &mut BTreeMap<K, Self>, key: K, time: Timestamp) {
        let tally = tallies.entry(key).or_insert(Self {
            count: 0,
            seen: Span::at(time),
        });
        tally.count += 1;
        tally.seen.include(time);
    }
}

impl<'e> Totals<'e> {
    /// The totals of an issue's events; nothing when there are none.
    pub(super) fn of(issue: &PlannedIssue<'e>) -> Option<Self> {
        let first = issue.events.first()?;
        let mut totals = Self {
            event_count: 0,
            seen: Span::at(first.timestamp),
            newest: first,
            is_unhandled: false,
            last_release: None,
            hours: BTreeMap::new(),
            users: BTreeMap::new(),
            tags: BTreeMap::new(),
        };
        let mut release_at = i64::MIN;
        for event in &issue.events {
            let time = event.timestamp;
            totals.event_count += 1;
            totals.seen.include(time);
            totals.is_unhandled |= event.is_unhandled;
            if time >= totals.newest.timestamp {
                totals.newest = event;
            }
            if event.release.is_some() && time.0 >= release_at {
                release_at = time.0;
                totals.last_release = event.release.as_deref();
            }
            *totals.hours.entry(hour_of(time)).or_default() += 1;
            if let Some(user) = event.user_hash {
                Tally::add(&mut totals.users, user, time);
            }
            for (key, value) in &event.tags {
                Tally::add(&mut totals.tags, (key.as_str(), value.as_str()), time);
            }
        }
        Some(totals)
    }
}
