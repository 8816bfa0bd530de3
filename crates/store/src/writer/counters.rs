//! Adds a batch to the counters of its issues and projects.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::issues::Counted;
use super::known::{Known, Row};
use super::place::PlannedIssue;
use super::totals::{Span, Tally};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::rows::Rows;
use crate::tag::VALUES_PER_KEY_MAX;

/// A tag of an issue in the batch: index of the issue, key and value.
type TagPlace<'e> = (usize, &'e str, &'e str);

/// Adds the batch to hours, users, tags, environments and releases.
pub(super) fn save(
    conn: &mut Conn<'_>,
    planned: &[PlannedIssue<'_>],
    counted: &[Counted<'_>],
    known: &mut Known,
) -> Result<()> {
    save_hours(conn, counted)?;
    save_users(conn, counted)?;
    save_tags(conn, counted, known)?;
    save_names(conn, planned)
}

fn execute(
    conn: &mut Conn<'_>,
    head: &'static str,
    rows: &[impl serde::Serialize],
    tail: &'static str,
) -> Result<()> {
    if !rows.is_empty() {
        let statement: Rows = Rows::new(head, rows, tail);
        on!(conn, |c| RunQueryDsl::execute(statement, c))?;
    }
    Ok(())
}

fn save_hours(conn: &mut Conn<'_>, counted: &[Counted<'_>]) -> Result<()> {
    let mut rows: Vec<(i64, i64, i64)> = Vec::new();
    for issue in counted {
        let hours = issue.totals.hours.iter();
        rows.extend(hours.map(|(hour, count)| (issue.id, *hour, *count)));
    }
    rows.sort_unstable();
    execute(
        conn,
        "INSERT INTO issue_hour (issue_id, hour, count) SELECT \
         CAST(e.value ->> 0 AS BIGINT), CAST(e.value ->> 1 AS BIGINT), \
         CAST(e.value ->> 2 AS BIGINT)",
        &rows,
        "WHERE true ON CONFLICT (issue_id, hour) DO UPDATE SET \
         count = issue_hour.count + excluded.count",
    )
}

fn save_users(conn: &mut Conn<'_>, counted: &[Counted<'_>]) -> Result<()> {
    let mut rows: Vec<(i64, i64, i64, i64, i64)> = Vec::new();
    for issue in counted {
        for (user, tally) in &issue.totals.users {
            let Tally { count, seen } = *tally;
            rows.push((issue.id, *user, count, seen.first, seen.last));
        }
    }
    rows.sort_unstable();
    execute(
        conn,
        "INSERT INTO issue_user (issue_id, user_hash, count, first_seen, last_seen) SELECT \
         CAST(e.value ->> 0 AS BIGINT), CAST(e.value ->> 1 AS BIGINT), \
         CAST(e.value ->> 2 AS BIGINT), CAST(e.value ->> 3 AS BIGINT), \
         CAST(e.value ->> 4 AS BIGINT)",
        &rows,
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

    let mut rows = Vec::new();
    for (index, issue) in counted.iter().enumerate() {
        for ((key, value), tally) in &issue.totals.tags {
            if refused.contains_key(&(index, *key, *value)) {
                continue;
            }
            let Tally { count, seen } = *tally;
            rows.push((issue.id, *key, *value, count, seen.first, seen.last));
            known.add(&Row::Tag(issue.id, key, value));
        }
    }
    rows.sort_unstable();
    execute(
        conn,
        "INSERT INTO issue_tag (issue_id, key, value, count, first_seen, last_seen) SELECT \
         CAST(e.value ->> 0 AS BIGINT), e.value ->> 1, e.value ->> 2, \
         CAST(e.value ->> 3 AS BIGINT), CAST(e.value ->> 4 AS BIGINT), \
         CAST(e.value ->> 5 AS BIGINT)",
        &rows,
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
    let mut to_ask = Vec::new();
    for (index, issue) in counted.iter().enumerate() {
        for (key, value) in issue.totals.tags.keys() {
            if issue.is_new {
                unknown.push((index, *key, *value));
            } else if !known.has(&Row::Tag(issue.id, key, value)) {
                to_ask.push(((issue.id, *key, *value, to_ask.len()), index));
            }
        }
    }
    if to_ask.is_empty() {
        return Ok(unknown);
    }
    let asked: Vec<_> = to_ask.iter().map(|(row, _)| row).collect();
    let existing: Rows<BigInt> = Rows::new(
        "SELECT CAST(e.value ->> 3 AS BIGINT)",
        &asked,
        "JOIN issue_tag AS t ON t.issue_id = CAST(e.value ->> 0 AS BIGINT) \
         AND t.key = e.value ->> 1 AND t.value = e.value ->> 2",
    );
    let existing: Vec<i64> = on!(conn, |c| existing.load(c))?;
    let mut exists = vec![false; to_ask.len()];
    for place in existing {
        let flag = usize::try_from(place)
            .ok()
            .and_then(|place| exists.get_mut(place));
        flag.into_iter().for_each(|flag| *flag = true);
    }
    for (((_, key, value, _), index), exists) in to_ask.into_iter().zip(exists) {
        if !exists {
            unknown.push((index, key, value));
        }
    }
    Ok(unknown)
}

/// Counts new values up to the limit of each key, and returns those beyond it, whose events go
/// into the key's overflow.
fn admit<'e>(
    conn: &mut Conn<'_>,
    counted: &[Counted<'e>],
    unknown: &[TagPlace<'e>],
) -> Result<HashMap<TagPlace<'e>, i64>> {
    let mut refused = HashMap::new();
    if unknown.is_empty() {
        return Ok(refused);
    }
    let value_counts = value_counts(conn, counted, unknown)?;
    let mut added: BTreeMap<(usize, &str), (i64, i64)> = BTreeMap::new();
    for place in unknown {
        let (index, key, value) = *place;
        let (values, overflow) = added.entry((index, key)).or_default();
        let before = value_counts.get(&(index, key)).copied().unwrap_or(0);
        if before + *values < VALUES_PER_KEY_MAX {
            *values += 1;
            continue;
        }
        let totals = counted.get(index).map(|issue| &issue.totals);
        let tally = totals.and_then(|totals| totals.tags.get(&(key, value)));
        let count = tally.map_or(0, |tally| tally.count);
        *overflow += count;
        refused.insert(*place, count);
    }
    let mut rows: Vec<_> = added
        .into_iter()
        .filter_map(|((index, key), (values, overflow))| {
            Some((counted.get(index)?.id, key, values, overflow))
        })
        .collect();
    rows.sort_unstable();
    execute(
        conn,
        "INSERT INTO issue_tag_key (issue_id, key, value_count, overflow_count) SELECT \
         CAST(e.value ->> 0 AS BIGINT), e.value ->> 1, CAST(e.value ->> 2 AS BIGINT), \
         CAST(e.value ->> 3 AS BIGINT)",
        &rows,
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
    let mut keys: Vec<(i64, &str, usize)> = unknown
        .iter()
        .filter_map(|(index, key, _)| {
            let issue = counted.get(*index)?;
            (!issue.is_new).then_some((issue.id, *key, *index))
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let asked: Vec<_> = keys
        .iter()
        .enumerate()
        .map(|(at, (id, key, _))| (id, key, at))
        .collect();
    let found: Rows<(BigInt, BigInt)> = Rows::new(
        "SELECT CAST(e.value ->> 2 AS BIGINT), k.value_count",
        &asked,
        "JOIN issue_tag_key AS k ON k.issue_id = CAST(e.value ->> 0 AS BIGINT) \
         AND k.key = e.value ->> 1",
    );
    let found: Vec<(i64, i64)> = on!(conn, |c| found.load(c))?;
    let counts = found.into_iter().filter_map(|(at, count)| {
        let (_, key, index) = keys.get(usize::try_from(at).ok()?)?;
        Some(((*index, *key), count))
    });
    Ok(counts.collect())
}

/// Notes the environments and releases that the events name.
fn save_names(conn: &mut Conn<'_>, planned: &[PlannedIssue<'_>]) -> Result<()> {
    let mut environments: BTreeMap<(i64, &str), Span> = BTreeMap::new();
    let mut releases: BTreeMap<(i64, &str), Span> = BTreeMap::new();
    for event in planned.iter().flat_map(|issue| &issue.events) {
        for (name, names) in [
            (&event.environment, &mut environments),
            (&event.release, &mut releases),
        ] {
            if let Some(name) = name {
                let span = names.entry((event.project.0, name.as_str()));
                span.or_insert(Span::at(event.timestamp))
                    .include(event.timestamp);
            }
        }
    }
    let rows = |names: BTreeMap<(i64, &'_ str), Span>| -> Vec<(i64, String, i64, i64)> {
        let names = names.into_iter();
        names
            .map(|((project, name), span)| (project, name.to_owned(), span.first, span.last))
            .collect()
    };
    execute(
        conn,
        "INSERT INTO project_environment (project_id, name, first_seen, last_seen) SELECT \
         CAST(e.value ->> 0 AS BIGINT), e.value ->> 1, CAST(e.value ->> 2 AS BIGINT), \
         CAST(e.value ->> 3 AS BIGINT)",
        &rows(environments),
        "WHERE true ON CONFLICT (project_id, name) DO UPDATE SET \
         first_seen = CASE WHEN excluded.first_seen < project_environment.first_seen \
             THEN excluded.first_seen ELSE project_environment.first_seen END, \
         last_seen = CASE WHEN excluded.last_seen > project_environment.last_seen \
             THEN excluded.last_seen ELSE project_environment.last_seen END",
    )?;
    execute(
        conn,
        "INSERT INTO project_release (project_id, version, first_seen, last_seen) SELECT \
         CAST(e.value ->> 0 AS BIGINT), e.value ->> 1, CAST(e.value ->> 2 AS BIGINT), \
         CAST(e.value ->> 3 AS BIGINT)",
        &rows(releases),
        "WHERE true ON CONFLICT (project_id, version) DO UPDATE SET \
         first_seen = CASE WHEN excluded.first_seen < project_release.first_seen \
             THEN excluded.first_seen ELSE project_release.first_seen END, \
         last_seen = CASE WHEN excluded.last_seen > project_release.last_seen \
             THEN excluded.last_seen ELSE project_release.last_seen END",
    )
}
