//! Adds sessions to the counters of their hours.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use self::hours::HourKey;
use super::known::Known;
use super::names::{self, List, Names};
use super::totals::Span;
use crate::conn::Conn;
use crate::error::Result;
use crate::new_event::user_hash;
use crate::outcome::hour_of;
use crate::release_health::{NewSessions, OTHER, SessionRow};
use crate::rows::Column::Number;
use crate::rows::{Cell, Rows};
use crate::tags::storable;

mod hours;
mod problems;
pub(super) mod purge;
mod users;

/// A row with its names as they are stored.
struct Part<'s> {
    project: i64,
    release: Cow<'s, str>,
    environment: Cow<'s, str>,
    row: &'s SessionRow,
}

/// What is added to the counters of an hour beside the sessions that began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Gain {
    errored: i64,
    abnormal: i64,
    unhandled: i64,
    crashed: i64,
    users: i64,
    users_errored: i64,
    users_crashed: i64,
}

/// Counts sessions. Returns of how many rows of each the release or environment is one too many to
/// be told apart from others. They begin with the totals, because that locks the rows of their hours: what is
/// read afterwards of their users and problems is not changed by another process meanwhile.
pub(super) fn save(
    conn: &mut Conn<'_>,
    sessions: &[&NewSessions],
    known: &mut Known,
) -> Result<Vec<u64>> {
    let parts = parts_of(sessions);
    let keys = keys_of(conn, &parts, known)?;
    let hours = hours::find_or_create(conn, &keys)?;
    let ids: Vec<i64> = hours.iter().map(|hour| hour.id).collect();
    add_totals(conn, &parts, &ids)?;
    let mut gains: BTreeMap<i64, Gain> = BTreeMap::new();
    problems::count(conn, &parts, &ids, &mut gains)?;
    users::count(conn, &parts, &ids, &mut gains)?;
    add_gains(conn, &gains)?;
    let mut hours = hours.iter();
    let others_of = |new: &&NewSessions| {
        let hours = hours.by_ref().take(new.rows.len());
        hours.map(|hour| u64::from(hour.is_of_others)).sum()
    };
    Ok(sessions.iter().map(others_of).collect())
}

fn parts_of<'s>(sessions: &[&'s NewSessions]) -> Vec<Part<'s>> {
    let rows = |new: &&'s NewSessions| {
        let project = new.project.0;
        new.rows.iter().map(move |row| Part {
            project,
            release: storable(&row.release),
            environment: storable(&row.environment),
            row,
        })
    };
    sessions.iter().flat_map(rows).collect()
}

/// Lists the releases and environments, and tells in which hour's row each part counts.
fn keys_of<'p>(
    conn: &mut Conn<'_>,
    parts: &'p [Part<'_>],
    known: &mut Known,
) -> Result<Vec<HourKey<'p>>> {
    let mut environments = Names::new();
    let mut releases = Names::new();
    for part in parts {
        let at = part.row.started;
        for (name, names) in [
            (&part.environment, &mut environments),
            (&part.release, &mut releases),
        ] {
            if !name.is_empty() {
                let span = names.entry((part.project, name.as_ref()));
                span.or_insert(Span::at(at)).include(at);
            }
        }
    }
    let no_environments = names::save(conn, List::Environments, &environments, known)?;
    let no_releases = names::save(conn, List::Releases, &releases, known)?;
    let listed = |unlisted: &HashSet<(i64, &str)>, project, name: &'p str| {
        if unlisted.contains(&(project, name)) {
            OTHER
        } else {
            name
        }
    };
    let key_of = |part: &'p Part<'_>| HourKey {
        project: part.project,
        hour: hour_of(part.row.started),
        release: listed(&no_releases, part.project, &part.release),
        environment: listed(&no_environments, part.project, &part.environment),
    };
    Ok(parts.iter().map(key_of).collect())
}

fn add_totals(conn: &mut Conn<'_>, parts: &[Part<'_>], ids: &[i64]) -> Result<()> {
    let mut totals: BTreeMap<i64, i64> = BTreeMap::new();
    for (part, id) in parts.iter().zip(ids) {
        *totals.entry(*id).or_default() += i64::from(part.row.total);
    }
    let mut rows = Rows::new([Number, Number]);
    for (id, total) in totals {
        rows.push([Cell::Number(id), Cell::Number(total)]);
    }
    rows.execute(
        conn,
        "UPDATE session_hour SET total = session_hour.total + e.column2",
        "WHERE session_hour.id = e.column1",
    )
}

fn add_gains(conn: &mut Conn<'_>, gains: &BTreeMap<i64, Gain>) -> Result<()> {
    let mut rows = Rows::new([Number; 8]);
    for (id, gain) in gains {
        if *gain == Gain::default() {
            continue;
        }
        rows.push([
            Cell::Number(*id),
            Cell::Number(gain.errored),
            Cell::Number(gain.abnormal),
            Cell::Number(gain.unhandled),
            Cell::Number(gain.crashed),
            Cell::Number(gain.users),
            Cell::Number(gain.users_errored),
            Cell::Number(gain.users_crashed),
        ]);
    }
    rows.execute(
        conn,
        "UPDATE session_hour SET errored = session_hour.errored + e.column2, \
         abnormal = session_hour.abnormal + e.column3, \
         unhandled = session_hour.unhandled + e.column4, \
         crashed = session_hour.crashed + e.column5, \
         users = session_hour.users + e.column6, \
         users_errored = session_hour.users_errored + e.column7, \
         users_crashed = session_hour.users_crashed + e.column8",
        "WHERE session_hour.id = e.column1",
    )
}

/// The number that stands for a user of sessions.
fn user_of(row: &SessionRow) -> Option<i64> {
    let user = row.user.as_deref().filter(|user| !user.is_empty())?;
    Some(user_hash("did", user))
}
