//! Compares everything that is counted of issues with what their stored events give.

use std::collections::{BTreeMap, BTreeSet};

use watchfire_event::{Event, IssueId, decode};
use watchfire_grouping::{Grouper, Hash};
use watchfire_store::{Conn, Result, event, event_tags, issue, outcome, tag};

use crate::support::Shop;

/// A stored event as it reads back.
pub(crate) struct Read {
    pub(crate) row: event::EventRow,
    pub(crate) hash: Hash,
    title: String,
    release: Option<String>,
    user: Option<String>,
    is_unhandled: bool,
    tags: Vec<(String, String)>,
}

/// The issues of the shop that people see.
pub(crate) fn issues(shop: &Shop) -> Vec<issue::Issue> {
    let query = issue::IssueQuery {
        projects: vec![shop.project],
        limit: issue::IssueQuery::LIMIT_MAX,
        ..Default::default()
    };
    shop.read(|c| issue::list(c, &query)).issues
}

/// The events of an issue, newest first.
pub(crate) fn events(shop: &Shop, id: IssueId) -> Vec<Read> {
    shop.read(|c| {
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let page = event::list(c, id, cursor, 100)?;
            for row in page.events {
                found.push(read(shop, c, row)?);
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(found);
            }
        }
    })
}

/// Checks every issue; with `by_hash` also what is counted of their hashes, which holds as long as
/// nothing but merging and unmerging moves events.
pub(crate) fn check(shop: &Shop, by_hash: bool) {
    for found in issues(shop) {
        let events = events(shop, found.id);
        check_totals(&found, &events);
        check_hours(shop, &found, &events);
        check_tags(shop, &found, &events);
        if by_hash {
            check_hashes(shop, &found, &events);
        }
    }
}

fn read(shop: &Shop, c: &mut Conn<'_>, row: event::EventRow) -> Result<Read> {
    let dictionaries = shop.database.dictionaries();
    let text = event::body(c, dictionaries, row.project_id, row.event_id)?.unwrap();
    let event = Event::from_draft(decode(text.as_bytes()).unwrap(), row.received_at);
    let grouping = Grouper::default().describe(&event);
    let tags = event_tags(&event);
    let of = |key: &str| {
        let mut tags = tags.iter();
        tags.find(|(other, _)| other == key)
            .map(|(_, value)| value.clone())
    };
    Ok(Read {
        row,
        hash: grouping.hashes[0],
        title: grouping.title,
        release: of("release"),
        user: of("user"),
        is_unhandled: of("handled").as_deref() == Some("no"),
        tags,
    })
}

fn check_totals(found: &issue::Issue, events: &[Read]) {
    let id = found.id;
    assert_eq!(found.event_count, events.len() as i64, "events of {id}");
    let users: BTreeSet<_> = events
        .iter()
        .filter_map(|event| event.user.as_ref())
        .collect();
    assert_eq!(found.user_count, users.len() as i64, "users of {id}");
    let (Some(newest), Some(oldest)) = (events.first(), events.last()) else {
        return;
    };
    assert_eq!(found.first_seen, oldest.row.timestamp, "first seen of {id}");
    assert_eq!(found.last_seen, newest.row.timestamp, "last seen of {id}");
    assert_eq!(found.title, newest.title, "title of {id}");
    assert_eq!(found.last_release, newest.release, "last release of {id}");
    let is_unhandled = events.iter().any(|event| event.is_unhandled);
    assert_eq!(found.is_unhandled, is_unhandled, "unhandled of {id}");
}

fn check_hours(shop: &Shop, found: &issue::Issue, events: &[Read]) {
    let (Some(newest), Some(oldest)) = (events.first(), events.last()) else {
        return;
    };
    let from = outcome::hour_of(oldest.row.timestamp);
    let hours = (outcome::hour_of(newest.row.timestamp) - from + 1) as usize;
    let mut expected = vec![0; hours];
    for event in events {
        expected[(outcome::hour_of(event.row.timestamp) - from) as usize] += 1;
    }
    // One hour more on either side, where nothing may be.
    let line = shop.read(|c| issue::sparklines(c, &[found.id], from - 1, hours + 2));
    let line = &line[0];
    assert_eq!((line[0], line[hours + 1]), (0, 0), "hours of {}", found.id);
    assert_eq!(line[1..=hours], expected, "hours of {}", found.id);
}

fn check_tags(shop: &Shop, found: &issue::Issue, events: &[Read]) {
    let mut expected: BTreeMap<(String, String), i64> = BTreeMap::new();
    for tag in events.iter().flat_map(|event| &event.tags) {
        *expected.entry(tag.clone()).or_default() += 1;
    }
    let mut counted: BTreeMap<(String, String), i64> = BTreeMap::new();
    for key in shop.read(|c| tag::distribution(c, found.id, 10_000)) {
        assert_eq!(
            key.value_count,
            key.top.len() as i64,
            "values of {}",
            key.key
        );
        let sum: i64 = key.top.iter().map(|value| value.count).sum();
        assert_eq!(key.event_count, sum, "overflow of {}", key.key);
        for value in key.top {
            assert!(value.first_seen >= found.first_seen && value.last_seen <= found.last_seen);
            counted.insert((key.key.clone(), value.value), value.count);
        }
    }
    assert_eq!(counted, expected, "tags of {}", found.id);
}

fn check_hashes(shop: &Shop, found: &issue::Issue, events: &[Read]) {
    let mut expected: BTreeMap<Vec<u8>, Vec<&Read>> = BTreeMap::new();
    for event in events {
        expected
            .entry(event.hash.0.to_vec())
            .or_default()
            .push(event);
    }
    for hash in shop.read(|c| issue::hashes(c, found.id)) {
        let events = expected.remove(&hash.hash).unwrap_or_default();
        assert_eq!(
            hash.event_count,
            events.len() as i64,
            "events of hash {hash}"
        );
        if let (Some(newest), Some(oldest)) = (events.first(), events.last()) {
            assert_eq!(
                hash.first_seen, oldest.row.timestamp,
                "first seen of {hash}"
            );
            assert_eq!(hash.last_seen, newest.row.timestamp, "last seen of {hash}");
            assert_eq!(
                hash.latest_event,
                Some(newest.row.event_id),
                "latest of {hash}"
            );
        }
    }
    let strangers: Vec<_> = expected.keys().collect();
    assert!(
        strangers.is_empty(),
        "events of {} without its hash",
        found.id
    );
}

/// Moves events to an issue.
pub(crate) fn move_rows(shop: &Shop, rows: &[event::EventRow], to: IssueId) {
    let dictionaries = shop.database.dictionaries();
    shop.write(|c| {
        let mut texts = Vec::new();
        for row in rows {
            texts.push(event::body(c, dictionaries, row.project_id, row.event_id)?.unwrap());
        }
        let events: Vec<Event<'_>> = rows
            .iter()
            .zip(&texts)
            .map(|(row, text)| Event::from_draft(decode(text.as_bytes()).unwrap(), row.received_at))
            .collect();
        let moves: Vec<_> = rows
            .iter()
            .zip(&events)
            .map(|(row, event)| issue::EventMove {
                row_id: row.id,
                from: row.issue_id,
                to,
                event,
            })
            .collect();
        issue::move_events(c, dictionaries, &Grouper::default(), &moves)
    });
}
