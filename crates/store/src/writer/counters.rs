//! Adds a batch to the counters of its issues and projects.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::bodies::{self, HourCounts};
use super::issues::Counted;
use super::known::{Known, Row};
use super::names::{self, List, Names, number};
use super::place::PlannedIssue;
use super::totals::Span;
use crate::conn::Conn;
use crate::error::Result;
use crate::rows::Column::{Number, Text};
use crate::rows::{Cell, Rows};
use crate::tag::{KEYS_PER_ISSUE_MAX, VALUES_PER_KEY_MAX};

/// A tag of an issue in the batch: index of the issue, key and value.
type TagPlace<'e> = (usize, &'e str, &'e str);

/// Adds the batch to hours, users, tags, environments and releases. Returns of how many events in
/// the hours no rule leaves the body out then.
pub(super) fn save(
    conn: &mut Conn<'_>,
    planned: &[PlannedIssue<'_>],
    counted: &[Counted<'_>],
    known: &mut Known,
) -> Result<HourCounts> {
    let hours = save_hours(conn, counted, &bodies::left_out(planned, counted))?;
    save_users_and_tags(conn, counted, known)?;
    save_names(conn, planned, known)?;
    Ok(hours)
}

/// Adds stored events to hours, users and tags.
pub(super) fn save_of_issues(
    conn: &mut Conn<'_>,
    counted: &[Counted<'_>],
    known: &mut Known,
) -> Result<()> {
    save_hours(conn, counted, &HourCounts::default())?;
    save_users_and_tags(conn, counted, known)
}

fn save_users_and_tags(
    conn: &mut Conn<'_>,
    counted: &[Counted<'_>],
    known: &mut Known,
) -> Result<()> {
    save_users(conn, counted)?;
    save_tags(conn, counted, known)
}

fn save_hours(
    conn: &mut Conn<'_>,
    counted: &[Counted<'_>],
    left_out: &HourCounts,
) -> Result<HourCounts> {
    let mut rows = Rows::new([Number, Number, Number, Number]);
    for issue in counted {
        for (hour, count) in &issue.totals.hours {
            let left_out = left_out.get(&(issue.id, *hour)).copied().unwrap_or(0);
            rows.push([issue.id, *hour, *count, left_out].map(Cell::Number));
        }
    }
    let counts = rows.load_three(
        conn,
        "INSERT INTO issue_hour (issue_id, hour, count, left_out) \
         SELECT e.column1, e.column2, e.column3, e.column4",
        "WHERE true ON CONFLICT (issue_id, hour) DO UPDATE SET \
         count = issue_hour.count + excluded.count, \
         left_out = issue_hour.left_out + excluded.left_out \
         RETURNING issue_id, hour, count - left_out",
    )?;
    let of_hour = |(issue, hour, count)| ((issue, hour), count);
    Ok(counts.into_iter().map(of_hour).collect())
}

fn save_users(conn: &mut Conn<'_>, counted: &[Counted<'_>]) -> Result<()> {
    let mut rows = Rows::new([Number, Number, Number, Number, Number]);
    for issue in counted {
        for (user, tally) in &issue.totals.users {
            rows.push([
                Cell::Number(issue.id),
                Cell::Number(*user),
                Cell::Number(tally.count),
                Cell::Number(tally.seen.first),
                Cell::Number(tally.seen.last),
            ]);
        }
    }
    rows.execute(
        conn,
        "INSERT INTO issue_user (issue_id, user_hash, count, first_seen, last_seen) \
         SELECT e.column1, e.column2, e.column3, e.column4, e.column5",
        "WHERE true ON CONFLICT (issue_id, user_hash) DO UPDATE SET \
         count = issue_user.count + excluded.count, \
         first_seen = CASE WHEN excluded.first_seen < issue_user.first_seen \
             THEN excluded.first_seen ELSE issue_user.first_seen END, \
         last_seen = CASE WHEN excluded.last_seen > issue_user.last_seen \
             THEN excluded.last_seen ELSE issue_user.last_seen END",
    )
}

fn save_tags(conn: &mut Conn<'_>, counted: &[Counted<'_>], known: &mut Known) -> Result<()> {
    let unknown = unknown_tags(conn, counted, known)?;
    let refused = admit(conn, counted, &unknown)?;

    let mut rows = Rows::new([Number, Text, Text, Number, Number, Number]);
    rows.reserve(counted.iter().map(|issue| issue.totals.tags.len()).sum());
    for (index, issue) in counted.iter().enumerate() {
        for ((key, value), tally) in &issue.totals.tags {
            if refused.contains(&(index, *key, *value)) {
                continue;
            }
            known.add(&Row::Tag(issue.id, key, value));
            rows.push([
                Cell::Number(issue.id),
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
        "INSERT INTO issue_tag (issue_id, key, value, count, first_seen, last_seen) \
         SELECT e.column1, e.column2, e.column3, e.column4, e.column5, e.column6",
        "WHERE true ON CONFLICT (issue_id, key, value) DO UPDATE SET \
         count = issue_tag.count + excluded.count, \
         first_seen = CASE WHEN excluded.first_seen < issue_tag.first_seen \
             THEN excluded.first_seen ELSE issue_tag.first_seen END, \
         last_seen = CASE WHEN excluded.last_seen > issue_tag.last_seen \
             THEN excluded.last_seen ELSE issue_tag.last_seen END",
    )
}

/// The tags of the batch that have no row yet.
fn unknown_tags<'e>(
    conn: &mut Conn<'_>,
    counted: &[Counted<'e>],
    known: &Known,
) -> Result<Vec<TagPlace<'e>>> {
    let mut unknown = Vec::new();
    let mut asked = Vec::new();
    let mut rows = Rows::new([Number, Text, Text, Number]);
    for (index, issue) in counted.iter().enumerate() {
        for (key, value) in issue.totals.tags.keys() {
            if issue.is_new {
                unknown.push((index, *key, *value));
            } else if !known.has(&Row::Tag(issue.id, key, value)) {
                rows.push([
                    Cell::Number(issue.id),
                    Cell::Text(key),
                    Cell::Text(value),
                    Cell::Number(number(asked.len())),
                ]);
                asked.push((index, *key, *value));
            }
        }
    }
    let existing = rows.load(
        conn,
        "SELECT e.column4, t.issue_id",
        "JOIN issue_tag AS t \
         ON t.issue_id = e.column1 AND t.key = e.column2 AND t.value = e.column3",
    )?;
    let existing: HashSet<i64> = existing.into_iter().map(|(place, _)| place).collect();
    let asked = asked.into_iter().enumerate();
    let missing = asked.filter(|(place, _)| !existing.contains(&number(*place)));
    unknown.extend(missing.map(|(_, tag)| tag));
    Ok(unknown)
}

/// Counts new values up to the limit of each key, and returns those beyond it, whose events go
/// into the key's overflow. New keys beyond the limit of an issue are returned as well, and are not
/// counted at all.
fn admit<'e>(
    conn: &mut Conn<'_>,
    counted: &[Counted<'e>],
    unknown: &[TagPlace<'e>],
) -> Result<HashSet<TagPlace<'e>>> {
    let mut refused = HashSet::new();
    let value_counts = value_counts(conn, counted, unknown)?;
    let keys = unknown.iter().map(|(index, key, _)| (*index, *key));
    let mut new_keys: BTreeSet<_> = keys.filter(|key| !value_counts.contains_key(key)).collect();
    let mut key_counts = key_counts(conn, counted, &new_keys)?;
    let mut added: BTreeMap<(usize, &str), (i64, i64)> = BTreeMap::new();
    for place in unknown {
        let (index, key, value) = *place;
        if new_keys.contains(&(index, key)) {
            let keys = key_counts.entry(index).or_default();
            if *keys >= KEYS_PER_ISSUE_MAX {
                refused.insert(*place);
                continue;
            }
            *keys += 1;
            new_keys.remove(&(index, key));
        }
        let (values, overflow) = added.entry((index, key)).or_default();
        let before = value_counts.get(&(index, key)).copied().unwrap_or(0);
        if before + *values < VALUES_PER_KEY_MAX {
            *values += 1;
            continue;
        }
        let totals = counted.get(index).map(|issue| &issue.totals);
        let tally = totals.and_then(|totals| totals.tags.get(&(key, value)));
        *overflow += tally.map_or(0, |tally| tally.count);
        refused.insert(*place);
    }
    let mut rows = Rows::new([Number, Text, Number, Number]);
    for ((index, key), (values, overflow)) in added {
        if let Some(issue) = counted.get(index) {
            rows.push([
                Cell::Number(issue.id),
                Cell::Text(key),
                Cell::Number(values),
                Cell::Number(overflow),
            ]);
        }
    }
    rows.execute(
        conn,
        "INSERT INTO issue_tag_key (issue_id, key, value_count, overflow_count) \
         SELECT e.column1, e.column2, e.column3, e.column4",
        "WHERE true ON CONFLICT (issue_id, key) DO UPDATE SET \
         value_count = issue_tag_key.value_count + excluded.value_count, \
         overflow_count = issue_tag_key.overflow_count + excluded.overflow_count",
    )?;
    Ok(refused)
}

/// How many values the keys of unknown tags have already.
fn value_counts<'e>(
    conn: &mut Conn<'_>,
    counted: &[Counted<'e>],
    unknown: &[TagPlace<'e>],
) -> Result<HashMap<(usize, &'e str), i64>> {
    let mut keys: Vec<(usize, &str)> = unknown
        .iter()
        .map(|(index, key, _)| (*index, *key))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let mut rows = Rows::new([Number, Text, Number]);
    for (place, (index, key)) in keys.iter().enumerate() {
        // A new issue has no keys yet.
        if let Some(issue) = counted.get(*index).filter(|issue| !issue.is_new) {
            rows.push([
                Cell::Number(issue.id),
                Cell::Text(key),
                Cell::Number(number(place)),
            ]);
        }
    }
    let found = rows.load(
        conn,
        "SELECT e.column3, k.value_count",
        "JOIN issue_tag_key AS k ON k.issue_id = e.column1 AND k.key = e.column2",
    )?;
    let counts = found
        .into_iter()
        .filter_map(|(place, count)| Some((*keys.get(usize::try_from(place).ok()?)?, count)));
    Ok(counts.collect())
}

/// How many keys those issues have already that get new ones.
fn key_counts(
    conn: &mut Conn<'_>,
    counted: &[Counted<'_>],
    new: &BTreeSet<(usize, &str)>,
) -> Result<HashMap<usize, i64>> {
    let mut indices: Vec<usize> = new.iter().map(|(index, _)| *index).collect();
    indices.dedup();
    let mut rows = Rows::new([Number, Number]);
    for index in &indices {
        // A new issue has no keys yet.
        if let Some(issue) = counted.get(*index).filter(|issue| !issue.is_new) {
            rows.push([Cell::Number(issue.id), Cell::Number(number(*index))]);
        }
    }
    let found = rows.load(
        conn,
        "SELECT e.column2, (SELECT COUNT(*) FROM issue_tag_key AS k WHERE k.issue_id = e.column1)",
        "",
    )?;
    let counts = found
        .into_iter()
        .filter_map(|(index, count)| Some((usize::try_from(index).ok()?, count)));
    Ok(counts.collect())
}

/// Notes the environments and releases that the events name.
fn save_names(conn: &mut Conn<'_>, planned: &[PlannedIssue<'_>], known: &mut Known) -> Result<()> {
    let mut environments = Names::new();
    let mut releases = Names::new();
    for event in planned.iter().flat_map(|issue| &issue.events) {
        for (name, names) in [
            (&event.environment, &mut environments),
            (&event.facts.release, &mut releases),
        ] {
            if let Some(name) = name {
                let span = names.entry((event.project.0, name.as_str()));
                span.or_insert(Span::at(event.facts.timestamp))
                    .include(event.facts.timestamp);
            }
        }
    }
    names::save(conn, List::Environments, &environments, known)?;
    names::save(conn, List::Releases, &releases, known)?;
    Ok(())
}
