use super::Receipt;
use super::data::Data;
use crate::attachment::removal;
use crate::conn::Conn;
use crate::error::Result;
use crate::job::{self, JobKind, JobState};

/// What the server cannot know of.
const BACKUPS: &str = "Backups and copies of the database or of the attachments made before are \
    not known to this server and still hold the data.";
/// What stays as a number.
const NUMBERS: &str = "Totals of sessions, outcomes and events without a stored body stay as \
    numbers that name nobody.";
/// What people of the team wrote.
const TEAM: &str = "Ignore rules with their names, notes and history, grouping rules, scrubbing \
    documents with their history and the names of members were not looked into: edit those that \
    name the user. Earlier versions of them stay.";

/// What a job has removed so far; nothing when there is no such job, or it is of another kind. It
/// stays for as long as its project.
///
/// # Errors
/// When the database fails.
pub fn receipt(conn: &mut Conn<'_>, id: i64) -> Result<Option<Receipt>> {
    let job = job::get(conn, id)?;
    let Some(job) = job.filter(|job| job.kind == JobKind::Erase) else {
        return Ok(None);
    };
    let data = Data::of(&job)?;
    let mut left = data.left;
    if data.unreadable > 0 {
        left.push(format!(
            "{} stored events could not be read, and were not compared.",
            data.unreadable
        ));
    }
    left.extend(removal::waiting(conn, job.project_id)?);
    left.extend([NUMBERS, TEAM, BACKUPS].map(str::to_owned));
    Ok(Some(Receipt {
        job: job.id,
        project: job.project_id,
        state: job.state.as_str(),
        asked_by: job.user_id,
        asked_at: job.created_at,
        finished_at: (job.state == JobState::Done).then_some(job.changed_at),
        identity: data.person.shown(),
        removed: data.removed,
        events_looked_at: data.looked_at,
        issues_changed: i64::try_from(data.issues.len()).unwrap_or(i64::MAX),
        left,
    }))
}
