//! The job that regroups the past.

use std::time::Duration;

use serde_json::json;
use watchfire_event::{IssueId, Timestamp};

use super::data::Data;
use super::event::Rules;
use super::moved::{self, Moved};
use super::round::{Round, Turn};
use super::sample::{Sample, Slow};
use super::undo::Undo;
use super::{apply, owners};
use crate::activity::{self, ActivityKind};
use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::grouping_rules;
use crate::issue;
use crate::job::{Broken, Job, Progress, Task, Work};
use crate::project;

/// How many issues that became empty are hidden in one transaction.
const HIDE_STEP: usize = 200;
/// In how many pairs of issues the finished job is noted, those with most events first.
const NOTED_MOVES_MAX: usize = 50;
/// How long to wait before another look for events that were grouped by the former rules.
const SETTLE_STEP: Duration = Duration::from_millis(500);

/// The work of a regrouping, or of taking one back.
pub(crate) fn work(job: &Job) -> Box<dyn Work> {
    let data = match Data::of(job) {
        Ok(data) => data,
        Err(error) => return Box::new(Broken::new(error)),
    };
    if data.undo.is_some() {
        return Box::new(Undo::new(data));
    }
    Box::new(Regroup {
        rules: data.rules(),
        data,
        round: None,
        settling: None,
        is_noted: false,
    })
}

/// Whether the project groups by other rules now than those that a regrouping follows.
pub(crate) fn is_stale(conn: &mut Conn<'_>, job: &Job) -> Result<bool> {
    let data = Data::of(job)?;
    let project = project::get(conn, job.project_id)?.ok_or(Error::NotFound)?;
    let now = grouping_rules::settings(conn, &project)?;
    Ok(!data.after.groups_as(&now))
}

struct Regroup {
    data: Data,
    rules: Rules,
    round: Option<Round>,
    /// What is left to tidy up once no event is left.
    settling: Option<Vec<Moved>>,
    /// Whether the issues tell of it.
    is_noted: bool,
}

impl Work for Regroup {
    fn step(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        if !self.data.moves_past {
            return self.seed(task);
        }
        if self.settling.is_some() {
            return self.settle(task);
        }
        let (project, cursor) = (task.job.project_id, task.job.cursor);
        let until = settled_at(task, task.job.created_at);
        let round = self
            .round
            .get_or_insert_with(|| Round::new(project, cursor, until, true));
        match round.step(task, &self.rules)? {
            Turn::More => Ok(Progress::More),
            Turn::Lost => Ok(Progress::Lost),
            Turn::Done(row) => {
                self.round = None;
                let saved = task.write(|_, job| {
                    job.cursor = row;
                    Ok(())
                })?;
                Ok(saved.map_or(Progress::Lost, |()| Progress::More))
            }
            Turn::Empty => {
                self.round = None;
                if is_settled(task, task.job.created_at) {
                    let job = task.job.id;
                    self.settling = Some(task.database.read_blocking(|c| moved::summary(c, job))?);
                    return Ok(Progress::More);
                }
                Ok(Progress::Wait(SETTLE_STEP.min(task.settle)))
            }
        }
    }
}

impl Regroup {
    /// Places the hashes of recent events; the events stay.
    fn seed(&self, task: &mut Task<'_>) -> Result<Progress> {
        let (database, id) = (task.database, task.job.project_id);
        let project = database.read_blocking(|conn| project::get(conn, id))?;
        let project = project.ok_or(Error::NotFound)?;
        let dictionaries = database.dictionaries();
        // Nobody is there to make the rules simpler.
        let (rules, slow) = (&self.rules, Slow::Cut);
        let sample = database
            .read_blocking(|conn| Sample::take(conn, dictionaries, &project, rules, None, slow))?;
        let seeded = task.write(|conn, job| {
            project::lock_for_change(conn, id, None)?;
            apply::seed(conn, id, &sample.plan, Some(job.id), Timestamp::now())
        })?;
        Ok(seeded.map_or(Progress::Lost, |()| Progress::Finished))
    }

    /// Hides issues that the job emptied behind the one that most of their events went to, and
    /// notes in the issues what came and went.
    fn settle(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let Some(moves) = &mut self.settling else {
            return Ok(Progress::Finished);
        };
        let is_last = moves.len() <= HIDE_STEP;
        let step: Vec<Moved> = moves.drain(..moves.len().min(HIDE_STEP)).collect();
        let (project, is_noted) = (task.job.project_id, self.is_noted);
        let mut data = self.data.clone();
        let saved = task.write(|conn, job| {
            project::lock_for_change(conn, project, None)?;
            data.led.extend(hide_empty(conn, &step)?);
            job.data = data.to_json();
            // The first step holds the moves of most events.
            if !is_noted {
                note_moves(conn, job, &step)?;
            }
            Ok(data)
        })?;
        self.is_noted = true;
        let Some(data) = saved else {
            return Ok(Progress::Lost);
        };
        self.data = data;
        Ok(if is_last {
            Progress::Finished
        } else {
            Progress::More
        })
    }
}

/// Whether no process groups by the rules any more that were in force before a time.
pub(super) fn is_settled(task: &Task<'_>, changed_at: Timestamp) -> bool {
    Timestamp::now() >= settled_at(task, changed_at)
}

/// When no process groups any more by the rules that were in force before a time.
pub(super) fn settled_at(task: &Task<'_>, changed_at: Timestamp) -> Timestamp {
    let settle = i64::try_from(task.settle.as_micros()).unwrap_or(i64::MAX / 4);
    changed_at.plus_micros(settle)
}

/// Hides the empty ones of the issues that events came from. Returns which merged issues led to
/// them, and lead on now.
fn hide_empty(conn: &mut Conn<'_>, moves: &[Moved]) -> Result<Vec<(i64, i64)>> {
    let mut led = Vec::new();
    let from: Vec<i64> = moves.iter().map(|it| it.from).collect();
    for issue in moved::empty(conn, &from)? {
        // The moves of most events come first.
        if let Some(main) = moves.iter().find(|it| it.from == issue) {
            led.extend(moved::led_to(conn, issue)?);
            issue::retire(conn, IssueId(issue), IssueId(main.to))?;
        }
    }
    Ok(led)
}

fn note_moves(conn: &mut Conn<'_>, job: &Job, moves: &[Moved]) -> Result<()> {
    let now = Timestamp::now();
    for moved in moves.iter().take(NOTED_MOVES_MAX) {
        for (issue, other, direction) in
            [(moved.from, moved.to, "out"), (moved.to, moved.from, "in")]
        {
            if owners::statuses(conn, &[issue])?.is_empty() {
                continue;
            }
            let data = json!({
                "direction": direction,
                "rule_id": job.rule_id,
                "job_id": job.id,
                "events": moved.events,
                "other_issue_id": other,
            });
            let kind = ActivityKind::Regrouped;
            activity::add(conn, issue, job.user_id, kind, &data.to_string(), now)?;
        }
    }
    Ok(())
}
