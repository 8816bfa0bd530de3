//! The bar that leads from one event of an issue to the next.

use serde::Serialize;
use watchfire_event::{EventId, Timestamp};
use watchfire_store::event::{EventRow, Neighbours};

use crate::number;
use crate::pages::issues::selection::Selection;

/// Digits of an event id that are shown.
const SHORT_DIGITS: usize = 8;

/// The event bar as the page shows it.
#[derive(Debug, Serialize)]
pub(super) struct Navigation {
    /// The whole id of the event.
    pub(super) event_id: String,
    /// Its first digits.
    pub(super) short_event_id: String,
    /// When it happened.
    pub(super) at: Timestamp,
    /// When it arrived, where that was at least a minute later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) received_at: Option<Timestamp>,
    /// `Event 3 of 57`, counted from the oldest, so that an event keeps its number.
    pub(super) position: String,
    /// The address of this event for good.
    pub(super) href: String,
    /// The stored JSON.
    pub(super) json_href: String,
    /// Whatever event is the latest at the time of asking.
    pub(super) follow_href: String,
    /// All events of the issue; without the cursor of the list, because it has its own.
    pub(super) all_href: String,
    /// The first event, where this is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_href: Option<String>,
    /// The event before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) older_href: Option<String>,
    /// The event after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) newer_href: Option<String>,
    /// The latest event, where this is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) latest_href: Option<String>,
}

/// Events that arrived this much later than they happened are said to have.
const LATE_MICROS: i64 = 60_000_000;

impl Navigation {
    /// The bar for an event of the issue at this address; its steps keep the selection.
    pub(super) fn of(
        row: &EventRow,
        around: &Neighbours,
        issue_href: &str,
        selection: &Selection,
    ) -> Self {
        let event_id = row.event_id.to_string();
        let to = |id: Option<EventId>| {
            let id = id.filter(|id| *id != row.event_id)?;
            Some(selection.address_at(&format!("{issue_href}/events/{id}")))
        };
        let href = format!("{issue_href}/events/{event_id}");
        let latest_href = selection.address_at(&format!("{issue_href}/events/latest"));
        let is_late = row.received_at.0.saturating_sub(row.timestamp.0) >= LATE_MICROS;
        Self {
            short_event_id: event_id.chars().take(SHORT_DIGITS).collect(),
            at: row.timestamp,
            received_at: is_late.then_some(row.received_at),
            position: format!(
                "Event {} of {}",
                number::exact(around.older_count.saturating_add(1)),
                number::exact(around.total.max(1))
            ),
            json_href: format!("{href}/json"),
            follow_href: latest_href.clone(),
            all_href: selection
                .with(|_| ())
                .address_at(&format!("{issue_href}/events")),
            first_href: to(around.first),
            older_href: to(around.older),
            newer_href: to(around.newer),
            latest_href: around.newer.and(to(around.latest)).map(|_| latest_href),
            href,
            event_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchfire_event::{IssueId, ProjectId};

    fn row(id: EventId) -> EventRow {
        EventRow {
            id: 1,
            project_id: ProjectId(1),
            event_id: id,
            issue_id: IssueId(7),
            timestamp: Timestamp(1_790_000_000_000_000),
            received_at: Timestamp(1_790_000_000_500_000),
        }
    }

    #[test]
    fn the_latest_event_leads_only_back() {
        let (this, other) = (EventId::random(), EventId::random());
        let around = Neighbours {
            first: Some(other),
            older: Some(other),
            newer: None,
            latest: Some(this),
            older_count: 56,
            total: 57,
        };
        let bar = Navigation::of(&row(this), &around, "/issues/7", &Selection::default());
        assert_eq!(bar.position, "Event 57 of 57");
        assert_eq!(bar.older_href, Some(format!("/issues/7/events/{other}")));
        assert!(bar.newer_href.is_none() && bar.latest_href.is_none());
        assert!(bar.received_at.is_none());
    }

    #[test]
    fn a_lone_event_leads_nowhere() {
        let this = EventId::random();
        let around = Neighbours {
            first: Some(this),
            latest: Some(this),
            total: 1,
            ..Neighbours::default()
        };
        let bar = Navigation::of(&row(this), &around, "/issues/7", &Selection::default());
        assert_eq!(bar.position, "Event 1 of 1");
        assert!(bar.first_href.is_none() && bar.older_href.is_none());
    }
}
