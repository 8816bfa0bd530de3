//! Picking an event: the latest or oldest of the issue, any of the project by its id, or the
//! latest of another issue.

use serde::Serialize;
use watchfire_event::{Event, Timestamp};
use watchfire_store::event::EventRow;
use watchfire_store::issue::{Issue, format_short_id};
use watchfire_store::{self as store, Conn, Database};

use crate::address;
use crate::pages::issue::load::{Found, by_name};
use crate::pages::issue::view::Stored;

/// Digits of an event id that are shown.
const SHORT_DIGITS: usize = 8;
/// Events of the issue that the field offers.
const OFFERED: usize = 12;

/// An event that was picked, with its body.
pub(super) struct Picked {
    /// Its row.
    pub(super) row: EventRow,
    /// Its issue.
    pub(super) issue: Issue,
    /// Its stored JSON.
    pub(super) body: String,
}

/// A picked event as the page shows it.
#[derive(Debug, Serialize)]
pub(super) struct PickedView {
    /// What the field holds.
    pub(super) value: String,
    pub(super) event_id: String,
    pub(super) short_event_id: String,
    pub(super) at: Timestamp,
    /// The event's page.
    pub(super) href: String,
    /// The short id of its issue.
    pub(super) issue: String,
    pub(super) issue_href: String,
    pub(super) title: String,
}

/// An event that the field offers.
#[derive(Debug, Serialize)]
pub(super) struct Offer {
    value: String,
    label: String,
}

/// What a word names: `latest` or nothing, `oldest`, the id of an event of the project, or the
/// number or short id of an issue, whose latest event it is. `None` when it names no event that is
/// kept.
pub(super) fn pick(
    conn: &mut Conn<'_>,
    database: &Database,
    found: &Found,
    word: &str,
) -> store::Result<Option<Picked>> {
    let row = match word.trim() {
        "" | "latest" | "recommended" => store::event::latest(conn, found.issue.id)?,
        "oldest" => store::event::oldest(conn, found.issue.id)?,
        word => match word.parse() {
            Ok(id) => store::event::get(conn, found.project.id, id)?,
            Err(_) => match by_name(conn, &found.project, word)? {
                Some(issue) => store::event::latest(conn, issue.id)?,
                None => None,
            },
        },
    };
    let Some(row) = row else { return Ok(None) };
    let issue = if row.issue_id == found.issue.id {
        Some(found.issue.clone())
    } else {
        store::issue::get(conn, row.issue_id)?
    };
    let body = store::event::body(conn, database.dictionaries(), row.project_id, row.event_id)?;
    Ok(issue
        .zip(body)
        .map(|(issue, body)| Picked { row, issue, body }))
}

/// The newest events of an issue, for the field to offer, after the words that it knows.
pub(super) fn offers(conn: &mut Conn<'_>, found: &Found) -> store::Result<Vec<Offer>> {
    let offer = |value: &str, label: &str| Offer {
        value: value.to_owned(),
        label: label.to_owned(),
    };
    let mut offers = vec![
        offer("latest", "the latest event"),
        offer("oldest", "the oldest event that is kept"),
    ];
    let newest = store::event::list(conn, found.issue.id, None, OFFERED)?;
    offers.extend(newest.events.iter().map(|row| Offer {
        value: row.event_id.to_string(),
        label: crate::moment::exact(row.timestamp),
    }));
    Ok(offers)
}

impl Picked {
    /// The event as grouping reads it. The store hands out only JSON that it wrote; anything else
    /// is a lost event.
    pub(super) fn event(&self) -> Option<Event<'_>> {
        Stored::read(&self.body)
            .ok()?
            .into_event(self.row.received_at)
    }

    /// The event as the page shows it; `word` is what named it.
    pub(super) fn view(&self, slug: &str, word: &str) -> PickedView {
        let event_id = self.row.event_id.to_string();
        let issue_href = address::issue(slug, self.issue.id);
        let word = word.trim();
        PickedView {
            value: if word.is_empty() { "latest" } else { word }.to_owned(),
            short_event_id: event_id.chars().take(SHORT_DIGITS).collect(),
            at: self.row.timestamp,
            href: format!("{issue_href}/events/{event_id}"),
            issue: format_short_id(slug, self.issue.short_number),
            issue_href,
            title: self.issue.title.clone(),
            event_id,
        }
    }
}
