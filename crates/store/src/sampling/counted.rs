//! What is counted of events without a body, by the hash that brought them into their issue.

use std::collections::BTreeMap;

use diesel::prelude::*;
use watchfire_event::{EventId, ProjectId, Timestamp};

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::new_event::{Facts, Looks};
use crate::rows::Column::{Bytes, Flag, Number, Text};
use crate::rows::{Cell, Rows};
use crate::schema::counted_event;
use crate::writer::Totals;

/// An event that is counted without a body.
pub(crate) struct Bodiless<'e> {
    pub(crate) project: ProjectId,
    pub(crate) event_id: &'e [u8],
    /// The issue that counts it.
    pub(crate) issue: i64,
    pub(crate) hash_key: i64,
    pub(crate) received_at: Timestamp,
    pub(crate) facts: &'e Facts,
    /// What its issue looks like by it, where that is known.
    pub(crate) looks: Option<&'e Looks>,
}

/// The sums of the events of one issue and hash.
struct Sum<'e> {
    totals: Totals<'e>,
    first_release: Option<&'e str>,
    release_at: i64,
    /// Empty when they are not known.
    looks: String,
}

/// Notes that events have no body: their ids, so that they are not counted twice, and their sums
/// by hash. What is counted of them in their issues is there already.
pub(crate) fn save(conn: &mut Conn<'_>, events: &[Bodiless<'_>]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    save_ids(conn, events)?;
    let mut groups: BTreeMap<(i64, i64), Vec<&Bodiless<'_>>> = BTreeMap::new();
    for event in events {
        let place = (event.issue, event.hash_key);
        groups.entry(place).or_default().push(event);
    }
    let sums: BTreeMap<(i64, i64), Sum<'_>> = groups
        .into_iter()
        .filter_map(|(place, events)| Some((place, Sum::of(&events)?)))
        .collect();
    save_issues(conn, &sums)?;
    save_hashes(conn, &sums)?;
    save_hours(conn, &sums)?;
    save_users(conn, &sums)?;
    save_tags(conn, &sums)
}

impl<'e> Sum<'e> {
    fn of(events: &[&'e Bodiless<'e>]) -> Option<Self> {
        let totals = Totals::of(events.iter().map(|event| event.facts))?;
        let first = events.iter().min_by_key(|event| event.facts.timestamp)?;
        let named = events.iter().filter(|event| event.facts.release.is_some());
        let release_at = named.map(|event| event.facts.timestamp.0).max();
        let newest = events.get(totals.newest)?;
        Some(Self {
            first_release: first.facts.release.as_deref(),
            release_at: release_at.unwrap_or(i64::MIN),
            looks: newest.looks.map_or_else(String::new, Looks::to_text),
            totals,
        })
    }
}

type Sums<'e> = BTreeMap<(i64, i64), Sum<'e>>;

fn save_ids(conn: &mut Conn<'_>, events: &[Bodiless<'_>]) -> Result<()> {
    let mut rows = Rows::new([Number, Bytes, Number, Number]);
    for event in events {
        rows.push([
            Cell::Number(event.project.0),
            Cell::Bytes(event.event_id),
            Cell::Number(event.issue),
            Cell::Number(event.received_at.0),
        ]);
    }
    rows.execute(
        conn,
        "INSERT INTO counted_event (project_id, event_id, issue_id, received_at) \
         SELECT e.column1, e.column2, e.column3, e.column4",
        "WHERE true ON CONFLICT (project_id, event_id) DO UPDATE SET \
         issue_id = excluded.issue_id, received_at = excluded.received_at",
    )
}

/// Whether an event of a project is counted without a body.
pub(crate) fn is_counted(
    conn: &mut Conn<'_>,
    project: ProjectId,
    event_id: EventId,
) -> Result<bool> {
    let found: i64 = on!(conn, |c| counted_event::table
        .filter(counted_event::project_id.eq(project.0))
        .filter(counted_event::event_id.eq(event_id.as_bytes().as_slice()))
        .count()
        .get_result(c))?;
    Ok(found > 0)
}

fn save_issues(conn: &mut Conn<'_>, sums: &Sums<'_>) -> Result<()> {
    let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
    for ((issue, _), sum) in sums {
        *counts.entry(*issue).or_default() += sum.totals.event_count;
    }
    let mut rows = Rows::new([Number, Number]);
    for (issue, count) in counts {
        rows.push([issue, count].map(Cell::Number));
    }
    rows.execute(
        conn,
        "UPDATE issue SET sampled_count = issue.sampled_count + e.column2",
        "WHERE issue.id = e.column1",
    )
}

fn save_hashes(conn: &mut Conn<'_>, sums: &Sums<'_>) -> Result<()> {
    let mut rows = Rows::new([
        Number, Number, Number, Number, Number, Flag, Text, Text, Number, Text,
    ]);
    for ((issue, hash_key), sum) in sums {
        rows.push([
            Cell::Number(*issue),
            Cell::Number(*hash_key),
            Cell::Number(sum.totals.event_count),
            Cell::Number(sum.totals.seen.first),
            Cell::Number(sum.totals.seen.last),
            Cell::Flag(sum.totals.is_unhandled),
            Cell::MaybeText(sum.first_release),
            Cell::MaybeText(sum.totals.last_release),
            Cell::Number(sum.release_at),
            Cell::Text(&sum.looks),
        ]);
    }
    rows.execute(conn, ADD_HASHES, ON_HASH)
}

const ADD_HASHES: &str = "INSERT INTO sampled_hash (issue_id, hash_key, event_count, first_seen, \
    last_seen, is_unhandled, first_release, last_release, release_at, looks) \
    SELECT e.column1, e.column2, e.column3, e.column4, e.column5, e.column6, e.column7, \
    e.column8, e.column9, e.column10";

/// What two sums of one hash give. Also said where an issue's sums go to another one's.
pub(super) const ON_HASH: &str = "WHERE true ON CONFLICT (issue_id, hash_key) DO UPDATE SET \
    event_count = sampled_hash.event_count + excluded.event_count, \
    first_release = CASE WHEN excluded.first_seen < sampled_hash.first_seen \
        THEN excluded.first_release ELSE sampled_hash.first_release END, \
    last_release = CASE WHEN excluded.release_at >= sampled_hash.release_at \
        THEN excluded.last_release ELSE sampled_hash.last_release END, \
    release_at = CASE WHEN excluded.release_at >= sampled_hash.release_at \
        THEN excluded.release_at ELSE sampled_hash.release_at END, \
    looks = CASE WHEN excluded.last_seen >= sampled_hash.last_seen AND excluded.looks <> '' \
        THEN excluded.looks ELSE sampled_hash.looks END, \
    first_seen = CASE WHEN excluded.first_seen < sampled_hash.first_seen \
        THEN excluded.first_seen ELSE sampled_hash.first_seen END, \
    last_seen = CASE WHEN excluded.last_seen > sampled_hash.last_seen \
        THEN excluded.last_seen ELSE sampled_hash.last_seen END, \
    is_unhandled = sampled_hash.is_unhandled OR excluded.is_unhandled";

fn save_hours(conn: &mut Conn<'_>, sums: &Sums<'_>) -> Result<()> {
    let mut rows = Rows::new([Number, Number, Number, Number]);
    for ((issue, hash_key), sum) in sums {
        for (hour, count) in &sum.totals.hours {
            rows.push([*issue, *hash_key, *hour, *count].map(Cell::Number));
        }
    }
    rows.execute(
        conn,
        "INSERT INTO sampled_hour (issue_id, hash_key, hour, count) \
         SELECT e.column1, e.column2, e.column3, e.column4",
        ON_HOUR,
    )
}

pub(super) const ON_HOUR: &str = "WHERE true ON CONFLICT (issue_id, hash_key, hour) DO UPDATE SET \
    count = sampled_hour.count + excluded.count";

fn save_users(conn: &mut Conn<'_>, sums: &Sums<'_>) -> Result<()> {
    let mut rows = Rows::new([Number, Number, Number, Number, Number, Number]);
    for ((issue, hash_key), sum) in sums {
        for (user, tally) in &sum.totals.users {
            let seen = tally.seen;
            let row = [*issue, *hash_key, *user, tally.count, seen.first, seen.last];
            rows.push(row.map(Cell::Number));
        }
    }
    rows.execute(
        conn,
        "INSERT INTO sampled_user (issue_id, hash_key, user_hash, count, first_seen, last_seen) \
         SELECT e.column1, e.column2, e.column3, e.column4, e.column5, e.column6",
        ON_USER,
    )
}

pub(super) const ON_USER: &str = "WHERE true ON CONFLICT (issue_id, hash_key, user_hash) \
    DO UPDATE SET count = sampled_user.count + excluded.count, \
    first_seen = CASE WHEN excluded.first_seen < sampled_user.first_seen \
        THEN excluded.first_seen ELSE sampled_user.first_seen END, \
    last_seen = CASE WHEN excluded.last_seen > sampled_user.last_seen \
        THEN excluded.last_seen ELSE sampled_user.last_seen END";

/// What two sums of one value give, without a condition before it.
macro_rules! on_tag {
    () => {
        "ON CONFLICT (issue_id, hash_key, key, value) DO UPDATE SET \
         count = sampled_tag.count + excluded.count, \
         first_seen = CASE WHEN excluded.first_seen < sampled_tag.first_seen \
             THEN excluded.first_seen ELSE sampled_tag.first_seen END, \
         last_seen = CASE WHEN excluded.last_seen > sampled_tag.last_seen \
             THEN excluded.last_seen ELSE sampled_tag.last_seen END"
    };
}

pub(super) const ON_TAG: &str = on_tag!();

/// Only values that the issue tells apart.
fn save_tags(conn: &mut Conn<'_>, sums: &Sums<'_>) -> Result<()> {
    let mut rows = Rows::new([Number, Number, Text, Text, Number, Number, Number]);
    for ((issue, hash_key), sum) in sums {
        for ((key, value), tally) in &sum.totals.tags {
            rows.push([
                Cell::Number(*issue),
                Cell::Number(*hash_key),
                Cell::Text(key),
                Cell::Text(value),
                Cell::Number(tally.count),
                Cell::Number(tally.seen.first),
                Cell::Number(tally.seen.last),
            ]);
        }
    }
    rows.execute(
        conn,
        "INSERT INTO sampled_tag (issue_id, hash_key, key, value, count, first_seen, last_seen) \
         SELECT e.column1, e.column2, e.column3, e.column4, e.column5, e.column6, e.column7",
        concat!(
            "JOIN issue_tag AS t ON t.issue_id = e.column1 AND t.key = e.column3 \
             AND t.value = e.column4 WHERE true ",
            on_tag!()
        ),
    )
}
