//! Which code does which kind of job.

use watchfire_event::Timestamp;

use super::task::{Progress, Task, Work};
use super::{Job, JobKind, Step};
use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::{erase, issue, project, regroup, rescrub};

/// The work of a job.
pub(super) fn of(job: &Job) -> Box<dyn Work> {
    match job.kind {
        JobKind::Regroup => regroup::work(job),
        JobKind::Merge => Box::new(Steps(issue::merge_step)),
        JobKind::Unmerge => Box::new(Steps(issue::unmerge_step)),
        JobKind::Delete => Box::new(Steps(issue::delete_step)),
        JobKind::Rescrub | JobKind::DryRun => rescrub::work(job),
        JobKind::Erase => erase::work(job),
    }
}

/// The work of a job whose data cannot be read.
pub(crate) struct Broken(Option<Error>);

impl Broken {
    /// `reason` says why.
    pub(crate) fn new(reason: Error) -> Self {
        Self(Some(reason))
    }
}

impl Work for Broken {
    fn step(&mut self, _: &mut Task<'_>) -> Result<Progress> {
        self.0.take().map_or(Ok(Progress::Finished), Err)
    }
}

/// Work whose every step is one transaction that remembers nothing but the cursor.
struct Steps(fn(&mut Conn<'_>, &Job, Timestamp) -> Result<Step>);

impl Work for Steps {
    fn step(&mut self, task: &mut Task<'_>) -> Result<Progress> {
        let step = self.0;
        let done = task.write(|conn, job| {
            // As everybody does who changes events, so that nobody waits in a circle.
            project::lock_for_change(conn, job.project_id, None)?;
            let step = step(conn, job, Timestamp::now())?;
            job.cursor = step.cursor;
            job.done += step.done;
            job.moved += step.moved;
            job.total = job.total.max(job.done);
            Ok(step.is_finished)
        })?;
        Ok(match done {
            None => Progress::Lost,
            Some(false) => Progress::More,
            Some(true) => Progress::Finished,
        })
    }
}
