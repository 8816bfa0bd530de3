//! The job: its phases, one after the other, in small steps.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use watchfire_event::{IssueId, ProjectId, Timestamp};
use watchfire_scrub::PathChange;

use super::data::{Data, Phase, SavedSpan};
use super::finding::{self, Findings};
use super::rules::{Outcome, Rules};
use super::{apply, attachments, feedback, issues, lists};
use crate::attachment::removal;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::issue::hidden;
use crate::job::{Broken, Job, Progress, Task, Work};
use crate::project;
use crate::schema::attachment;
use crate::stored::{self, Place};
use crate::wipe::learned::{self, Learned};
use crate::wipe::pages;
use crate::wipe::retire::{Retirement, Turn};

/// How many rows are looked at in a step.
const WINDOW: usize = 1_000;
/// How many of them are unpacked and scrubbed in a step.
const STEP_EVENTS: usize = 100;
/// What a job cannot do that does not know where files are.
const ATTACHMENTS: &str = "Attachments were not looked into: the process that did the job does not \
    know where they are.";
/// How often a job that finds nothing to change says how far it is.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);
/// How long to wait before another look for events that were scrubbed by former rules.
const SETTLE_STEP: Duration = Duration::from_millis(500);

/// The work of a job.
pub(crate) fn work(job: &Job) -> Box<dyn Work> {
    match Data::of(job) {
        Ok(data) => Box::new(Rescrub {
            data,
            tools: None,
            retirement: Retirement::default(),
            unsaved: Unsaved::none(),
        }),
        Err(error) => Box::new(Broken::new(error)),
    }
}

struct Rescrub {
    data: Data,
    tools: Option<Tools>,
    retirement: Retirement,
    /// What was looked at since the last transaction, and needed none.
    unsaved: Unsaved,
}

/// Events that stay as they are.
#[derive(Clone, Copy)]
struct Unsaved {
    /// The last row of them; nothing when there are none.
    end: Option<i64>,
    /// How many rows were passed, looked at, and could not be read.
    done: i64,
    events: i64,
    unreadable: i64,
    saved_at: Instant,
}

impl Unsaved {
    fn none() -> Self {
        Self {
            end: None,
            done: 0,
            events: 0,
            unreadable: 0,
            saved_at: Instant::now(),
        }
    }

    /// Adds them to the job.
    fn save(self, job: &mut Job, data: &mut Data) {
        job.cursor = self.end.unwrap_or(job.cursor);
        job.done += self.done;
        data.events += self.events;
        data.unreadable += self.unreadable;
    }
}

/// What every step needs, made once.
pub(super) struct Tools {
    pub(super) rules: Rules,
    pub(super) learned: Learned,
    /// Paths and rules that the job has findings of.
    pub(super) known: BTreeSet<(String, String)>,
}

/// What a step of a phase did.
pub(super) struct Did {
    /// Where the next step begins; nothing when the phase is over.
    pub(super) cursor: Option<i64>,
}

impl Tools {
    /// Remembers which dictionaries learned what changes removed.
    pub(super) fn note(&mut self, changes: &[PathChange]) {
        for change in changes {
            let before = change.before.as_deref().unwrap_or_default();
            self.learned.note(before, change.after.as_deref());
        }
    }
}

impl Work for Rescrub {
    fn step(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        if self.tools.is_none() {
            self.tools = Some(self.read_tools(task)?);
        }
        match self.data.phase {
            Phase::Events => self.events(task),
            Phase::Attachments => self.attachments(task),
            Phase::Dictionaries => self.dictionaries(task),
            Phase::Files => match removal::sweep_for(task)? {
                true => self.begin_next(task),
                false => Ok(Progress::Lost),
            },
            Phase::Pages => self.pages(task),
            Phase::Feedback | Phase::Issues | Phase::Lists | Phase::Heads => self.rows(task),
        }
    }
}

impl Rescrub {
    fn read_tools(&self, task: &Task<'_>) -> Result<Tools> {
        let (job, project, in_force) = (task.job.id, task.job.project_id, self.data.in_force);
        task.database.read_blocking(|conn| {
            Ok(Tools {
                rules: Rules::read(conn, project, in_force)?,
                learned: Learned::read(conn)?,
                known: finding::known(conn, job)?,
            })
        })
    }

    /// Scrubs the next events of the span.
    fn events(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let (database, job) = (task.database, &task.job);
        let (project, span) = (job.project_id, self.data.span);
        let after = self.unsaved.end.unwrap_or(job.cursor);
        let until = task.settled_at();
        let (window, family) = database.read_blocking(|conn| {
            let window = stored::places_after(conn, project, after, WINDOW)?;
            Ok((window, family(conn, span)?))
        })?;
        // Events that came in later were scrubbed by the rules that the job follows, or newer ones.
        if window.iter().all(|place| place.received_at > until) {
            if Timestamp::now() < until {
                return Ok(Progress::Wait(SETTLE_STEP.min(task.settle)));
            }
            return self.begin_next(task);
        }
        let (rows, end, done) = next_rows(&window, span, &family);
        let stored =
            database.read_blocking(|c| stored::any_of_rows(c, database.dictionaries(), &rows))?;
        let Some(tools) = &mut self.tools else {
            return Ok(Progress::More);
        };
        let mut unreadable = rows.len() - stored.len();
        let mut scrubbed = Vec::new();
        let mut findings = Findings::default();
        for event in &stored {
            match tools.rules.scrub(event) {
                Outcome::Changed(changed) => {
                    findings.add(None, Some(event.event_id), &changed.changes);
                    tools.note(&changed.changes);
                    scrubbed.push(*changed);
                }
                Outcome::Same => {}
                Outcome::Unreadable => unreadable += 1,
            }
        }
        self.unsaved.end = Some(end);
        self.unsaved.done += done;
        self.unsaved.events += i64::try_from(rows.len()).unwrap_or(0);
        self.unsaved.unreadable += i64::try_from(unreadable).unwrap_or(0);
        if scrubbed.is_empty() && self.unsaved.saved_at.elapsed() < SIGN_OF_LIFE {
            return Ok(Progress::More);
        }
        self.save(task, |conn, job, data, tools| {
            if !data.is_dry_run {
                apply::apply(conn, database.dictionaries(), project, &scrubbed)?;
            }
            findings.save(conn, job.id, &mut tools.known)?;
            let changed = i64::try_from(scrubbed.len()).unwrap_or(0);
            data.changed += changed;
            job.moved += changed;
            Ok(())
        })
    }

    /// Does a step of a phase whose steps are one transaction each.
    fn rows(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let database = task.database;
        let phase = self.data.phase;
        let mut is_over = false;
        let progress = self.save(task, |conn, job, data, tools| {
            let dictionaries = database.dictionaries();
            let did = match phase {
                Phase::Feedback => feedback::step(conn, dictionaries, job, data, tools)?,
                Phase::Issues => issues::step(conn, job, data, tools)?,
                Phase::Lists => lists::step(conn, job, tools)?,
                _ => lists::heads(conn, dictionaries, job, data, tools)?,
            };
            is_over = did.cursor.is_none();
            job.cursor = did.cursor.unwrap_or(0);
            Ok(())
        })?;
        match is_over && progress == Progress::More {
            true => self.begin_next(task),
            false => Ok(progress),
        }
    }

    fn dictionaries(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        match self.retirement.step(task, &self.data.dictionaries)? {
            Turn::More => Ok(Progress::More),
            Turn::Lost => Ok(Progress::Lost),
            Turn::Done => self.begin_next(task),
        }
    }

    /// Scrubs the next files of the span.
    fn attachments(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let (project, after) = (task.job.project_id, task.job.cursor);
        let (span, is_dry_run) = (self.data.span, self.data.is_dry_run);
        let Some(blobs) = task.blobs else {
            return self.leave_attachments(task);
        };
        let window = task
            .database
            .read_blocking(|conn| attachments::Window::read(conn, project, after, span))?;
        let Some(window) = window else {
            return self.begin_next(task);
        };
        if !task.hold(window.time())? {
            return Ok(Progress::Lost);
        }
        let Some(tools) = &self.tools else {
            return Ok(Progress::More);
        };
        let scrubbed = window.scrub(&tools.rules, blobs);
        if !is_dry_run {
            scrubbed.store(task.database, blobs, window.time())?;
        }
        let progress = self.save(task, |conn, job, data, tools| {
            if !is_dry_run && !scrubbed.changed.is_empty() {
                // As everybody does who changes events, so that nobody waits in a circle.
                project::lock_for_change(conn, project, None)?;
                attachments::apply(conn, &scrubbed.changed, Timestamp::now())?;
            }
            scrubbed.findings.save(conn, job.id, &mut tools.known)?;
            data.files += scrubbed.looked_at;
            data.files_changed += i64::try_from(scrubbed.changed.len()).unwrap_or(0);
            data.files_left += scrubbed.unreadable;
            job.cursor = window.end;
            Ok(())
        });
        if !is_dry_run && !matches!(progress, Ok(Progress::More)) {
            scrubbed.let_go(task.database);
        }
        progress
    }

    /// Goes on without a look into files.
    fn leave_attachments(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let progress = self.save(task, |conn, job, data, _| {
            if has_attachments(conn, job.project_id)? {
                data.left.push(ATTACHMENTS.to_owned());
            }
            Ok(())
        })?;
        match progress {
            Progress::More => self.begin_next(task),
            other => Ok(other),
        }
    }

    /// Cleans free space.
    fn pages(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let Some(cleaned) = pages::clean(task)? else {
            return Ok(Progress::Lost);
        };
        let progress = self.save(task, |_, job, data, _| {
            data.left.extend(cleaned.left);
            job.cursor = cleaned.next.unwrap_or(job.cursor);
            Ok(())
        })?;
        Ok(match progress {
            Progress::More if cleaned.next.is_none() => Progress::Finished,
            other => other,
        })
    }

    /// Goes on with the next phase, or ends the job.
    fn begin_next(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let next = self.data.phase.next(self.data.is_dry_run, self.data.span);
        let Some(next) = next else {
            return Ok(Progress::Finished);
        };
        // A training that is under way may have read what the job removed since.
        drop(task.database.dictionaries().training());
        self.save(task, |conn, job, data, _| {
            if next == Phase::Dictionaries {
                let since = learned::trained_since(conn, job.created_at)?;
                data.dictionaries.extend(since);
            }
            data.phase = next;
            job.cursor = 0;
            Ok(())
        })
    }

    /// Runs a transaction under the lease and saves what it changed of the job's data.
    fn save(
        &mut self,
        task: &mut Task<'_>,
        work: impl FnOnce(&mut Conn<'_>, &mut Job, &mut Data, &mut Tools) -> Result<()>,
    ) -> Result<Progress> {
        let Some(tools) = &mut self.tools else {
            return Ok(Progress::More);
        };
        let mut data = self.data.clone();
        let unsaved = self.unsaved;
        let saved = task.write(|conn, job| {
            unsaved.save(job, &mut data);
            work(conn, job, &mut data, tools)?;
            // The next process must know of it, should this one end.
            tools.learned.merge_into(&mut data.dictionaries);
            job.data = data.to_json();
            Ok(())
        })?;
        if saved.is_none() {
            return Ok(Progress::Lost);
        }
        self.data = data;
        self.unsaved = Unsaved::none();
        Ok(Progress::More)
    }
}

/// The rows where events of the issue in question may be.
fn family(conn: &mut Conn<'_>, span: SavedSpan) -> Result<Vec<i64>> {
    match span {
        SavedSpan::Issue(id) => hidden::family(conn, IssueId(id)),
        SavedSpan::Project | SavedSpan::Time { .. } => Ok(Vec::new()),
    }
}

fn has_attachments(conn: &mut Conn<'_>, project: ProjectId) -> Result<bool> {
    let any: Option<i64> = on!(conn, |c| attachment::table
        .filter(attachment::project_id.eq(project.0))
        .select(attachment::id)
        .first(c)
        .optional())?;
    Ok(any.is_some())
}

/// Which rows of a window to scrub, the last row that is done with them, and how many that are.
fn next_rows(window: &[Place], span: SavedSpan, family: &[i64]) -> (Vec<i64>, i64, i64) {
    let mut rows = Vec::new();
    let (mut end, mut done) = (0, 0);
    for place in window {
        if span.holds(family, place.issue, place.timestamp) {
            if rows.len() == STEP_EVENTS {
                break;
            }
            rows.push(place.row_id);
        }
        end = place.row_id;
        done += 1;
    }
    (rows, end, done)
}
