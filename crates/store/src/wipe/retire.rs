//! Compression dictionaries that learned removed text are replaced: a new one is trained, every body
//! that needs an old one is compressed anew, and the old one's bytes go.

use std::collections::BTreeSet;

use diesel::prelude::*;
use watchfire_event::{ProjectId, Timestamp};

use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::issue::readable;
use crate::job::{LONG_STEP, Task};
use crate::project;
use crate::rows::Column::{Bytes, Number};
use crate::rows::{Cell, Rows};
use crate::schema::{dictionary, dropped_head, event, feedback, project as project_table};
use crate::training;

/// How many rows are looked at in a step, and how many compressed anew.
const WINDOW: i64 = 2_000;
const STEP: usize = 100;

/// What is left to do of a retirement, in memory: a process that goes on with it begins anew, and
/// finds nothing in what is done.
#[derive(Default)]
pub(crate) struct Retirement {
    is_marked: bool,
    table: usize,
    after: i64,
    /// Bodies that needed an old dictionary in this round.
    renewed: usize,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    More,
    Done,
    /// The job is no longer ours.
    Lost,
}

/// A body that needs a dictionary.
struct Packed {
    id: i64,
    dictionary: i64,
    body: Vec<u8>,
}

/// The tables that hold bodies, and how one of their rows gets another.
const TABLES: [(Table, &str, &str); 3] = [
    (
        Table::Events,
        "UPDATE event SET dictionary_id = e.column2, body = e.column3",
        "WHERE event.id = e.column1",
    ),
    (
        Table::Feedback,
        "UPDATE feedback SET dictionary_id = e.column2, body = e.column3",
        "WHERE feedback.id = e.column1",
    ),
    (
        Table::Heads,
        "UPDATE dropped_head SET dictionary_id = e.column2, body = e.column3",
        "WHERE dropped_head.id = e.column1",
    ),
];

#[derive(Clone, Copy)]
enum Table {
    Events,
    Feedback,
    Heads,
}

impl Retirement {
    /// Does a step.
    pub(crate) fn step(&mut self, task: &mut Task<'_>, ids: &[i64]) -> Result<Turn> {
        if ids.is_empty() {
            return Ok(Turn::Done);
        }
        if !self.is_marked {
            return self.mark(task, ids);
        }
        let Some((table, before, after)) = TABLES.get(self.table) else {
            return self.finish(task, ids);
        };
        let database = task.database;
        let window = database.read_blocking(|conn| table.window(conn, self.after))?;
        let Some((last, _)) = window.last().copied() else {
            self.table += 1;
            self.after = 0;
            return Ok(Turn::More);
        };
        let old: Vec<i64> = window
            .iter()
            .filter(|(_, dictionary)| ids.contains(dictionary))
            .map(|(id, _)| *id)
            .take(STEP)
            .collect();
        let end = match old.last() {
            Some(id) if old.len() == STEP => *id,
            _ => last,
        };
        if !old.is_empty() {
            let done = task.write(|conn, _| {
                let packed = table.packed(conn, &old)?;
                renew(conn, database.dictionaries(), packed, ids, (before, after))
            })?;
            let Some(count) = done else {
                return Ok(Turn::Lost);
            };
            self.renewed += count;
        }
        self.after = end;
        Ok(Turn::More)
    }

    /// Lets nobody use the dictionaries any more, and trains another in their place.
    fn mark(&mut self, task: &mut Task<'_>, ids: &[i64]) -> Result<Turn> {
        let database = task.database;
        let marked = task.write(|conn, _| {
            let now = Timestamp::now();
            on!(conn, |c| diesel::update(dictionary::table)
                .filter(dictionary::id.eq_any(ids))
                .filter(dictionary::retired_at.is_null())
                .set(dictionary::retired_at.eq(now.0))
                .execute(c))?;
            Ok(())
        })?;
        if marked.is_none() {
            return Ok(Turn::Lost);
        }
        database.dictionaries().retire(ids);
        if !task.hold(LONG_STEP)? {
            return Ok(Turn::Lost);
        }
        // Who stores something holds the lock of its project, and asks afterwards which
        // dictionaries are retired: once all locks were free, no old body can come any more.
        database.write_blocking(lock_all_projects)?;
        training::train(database)?;
        self.is_marked = true;
        Ok(Turn::More)
    }

    /// Takes the bytes away once a whole round found no body that needs them.
    fn finish(&mut self, task: &mut Task<'_>, ids: &[i64]) -> Result<Turn> {
        if self.renewed > 0 {
            *self = Self {
                is_marked: true,
                ..Self::default()
            };
            return Ok(Turn::More);
        }
        let done = task.write(|conn, _| {
            on!(conn, |c| diesel::update(dictionary::table)
                .filter(dictionary::id.eq_any(ids))
                .set(dictionary::bytes.eq(Vec::<u8>::new()))
                .execute(c))?;
            Ok(())
        })?;
        Ok(done.map_or(Turn::Lost, |()| Turn::Done))
    }
}

impl Table {
    /// The rows after one, with their dictionaries.
    fn window(self, conn: &mut Conn<'_>, after: i64) -> Result<Vec<(i64, i64)>> {
        macro_rules! window {
            ($table:ident) => {
                on!(conn, |c| $table::table
                    .filter($table::id.gt(after))
                    .order($table::id)
                    .limit(WINDOW)
                    .select(($table::id, $table::dictionary_id))
                    .load(c))?
            };
        }
        Ok(match self {
            Self::Events => window!(event),
            Self::Feedback => window!(feedback),
            Self::Heads => window!(dropped_head),
        })
    }

    /// The bodies of rows; their projects are locked first, as everybody does who changes events.
    fn packed(self, conn: &mut Conn<'_>, ids: &[i64]) -> Result<Vec<Packed>> {
        macro_rules! load {
            ($table:ident) => {{
                let projects: Vec<i64> = on!(conn, |c| $table::table
                    .filter($table::id.eq_any(ids))
                    .select($table::project_id)
                    .load(c))?;
                for project in projects.into_iter().collect::<BTreeSet<_>>() {
                    project::lock(conn, ProjectId(project))?;
                }
                let rows: Vec<(i64, i64, Vec<u8>)> = on!(conn, |c| $table::table
                    .filter($table::id.eq_any(ids))
                    .select(($table::id, $table::dictionary_id, $table::body))
                    .load(c))?;
                rows
            }};
        }
        let rows = match self {
            Self::Events => load!(event),
            Self::Feedback => load!(feedback),
            Self::Heads => load!(dropped_head),
        };
        let packed = |(id, dictionary, body)| Packed {
            id,
            dictionary,
            body,
        };
        Ok(rows.into_iter().map(packed).collect())
    }
}

/// Compresses bodies anew that need one of the dictionaries; returns how many. A body that cannot
/// be read costs itself alone.
fn renew(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    packed: Vec<Packed>,
    old: &[i64],
    (before, after): (&'static str, &'static str),
) -> Result<usize> {
    let mut renewed: Vec<(i64, i64, Vec<u8>)> = Vec::with_capacity(packed.len());
    for one in packed
        .into_iter()
        .filter(|one| old.contains(&one.dictionary))
    {
        let found = readable(dictionaries.renew(conn, &one.body, one.dictionary))?;
        renewed.extend(found.map(|(body, dictionary)| (one.id, dictionary, body)));
    }
    let mut rows = Rows::new([Number, Number, Bytes]);
    for (id, dictionary, body) in &renewed {
        rows.push([
            Cell::Number(*id),
            Cell::Number(*dictionary),
            Cell::Bytes(body),
        ]);
    }
    rows.execute(conn, before, after)?;
    Ok(renewed.len())
}

fn lock_all_projects(conn: &mut Conn<'_>) -> Result<()> {
    let ids: Vec<i64> = on!(conn, |c| project_table::table
        .order(project_table::id)
        .select(project_table::id)
        .load(c))?;
    ids.into_iter()
        .try_for_each(|id| project::lock(conn, ProjectId(id)))
}
