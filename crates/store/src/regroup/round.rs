//! One round of a regrouping: the events after a row are looked at and counted, planned together,
//! and those that belong elsewhere moved, a few at a time.
//!
//! A round remembers in memory what it found. When the process ends in the middle, the next one
//! begins it anew: events that moved already are where they belong.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use watchfire_event::{ProjectId, Timestamp};

use super::event::Rules;
use super::mover::{Mover, Moving};
use super::plan::{Counted, Kind, Plan};
use super::sample;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::job::Task;
use crate::schema::event as stored_event;
use crate::stored::{self, StoredEvent};

/// How many events are looked at in a step.
const SCAN_STEP: usize = 250;
/// How many events are moved in a transaction.
const MOVE_STEP: usize = 100;
/// How many events that change a round remembers; then it moves them and the next one goes on.
const CHANGED_MAX: usize = 500_000;
/// How often a round that only reads gives a sign of life.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// What a step of a round came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    More,
    /// Everything up to this row is done.
    Done(i64),
    /// There was nothing to look at.
    Empty,
    /// The job is no longer ours.
    Lost,
}

/// A round.
pub(super) struct Round {
    project: ProjectId,
    /// Whether what it does is remembered, to be taken back. What takes back is not, and takes no
    /// issue for events that came to it by the rules that are taken back.
    is_recorded: bool,
    /// Events that came in later were grouped by the new rules, by whatever process: the round
    /// ends there, so that it never runs after events that come faster than it looks.
    until: Timestamp,
    scanned_to: i64,
    scanned: i64,
    is_scanned: bool,
    counted: Counted,
    /// Rows whose hashes change, with the number of their kind.
    changed: Vec<(i64, usize)>,
    plan: Plan,
    /// New issues that were made, by their number in the plan.
    new: HashMap<usize, i64>,
    /// How many of the changed ones are done.
    moved_to: usize,
    /// Issues that events left, and where the last of them went.
    pub(super) left: HashMap<i64, i64>,
    last_sign: Instant,
}

impl Round {
    /// A round over the events after a row that came in until a time.
    pub(super) fn new(
        project: ProjectId,
        after_row: i64,
        until: Timestamp,
        is_recorded: bool,
    ) -> Self {
        Self {
            project,
            is_recorded,
            until,
            scanned_to: after_row,
            scanned: 0,
            is_scanned: false,
            counted: Counted::default(),
            changed: Vec::new(),
            plan: Plan::default(),
            new: HashMap::new(),
            moved_to: 0,
            left: HashMap::new(),
            last_sign: Instant::now(),
        }
    }

    /// Does a step.
    pub(super) fn step(&mut self, task: &mut Task<'_>, rules: &Rules) -> Result<Turn> {
        if !self.is_scanned {
            return self.scan(task, rules);
        }
        if self.moved_to < self.changed.len() {
            return self.move_some(task, rules);
        }
        Ok(if self.scanned == 0 {
            Turn::Empty
        } else {
            Turn::Done(self.scanned_to)
        })
    }

    fn scan(&mut self, task: &mut Task<'_>, rules: &Rules) -> Result<Turn> {
        let (database, project) = (task.database, self.project);
        let after = self.scanned_to;
        let (stored, unreadable) = database.read_blocking(|conn| {
            let dictionaries = database.dictionaries();
            let stored = stored::after_row(conn, dictionaries, project, after, SCAN_STEP)?;
            // What cannot be read is left out, which must not look like the end of the project.
            let unreadable = match stored.is_empty() {
                true => rows_after(conn, project, after)?,
                false => Vec::new(),
            };
            Ok((stored, unreadable))
        })?;
        if let Some(last) = unreadable.last() {
            self.scanned_to = *last;
            self.scanned += i64::try_from(unreadable.len()).unwrap_or(0);
            return self.sign(task);
        }
        let is_late = |event: &StoredEvent| event.received_at > self.until;
        let is_end = stored.iter().all(is_late);
        for event in stored.iter().filter(|_| !is_end) {
            self.scanned_to = event.row_id;
            self.scanned += 1;
            let Some(regrouped) = rules.regroup(event) else {
                continue;
            };
            let is_changed = regrouped.is_changed;
            let kind = self.counted.add(Kind::of(event.issue, regrouped));
            if is_changed {
                self.changed.push((event.row_id, kind));
            }
        }
        if is_end || self.changed.len() >= CHANGED_MAX {
            self.is_scanned = true;
            self.plan = database.read_blocking(|conn| {
                sample::plan(conn, project, &self.counted, self.is_recorded)
            })?;
        }
        self.sign(task)
    }

    /// Gives a sign of life after a step that only read, if one is due.
    fn sign(&mut self, task: &mut Task<'_>) -> Result<Turn> {
        if self.last_sign.elapsed() < SIGN_OF_LIFE {
            return Ok(Turn::More);
        }
        self.last_sign = Instant::now();
        // Looking is half of the work.
        let scanned = self.scanned / 2;
        let sign = task.write(|_, job| {
            job.done = job.done.max(scanned.min(job.total));
            Ok(())
        })?;
        Ok(sign.map_or(Turn::Lost, |()| Turn::More))
    }

    fn move_some(&mut self, task: &mut Task<'_>, rules: &Rules) -> Result<Turn> {
        let end = self.changed.len().min(self.moved_to + MOVE_STEP);
        let batch = self.changed.get(self.moved_to..end).unwrap_or_default();
        let kinds: HashMap<i64, usize> = batch.iter().copied().collect();
        let rows: Vec<i64> = batch.iter().map(|(row, _)| *row).collect();
        let (database, project) = (task.database, self.project);
        let stored = database
            .read_blocking(|conn| stored::of_rows(conn, database.dictionaries(), project, &rows))?;
        let events: Vec<Moving<'_>> = stored
            .iter()
            .filter_map(|stored| Moving::of(stored, rules, &kinds, &self.plan))
            .collect();
        let mut new = self.new.clone();
        let done = self.scanned / 2
            + i64::try_from(end).unwrap_or(0) * (self.scanned - self.scanned / 2)
                / i64::try_from(self.changed.len().max(1)).unwrap_or(1);
        let is_recorded = self.is_recorded;
        let left = task.write(|conn, job| {
            let mover = Mover {
                project,
                job: is_recorded.then_some(job.id),
                rules,
                now: Timestamp::now(),
            };
            let left = mover.run(conn, database.dictionaries(), &events, &mut new)?;
            if is_recorded {
                job.moved += i64::try_from(left.len()).unwrap_or(0);
            }
            job.done = job.done.max(done.min(job.total));
            Ok(left)
        })?;
        let Some(left) = left else {
            return Ok(Turn::Lost);
        };
        self.left.extend(left);
        self.new = new;
        self.moved_to = end;
        Ok(Turn::More)
    }
}

/// The numbers of the events of a project stored after a row, at most [`SCAN_STEP`], in order.
fn rows_after(conn: &mut Conn<'_>, project: ProjectId, after: i64) -> Result<Vec<i64>> {
    Ok(on!(conn, |c| stored_event::table
        .filter(stored_event::project_id.eq(project.0))
        .filter(stored_event::id.gt(after))
        .order(stored_event::id)
        .limit(i64::try_from(SCAN_STEP).unwrap_or(i64::MAX))
        .select(stored_event::id)
        .load(c))?)
}
