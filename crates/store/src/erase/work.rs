//! The job: its phases, one after the other, in small steps.

use std::time::Duration;

use watchfire_event::Timestamp;
use watchfire_grouping::Grouper;

use super::data::{Data, Phase};
use super::{events, issues, rest};
use crate::attachment::removal;
use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::grouping_rules;
use crate::job::{Broken, Job, Progress, Task, Work};
use crate::project;
use crate::wipe::learned::{self, Learned};
use crate::wipe::pages;
use crate::wipe::retire::{Retirement, Turn};

/// How long to wait before another look for events that were still to be stored.
const SETTLE_STEP: Duration = Duration::from_millis(500);

/// Why a job cannot go on that begins again after its key is gone.
const FORGOTTEN: &str = "the job does not know whose data it is any more: ask for it again";

/// The work of a job.
pub(crate) fn work(job: &Job) -> Box<dyn Work> {
    match Data::of(job) {
        // Without it nobody is known, and the job would find nothing.
        Ok(data) if !data.person.has_key() => {
            Box::new(Broken::new(Error::Refused(FORGOTTEN.to_owned())))
        }
        Ok(data) => Box::new(Erase {
            data,
            tools: None,
            retirement: Retirement::default(),
        }),
        Err(error) => Box::new(Broken::new(error)),
    }
}

struct Erase {
    data: Data,
    tools: Option<Tools>,
    retirement: Retirement,
}

/// What every step needs, made once.
pub(super) struct Tools {
    pub(super) grouper: Grouper,
    pub(super) learned: Learned,
}

/// Whether a phase is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turned {
    More,
    Over,
}

impl Work for Erase {
    fn step(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        if self.tools.is_none() {
            self.tools = Some(read_tools(task)?);
        }
        match self.data.phase {
            Phase::Events => self.events(task),
            Phase::Dictionaries => match self.retirement.step(task, &self.data.dictionaries)? {
                Turn::More => Ok(Progress::More),
                Turn::Lost => Ok(Progress::Lost),
                Turn::Done => self.begin_next(task),
            },
            Phase::Files => self.files(task),
            Phase::Pages => self.pages(task),
            _ => self.rows(task),
        }
    }
}

fn read_tools(task: &Task<'_>) -> Result<Tools> {
    let id = task.job.project_id;
    task.database.read_blocking(|conn| {
        let project = project::get(conn, id)?.ok_or(Error::NotFound)?;
        let settings = grouping_rules::settings(conn, &project)?;
        Ok(Tools {
            grouper: Grouper::new(&settings),
            learned: Learned::read(conn)?,
        })
    })
}

impl Erase {
    /// Looks at the next events and removes those of the person.
    fn events(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let database = task.database;
        let (project, after) = (task.job.project_id, task.job.cursor);
        let until = task.settled_at();
        let window = database.read_blocking(|conn| {
            events::Window::read(conn, database.dictionaries(), project, after)
        })?;
        // What comes in later is stored as anybody's; what came in before may wait to be stored.
        if window.is_after(until) {
            if Timestamp::now() < until {
                return Ok(Progress::Wait(SETTLE_STEP.min(task.settle)));
            }
            return self.begin_next(task);
        }
        self.save(task, |conn, job, data, tools| {
            let found = window.of(&data.person);
            data.looked_at += window.looked_at();
            data.unreadable += window.unreadable();
            job.cursor = window.end().unwrap_or(job.cursor);
            job.done += window.looked_at();
            job.moved += i64::try_from(found.len()).unwrap_or(0);
            let dictionaries = database.dictionaries();
            events::remove(
                conn,
                dictionaries,
                (job.project_id, Timestamp::now()),
                &found,
                data,
                tools,
            )
        })
    }

    /// Does a step of a phase whose steps are one transaction each.
    fn rows(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let database = task.database;
        let phase = self.data.phase;
        let mut turned = Turned::More;
        let progress = self.save(task, |conn, job, data, tools| {
            project::lock_for_change(conn, job.project_id, None)?;
            let dictionaries = database.dictionaries();
            turned = match phase {
                Phase::Feedback => rest::feedback(conn, dictionaries, job, data, tools)?,
                Phase::Users => issues::forget_users(conn, job, data, tools)?,
                Phase::Sessions => rest::sessions(conn, job, data)?,
                Phase::Issues => issues::remove_empty(conn, job, data)?,
                Phase::Tombstones => rest::tombstones(conn, job, data, tools)?,
                _ => rest::heads(conn, dictionaries, job, data, tools)?,
            };
            Ok(())
        })?;
        match turned == Turned::Over && progress == Progress::More {
            true => self.begin_next(task),
            false => Ok(progress),
        }
    }

    /// Deletes the files of what was removed, so that the receipt need not name them.
    fn files(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        match removal::sweep_for(task)? {
            true => self.begin_next(task),
            false => Ok(Progress::Lost),
        }
    }

    /// Cleans free space, and forgets the rest of who it was.
    fn pages(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let forgotten = self.save(task, |_, _, data, _| {
            data.forget_hashes();
            Ok(())
        })?;
        if forgotten != Progress::More {
            return Ok(forgotten);
        }
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

    fn begin_next(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let Some(next) = self.data.phase.next() else {
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
        let saved = task.write(|conn, job| {
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
        Ok(Progress::More)
    }
}
