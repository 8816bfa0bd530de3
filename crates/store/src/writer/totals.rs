//! What some events add to the counters of one issue, added up in memory.

use std::collections::BTreeMap;

use watchfire_event::Timestamp;

use crate::new_event::Facts;
use crate::outcome::hour_of;

/// What events add to one issue.
pub(crate) struct Totals<'e> {
    pub(crate) event_count: i64,
    pub(crate) seen: Span,
    /// The place of the event that happened last; of equals the later stored one.
    pub(crate) newest: usize,
    pub(crate) is_unhandled: bool,
    /// The release of the event that happened last among those that name one.
    pub(crate) last_release: Option<&'e str>,
    pub(crate) hours: BTreeMap<i64, i64>,
    pub(crate) users: BTreeMap<i64, Tally>,
    pub(crate) tags: BTreeMap<(&'e str, &'e str), Tally>,
}

/// The times of the first and the last of some events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

/// How many events, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) count: i64,
    pub(crate) seen: Span,
}

impl Span {
    pub(crate) fn at(time: Timestamp) -> Self {
        Self {
            first: time.0,
            last: time.0,
        }
    }

    pub(crate) fn include(&mut self, time: Timestamp) {
        self.first = self.first.min(time.0);
        self.last = self.last.max(time.0);
    }
}

impl Tally {
    pub(crate) fn add<K: Ord>(tallies: &mut BTreeMap<K, Self>, key: K, time: Timestamp) {
        let tally = tallies.entry(key).or_insert(Self {
            count: 0,
            seen: Span::at(time),
        });
        tally.count += 1;
        tally.seen.include(time);
    }

    /// Adds what was counted before.
    pub(crate) fn put<K: Ord>(tallies: &mut BTreeMap<K, Self>, key: K, counted: Self) {
        let tally = tallies.entry(key).or_insert(Self {
            count: 0,
            seen: counted.seen,
        });
        tally.count += counted.count;
        tally.seen.first = tally.seen.first.min(counted.seen.first);
        tally.seen.last = tally.seen.last.max(counted.seen.last);
    }
}

impl<'e> Totals<'e> {
    /// The totals of no events, whose times are before and after all others.
    pub(crate) fn nothing() -> Self {
        Self {
            event_count: 0,
            seen: Span {
                first: i64::MAX,
                last: i64::MIN,
            },
            newest: 0,
            is_unhandled: false,
            last_release: None,
            hours: BTreeMap::new(),
            users: BTreeMap::new(),
            tags: BTreeMap::new(),
        }
    }

    /// The totals of events; nothing when there are none.
    pub(crate) fn of(events: impl IntoIterator<Item = &'e Facts>) -> Option<Self> {
        let mut events = events.into_iter().enumerate().peekable();
        let first = events.peek()?.1.timestamp;
        let mut totals = Self {
            event_count: 0,
            seen: Span::at(first),
            newest: 0,
            is_unhandled: false,
            last_release: None,
            hours: BTreeMap::new(),
            users: BTreeMap::new(),
            tags: BTreeMap::new(),
        };
        let mut release_at = i64::MIN;
        let mut newest_at = first;
        for (place, event) in events {
            let time = event.timestamp;
            totals.event_count += 1;
            totals.seen.include(time);
            totals.is_unhandled |= event.is_unhandled;
            if time >= newest_at {
                (newest_at, totals.newest) = (time, place);
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
