//! Takes a regrouping back.
//!
//! The rules are reverted at once. Then the events that the job moved go back where they came
//! from, those that came since go where the reverted rules put them, and the hashes that the job
//! gave away are free again.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::json;
use watchfire_event::{IssueId, ProjectId, Timestamp, UserId};
use watchfire_grouping::Grouper;

use super::data::{Data, UndoData, UndoPhase};
use super::event::Rules;
use super::hashes::{self, Rehashed};
use super::mover::{KnownIssues, current};
use super::revert::revert;
use super::round::{Round, Turn};
use super::work::{is_settled, settled_at};
use super::{moved, owners};
use crate::activity::{self, ActivityKind};
use crate::conn::Conn;
use crate::dictionary::Dictionaries;
use crate::error::{Error, Result};
use crate::event::hash_key;
use crate::grouping_rules::RuleSet;
use crate::issue::{self, EventMove};
use crate::job::{self, Job, JobKind, Progress, Task, Work};
use crate::project;
use crate::stored::{self, StoredEvent};

/// How many events go back in a transaction.
const BACK_STEP: i64 = 100;
/// How many hashes become free in a transaction.
const HASH_STEP: i64 = 200;
/// How many issues are tidied up in a statement.
const ISSUE_STEP: usize = 200;
/// How long to wait before another look for events that were grouped by the reverted rules.
const SETTLE_STEP: Duration = Duration::from_millis(500);
/// In how many issues the undo is noted, those with most events first.
const NOTED_ISSUES_MAX: usize = 50;

/// Whether the job is being taken back, or was.
pub(crate) fn is_undo(job: &Job) -> bool {
    job.kind == JobKind::Regroup && Data::of(job).is_ok_and(|data| data.undo.is_some())
}

/// Whether taking the job back reverts rules of the whole organisation.
pub(crate) fn is_wide(job: &Job) -> bool {
    Data::of(job).is_ok_and(|data| data.is_wide)
}

/// Reverts the change of the rules that a job followed, and prepares the job to go back. Of a
/// change of the organisation's rules the jobs of the other projects go back too.
pub(crate) fn begin_undo(
    conn: &mut Conn<'_>,
    job: &Job,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    let data = Data::of(job)?;
    let is_reverted = revert(conn, &data.back, job.project_id, author, now)?;
    let undo = UndoData {
        phase: UndoPhase::Moves,
        at: now.0,
        is_reverted,
        lost: 0,
    };
    if data.is_wide {
        for sibling in job::of_change(conn, job)? {
            prepare(conn, &sibling, undo, author)?;
            job::set_undoing(conn, sibling.id, now)?;
        }
    }
    prepare(conn, job, undo, author)
}

/// Puts one job on the way back.
fn prepare(conn: &mut Conn<'_>, job: &Job, undo: UndoData, author: Option<UserId>) -> Result<()> {
    let moved = moved::summary(conn, job.id)?;
    project::lock_for_change(conn, job.project_id, None)?;
    for moved in moved.iter().take(NOTED_ISSUES_MAX) {
        if owners::statuses(conn, &[moved.from])?.is_empty() {
            continue;
        }
        let data = json!({
            "direction": "undone",
            "rule_id": job.rule_id,
            "job_id": job.id,
            "events": moved.events,
            "other_issue_id": moved.to,
        });
        let kind = ActivityKind::Regrouped;
        activity::add(
            conn,
            moved.from,
            author,
            kind,
            &data.to_string(),
            Timestamp(undo.at),
        )?;
    }
    let data = Data {
        undo: Some(undo),
        ..Data::of(job)?
    };
    let total = moved::count(conn, job.id)?;
    job::restart(conn, job.id, &data.to_json(), total)
}

/// The work of an undo.
pub(super) struct Undo {
    data: Data,
    rules: Rules,
    /// The rules since the change and those of now, and the round that follows them.
    since: Option<(Rules, Round)>,
    /// The last hash that was looked at.
    hash: Vec<u8>,
    /// Issues that lost a hash.
    issues: Vec<i64>,
    /// Issues that events left which came since, and where they went.
    left: HashMap<i64, i64>,
}

impl Undo {
    pub(super) fn new(data: Data) -> Self {
        Self {
            rules: data.rules(),
            data,
            since: None,
            hash: Vec::new(),
            issues: Vec::new(),
            left: HashMap::new(),
        }
    }
}

impl Work for Undo {
    fn step(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let Some(undo) = self.data.undo else {
            return Ok(Progress::Finished);
        };
        match undo.phase {
            UndoPhase::Moves => self.move_back(task),
            UndoPhase::Since => self.follow_since(task, Timestamp(undo.at)),
            UndoPhase::Hashes => self.free_hashes(task, undo.is_reverted),
        }
    }
}

impl Undo {
    fn move_back(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let (database, id, cursor) = (task.database, task.job.id, task.job.cursor);
        let project = task.job.project_id;
        let moves = database.read_blocking(|conn| moved::after_row(conn, id, cursor, BACK_STEP))?;
        let Some((last, ..)) = moves.last().copied() else {
            return self.enter(task, UndoPhase::Since, self.data.newest_row);
        };
        let rows: Vec<i64> = moves.iter().map(|(row, ..)| *row).collect();
        let stored = database
            .read_blocking(|conn| stored::of_rows(conn, database.dictionaries(), project, &rows))?;
        let rules = &self.rules;
        let mut data = self.data.clone();
        let done = task.write(|conn, job| {
            project::lock_for_change(conn, project, None)?;
            let lost = back(
                conn,
                database.dictionaries(),
                rules,
                project,
                &moves,
                &stored,
            )?;
            job.cursor = last;
            job.done += i64::try_from(moves.len()).unwrap_or(0);
            if let Some(undo) = data.undo.as_mut().filter(|_| lost > 0) {
                undo.lost += i64::try_from(lost).unwrap_or(0);
                job.data = data.to_json();
            }
            Ok(data)
        })?;
        let Some(data) = done else {
            return Ok(Progress::Lost);
        };
        self.data = data;
        Ok(Progress::More)
    }

    /// Events that were stored since the change go where the rules of now put them.
    fn follow_since(&mut self, task: &mut Task<'_>, asked_at: Timestamp) -> Result<Progress> {
        let (database, id, cursor) = (task.database, task.job.project_id, task.job.cursor);
        if self.since.is_none() {
            let project = database.read_blocking(|conn| project::get(conn, id))?;
            let project = project.ok_or(Error::NotFound)?;
            let now = database
                .read_blocking(|conn| RuleSet::read(conn, &project, Timestamp::now()))?
                .settings();
            let rules = Rules {
                before: self.rules.after.clone(),
                after: Grouper::new(&now),
            };
            self.since = Some((
                rules,
                Round::new(id, cursor, settled_at(task, asked_at), false),
            ));
        }
        let Some((rules, round)) = &mut self.since else {
            return Ok(Progress::Finished);
        };
        match round.step(task, rules)? {
            Turn::More => Ok(Progress::More),
            Turn::Lost => Ok(Progress::Lost),
            Turn::Done(row) => {
                self.left.extend(std::mem::take(&mut round.left));
                self.since = None;
                let saved = task.write(|_, job| {
                    job.cursor = row;
                    Ok(())
                })?;
                Ok(saved.map_or(Progress::Lost, |()| Progress::More))
            }
            Turn::Empty => {
                self.since = None;
                if is_settled(task, asked_at) {
                    return self.enter(task, UndoPhase::Hashes, 0);
                }
                Ok(Progress::Wait(SETTLE_STEP))
            }
        }
    }

    /// Takes the hashes back that the job gave to issues, and then removes the issues that it had
    /// made and that have neither hashes nor events any more.
    fn free_hashes(&mut self, task: &mut Task<'_>, is_reverted: bool) -> Result<Progress> {
        let (database, id, project) = (task.database, task.job.id, task.job.project_id);
        let after = self.hash.clone();
        let linked = match is_reverted {
            true => database.read_blocking(|c| hashes::linked_by(c, id, &after, HASH_STEP))?,
            false => Vec::new(),
        };
        let Some((last, _)) = linked.last().cloned() else {
            return self.tidy(task);
        };
        let freed = task.write(|conn, _| {
            project::lock_for_change(conn, project, None)?;
            for (hash, issue) in &linked {
                hashes::unlink(conn, project, hash, *issue)?;
            }
            project::note_hash_change(conn, project)
        })?;
        self.hash = last;
        self.issues.extend(linked.iter().map(|(_, issue)| *issue));
        self.issues.sort_unstable();
        self.issues.dedup();
        Ok(freed.map_or(Progress::Lost, |()| Progress::More))
    }

    /// Removes what is left of issues that nothing belongs to any more.
    fn tidy(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let project = task.job.project_id;
        let left: Vec<i64> = self.left.keys().copied().collect();
        let led = &self.data.led;
        let lost = self.data.undo.map_or(0, |undo| undo.lost);
        let removed = task.write(|conn, job| {
            job.problem = (lost > 0).then(|| lost_words(lost));
            project::lock_for_change(conn, project, None)?;
            for step in self.issues.chunks(ISSUE_STEP) {
                owners::remove_bare(conn, step)?;
            }
            moved::lead_back(conn, led)?;
            for step in left.chunks(ISSUE_STEP) {
                for issue in moved::empty(conn, step)? {
                    if let Some(to) = self.left.get(&issue) {
                        issue::retire(conn, IssueId(issue), IssueId(*to))?;
                    }
                }
            }
            Ok(())
        })?;
        Ok(removed.map_or(Progress::Lost, |()| Progress::Finished))
    }

    fn enter(&mut self, task: &mut Task<'_>, phase: UndoPhase, cursor: i64) -> Result<Progress> {
        self.data.undo = self.data.undo.map(|undo| UndoData { phase, ..undo });
        let json = self.data.to_json();
        let saved = task.write(|_, job| {
            job.data = json;
            job.cursor = cursor;
            Ok(())
        })?;
        Ok(saved.map_or(Progress::Lost, |()| Progress::More))
    }
}

/// What people read about events that could not go back.
fn lost_words(lost: i64) -> String {
    let events = match lost {
        1 => "1 event".to_owned(),
        lost => format!("{lost} events"),
    };
    format!("{events} could not go back: the issue they came from was deleted since")
}

/// An event on its way back.
struct Returning {
    row: i64,
    /// The issue that it is in, and its key.
    issue: i64,
    key: Option<i64>,
    /// Where it goes.
    target: i64,
}

/// Moves events back that are still where the job had moved them. Tells how many cannot go because
/// an issue was deleted; those stay as they are.
fn back(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    rules: &Rules,
    project: ProjectId,
    moves: &[(i64, i64, i64)],
    stored: &[StoredEvent],
) -> Result<usize> {
    let mut known = KnownIssues::default();
    let (returning, lost) = returning(conn, &mut known, moves)?;
    let mut going = Vec::new();
    let mut rehashed = Vec::new();
    for it in &returning {
        let Some(stored) = stored.iter().find(|stored| stored.row_id == it.row) else {
            continue;
        };
        let (Some(event), Some(regrouped)) = (stored.event(), rules.regroup(stored)) else {
            continue;
        };
        if let Some(made) = regrouped.after.hashes.first()
            && it.key == Some(hash_key(made))
        {
            rehashed.push(Rehashed {
                row_id: it.row,
                timestamp: stored.timestamp,
                from: Some(*made),
                to: regrouped.before,
            });
        }
        if known.follow(conn, it.issue)? != it.target {
            going.push((it, event));
        }
    }
    let moves: Vec<EventMove<'_, '_>> = going
        .iter()
        .map(|(it, event)| EventMove {
            row_id: it.row,
            from: IssueId(it.issue),
            to: IssueId(it.target),
            event,
        })
        .collect();
    issue::move_events(conn, dictionaries, &rules.before, &moves)?;
    hashes::rehash(conn, project, &rehashed)?;
    Ok(lost)
}

/// Those of moved events that are still where the job had moved them and can go back, and how many
/// cannot because the issue that they came from was deleted.
fn returning(
    conn: &mut Conn<'_>,
    known: &mut KnownIssues,
    moves: &[(i64, i64, i64)],
) -> Result<(Vec<Returning>, usize)> {
    let rows = current(conn, moves.iter().map(|(row, ..)| *row))?;
    let mut returning = Vec::new();
    for (row, from, to) in moves {
        let Some((issue, key)) = rows.get(row).copied() else {
            continue;
        };
        if issue == *to || known.follow(conn, *to)? == known.follow(conn, issue)? {
            returning.push(Returning {
                row: *row,
                issue,
                key,
                target: known.come_back(conn, *from)?,
            });
        }
    }
    let ends = returning.iter().flat_map(|it| [it.issue, it.target]);
    let deleted = moved::lost(conn, ends.collect())?;
    // Events that are deleted with their issue are none that stay.
    returning.retain(|it| !deleted.contains(&it.issue));
    let count = returning.len();
    returning.retain(|it| !deleted.contains(&it.target));
    let lost = count - returning.len();
    Ok((returning, lost))
}
