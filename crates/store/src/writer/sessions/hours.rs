//! Finds or makes the rows of hours.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::release_health::{OTHER, PAIRS_PER_HOUR_MAX};
use crate::rows::Column::{Number, Text};
use crate::rows::{Cell, Rows};
use crate::schema::session_hour;
use crate::writer::names::number;

/// Which row counts a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HourKey<'p> {
    pub(super) project: i64,
    pub(super) hour: i64,
    pub(super) release: &'p str,
    pub(super) environment: &'p str,
}

/// The row in which a session counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hour {
    pub(super) id: i64,
    /// Whether it is the row of all releases or environments that are too many to be told apart.
    pub(super) is_of_others: bool,
}

/// The rows of these keys, made where they are missing.
pub(super) fn find_or_create(conn: &mut Conn<'_>, keys: &[HourKey<'_>]) -> Result<Vec<Hour>> {
    let mut ids: BTreeMap<HourKey<'_>, Option<i64>> = keys.iter().map(|key| (*key, None)).collect();
    find(conn, &mut ids)?;
    let mut crowded = BTreeSet::new();
    // How many pairs an hour of a project has.
    let mut counts: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for (key, id) in &mut ids {
        if id.is_none() {
            let count = match counts.get(&(key.project, key.hour)) {
                Some(count) => *count,
                None => count_pairs(conn, key)?,
            };
            *id = Some(create(conn, key, count)?);
            counts.insert((key.project, key.hour), count + 1);
            if count >= PAIRS_PER_HOUR_MAX {
                crowded.insert(*key);
            }
        }
    }
    let hour_of = |key: &HourKey<'_>| {
        let is_unlisted = key.release == OTHER || key.environment == OTHER;
        Some(Hour {
            id: (*ids.get(key)?)?,
            is_of_others: is_unlisted || crowded.contains(key),
        })
    };
    Ok(keys.iter().filter_map(hour_of).collect())
}

fn find(conn: &mut Conn<'_>, ids: &mut BTreeMap<HourKey<'_>, Option<i64>>) -> Result<()> {
    let mut rows = Rows::new([Number, Number, Text, Text, Number]);
    for (place, key) in ids.keys().enumerate() {
        rows.push([
            Cell::Number(key.project),
            Cell::Number(key.hour),
            Cell::Text(key.release),
            Cell::Text(key.environment),
            Cell::Number(number(place)),
        ]);
    }
    let found = rows.load(
        conn,
        "SELECT e.column5, h.id",
        "JOIN session_hour AS h ON h.project_id = e.column1 AND h.hour = e.column2 \
         AND h.release = e.column3 AND h.environment = e.column4",
    )?;
    let found: BTreeMap<i64, i64> = found.into_iter().collect();
    for (place, id) in ids.values_mut().enumerate() {
        *id = found.get(&number(place)).copied();
    }
    Ok(())
}

fn count_pairs(conn: &mut Conn<'_>, key: &HourKey<'_>) -> Result<i64> {
    Ok(on!(conn, |c| session_hour::table
        .filter(session_hour::project_id.eq(key.project))
        .filter(session_hour::hour.eq(key.hour))
        .count()
        .get_result(c))?)
}

/// Makes a row, or finds the one that another process has made meanwhile. When the hour has enough
/// rows, the row of all others is made or found instead.
fn create(conn: &mut Conn<'_>, key: &HourKey<'_>, count: i64) -> Result<i64> {
    let fits = count < PAIRS_PER_HOUR_MAX;
    let row = (
        session_hour::project_id.eq(key.project),
        session_hour::hour.eq(key.hour),
        session_hour::release.eq(if fits { key.release } else { OTHER }),
        session_hour::environment.eq(if fits { key.environment } else { OTHER }),
        session_hour::total.eq(0),
        session_hour::errored.eq(0),
        session_hour::abnormal.eq(0),
        session_hour::unhandled.eq(0),
        session_hour::crashed.eq(0),
        session_hour::users.eq(0),
        session_hour::users_errored.eq(0),
        session_hour::users_crashed.eq(0),
    );
    let place = (
        session_hour::project_id,
        session_hour::hour,
        session_hour::release,
        session_hour::environment,
    );
    Ok(on!(conn, |c| diesel::insert_into(session_hour::table)
        .values(row)
        .on_conflict(place)
        .do_update()
        .set(session_hour::total.eq(session_hour::total))
        .returning(session_hour::id)
        .get_result(c))?)
}
