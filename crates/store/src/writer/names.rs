//! Keeps the lists of the environments and releases of a project.

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;

use super::known::{Known, Row};
use super::totals::Span;
use crate::conn::{Conn, on};
use crate::environment;
use crate::error::Result;
use crate::release;
use crate::rows::Column::{Number, Text};
use crate::rows::{Cell, Rows};
use crate::schema::{project_environment, project_release};

/// Names by project, and when they were seen.
pub(super) type Names<'e> = BTreeMap<(i64, &'e str), Span>;

/// One of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum List {
    Environments,
    Releases,
}

impl List {
    fn names_max(self) -> i64 {
        match self {
            Self::Environments => environment::PER_PROJECT_MAX,
            Self::Releases => release::PER_PROJECT_MAX,
        }
    }

    /// How many names of the project are listed.
    fn count(self, conn: &mut Conn<'_>, project: i64) -> Result<i64> {
        Ok(match self {
            Self::Environments => on!(conn, |c| project_environment::table
                .filter(project_environment::project_id.eq(project))
                .count()
                .get_result(c))?,
            Self::Releases => on!(conn, |c| project_release::table
                .filter(project_release::project_id.eq(project))
                .count()
                .get_result(c))?,
        })
    }

    /// The start and end of the query for those names that are listed.
    fn find(self) -> (&'static str, &'static str) {
        match self {
            Self::Environments => (
                "SELECT e.column3, n.project_id",
                "JOIN project_environment AS n \
                 ON n.project_id = e.column1 AND n.name = e.column2",
            ),
            Self::Releases => (
                "SELECT e.column3, n.project_id",
                "JOIN project_release AS n \
                 ON n.project_id = e.column1 AND n.version = e.column2",
            ),
        }
    }

    /// The start and end of the statement that adds names or widens their times.
    fn upsert(self) -> (&'static str, &'static str) {
        match self {
            Self::Environments => (
                "INSERT INTO project_environment (project_id, name, first_seen, last_seen) \
                 SELECT e.column1, e.column2, e.column3, e.column4",
                "WHERE true ON CONFLICT (project_id, name) DO UPDATE SET \
                 first_seen = CASE WHEN excluded.first_seen < project_environment.first_seen \
                     THEN excluded.first_seen ELSE project_environment.first_seen END, \
                 last_seen = CASE WHEN excluded.last_seen > project_environment.last_seen \
                     THEN excluded.last_seen ELSE project_environment.last_seen END",
            ),
            Self::Releases => (
                "INSERT INTO project_release (project_id, version, first_seen, last_seen) \
                 SELECT e.column1, e.column2, e.column3, e.column4",
                "WHERE true ON CONFLICT (project_id, version) DO UPDATE SET \
                 first_seen = CASE WHEN excluded.first_seen < project_release.first_seen \
                     THEN excluded.first_seen ELSE project_release.first_seen END, \
                 last_seen = CASE WHEN excluded.last_seen > project_release.last_seen \
                     THEN excluded.last_seen ELSE project_release.last_seen END",
            ),
        }
    }
}

/// Adds the names to a list and widens the times of those on it. Names that do not fit on it any
/// more are returned. What is remembered saves the questions: a batch of known names asks nothing.
pub(super) fn save<'e>(
    conn: &mut Conn<'_>,
    list: List,
    names: &Names<'e>,
    known: &mut Known,
) -> Result<HashSet<(i64, &'e str)>> {
    let unlisted = admit(conn, list, names, known)?;
    let mut rows = Rows::new([Number, Text, Number, Number]);
    for (name, seen) in names {
        if unlisted.contains(name) {
            continue;
        }
        rows.push([
            Cell::Number(name.0),
            Cell::Text(name.1),
            Cell::Number(seen.first),
            Cell::Number(seen.last),
        ]);
    }
    let (before, after) = list.upsert();
    rows.execute(conn, before, after)?;
    Ok(unlisted)
}

/// Finds the names that are too many: those that the list does not have yet, once it is full.
fn admit<'e>(
    conn: &mut Conn<'_>,
    list: List,
    names: &Names<'e>,
    known: &mut Known,
) -> Result<HashSet<(i64, &'e str)>> {
    let mut unlisted = HashSet::new();
    let mut asked = Vec::new();
    for (project, name) in names.keys() {
        if known.has(&Row::Unlisted(list, *project, name)) {
            unlisted.insert((*project, *name));
        } else if !known.has(&Row::Listed(list, *project, name)) {
            asked.push((*project, *name));
        }
    }
    let listed = listed(conn, list, &asked)?;
    for (place, (project, name)) in asked.into_iter().enumerate() {
        let is_listed = listed.contains(&number(place)) || {
            let count = match known.list_count(list, project) {
                Some(count) => count,
                None => list.count(conn, project)?,
            };
            let fits = count < list.names_max();
            known.set_list_count(list, project, count + i64::from(fits));
            fits
        };
        if is_listed {
            known.add(&Row::Listed(list, project, name));
        } else {
            known.add(&Row::Unlisted(list, project, name));
            unlisted.insert((project, name));
        }
    }
    Ok(unlisted)
}

/// The places of those names that the list has.
fn listed(conn: &mut Conn<'_>, list: List, asked: &[(i64, &str)]) -> Result<HashSet<i64>> {
    let mut rows = Rows::new([Number, Text, Number]);
    for (place, (project, name)) in asked.iter().enumerate() {
        rows.push([
            Cell::Number(*project),
            Cell::Text(name),
            Cell::Number(number(place)),
        ]);
    }
    let (before, after) = list.find();
    let found = rows.load(conn, before, after)?;
    Ok(found.into_iter().map(|(place, _)| place).collect())
}

/// A place in a list as a number that travels to the database and back.
pub(super) fn number(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
