use super::data::Data;
use super::{Report, finding};
use crate::attachment::removal;
use crate::conn::Conn;
use crate::error::Result;
use crate::job::{self, JobKind};

/// What a job found so far; nothing when there is no such job, or it is of another kind. It stays
/// for as long as its project.
///
/// # Errors
/// When the database fails.
pub fn report(conn: &mut Conn<'_>, id: i64) -> Result<Option<Report>> {
    let job = job::get(conn, id)?;
    let is_ours = |kind| matches!(kind, JobKind::Rescrub | JobKind::DryRun);
    let Some(job) = job.filter(|job| is_ours(job.kind)) else {
        return Ok(None);
    };
    let data = Data::of(&job)?;
    let mut left = data.left;
    if data.files_left > 0 {
        left.push(format!(
            "{} attachments could not be read (the log says why), and stay as they are.",
            data.files_left
        ));
    }
    if !data.is_dry_run {
        left.extend(removal::waiting(conn, job.project_id)?);
    }
    Ok(Some(Report {
        span: data.span.into(),
        is_dry_run: data.is_dry_run,
        organization_version: data.in_force.organization,
        project_version: data.in_force.project,
        events: data.events,
        changed: data.changed,
        unreadable: data.unreadable,
        files: data.files,
        files_changed: data.files_changed,
        by: finding::of_job(conn, id)?,
        left,
        job,
    }))
}
