//! The rows of jobs.

use diesel::prelude::*;
use watchfire_event::{IssueId, ProjectId, Timestamp, UserId};

use super::{Job, JobKind, JobState, LIST_MAX, NewJob};
use crate::column::{MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::job;

#[derive(Queryable, Selectable)]
#[diesel(table_name = job)]
struct Row {
    id: i64,
    #[diesel(deserialize_as = Number)]
    project_id: ProjectId,
    kind: String,
    state: String,
    data: String,
    cursor: i64,
    done: i64,
    total: i64,
    moved: i64,
    problem: Option<String>,
    #[diesel(deserialize_as = MaybeNumber)]
    user_id: Option<UserId>,
    rule_id: Option<i64>,
    #[diesel(deserialize_as = MaybeNumber)]
    issue_id: Option<IssueId>,
    #[diesel(deserialize_as = Number)]
    created_at: Timestamp,
    #[diesel(deserialize_as = Number)]
    changed_at: Timestamp,
}

impl From<Row> for Job {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            project_id: row.project_id,
            kind: JobKind::of(&row.kind),
            state: JobState::of(&row.state),
            data: row.data,
            cursor: row.cursor,
            done: row.done,
            total: row.total,
            moved: row.moved,
            problem: row.problem,
            user_id: row.user_id,
            rule_id: row.rule_id,
            issue_id: row.issue_id,
            created_at: row.created_at,
            changed_at: row.changed_at,
        }
    }
}

/// The job of a number.
///
/// # Errors
/// When the database fails.
pub fn get(conn: &mut Conn<'_>, id: i64) -> Result<Option<Job>> {
    let row: Option<Row> = on!(conn, |c| job::table
        .find(id)
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Job::from))
}

/// The jobs of a project, newest first, at most [`LIST_MAX`].
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut Conn<'_>, project: ProjectId) -> Result<Vec<Job>> {
    let rows: Vec<Row> = on!(conn, |c| job::table
        .filter(job::project_id.eq(project.0))
        .order(job::id.desc())
        .limit(LIST_MAX)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Job::from).collect())
}

/// The unfinished jobs that were started on an issue, newest first; those whose rule was made on
/// it are among them.
///
/// # Errors
/// When the database fails.
pub fn of_issue(conn: &mut Conn<'_>, issue: IssueId) -> Result<Vec<Job>> {
    let unfinished = [
        JobState::Waiting,
        JobState::Running,
        JobState::Paused,
        JobState::Failed,
        JobState::Undoing,
    ];
    let rows: Vec<Row> = on!(conn, |c| job::table
        .filter(job::issue_id.eq(issue.0))
        .filter(job::state.eq_any(unfinished.map(JobState::as_str)))
        .order(job::id.desc())
        .limit(LIST_MAX)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Job::from).collect())
}

/// Queues a job and returns its number. A [`super::Runner`] of any process takes it up.
pub(crate) fn queue(conn: &mut Conn<'_>, new: &NewJob, now: Timestamp) -> Result<i64> {
    let row = (
        job::project_id.eq(new.project.0),
        job::kind.eq(new.kind.as_str()),
        job::state.eq(JobState::Waiting.as_str()),
        job::data.eq(&new.data),
        job::cursor.eq(0),
        job::done.eq(0),
        job::total.eq(new.total),
        job::moved.eq(0),
        job::user_id.eq(new.user.map(|user| user.0)),
        job::rule_id.eq(new.rule),
        job::issue_id.eq(new.issue.map(|issue| issue.0)),
        job::created_at.eq(now.0),
        job::changed_at.eq(now.0),
    );
    Ok(on!(conn, |c| diesel::insert_into(job::table)
        .values(row)
        .returning(job::id)
        .get_result(c))?)
}

/// Puts a job into a state, with nobody working on it.
pub(super) fn set_state(
    conn: &mut Conn<'_>,
    id: i64,
    state: JobState,
    problem: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    on!(conn, |c| diesel::update(job::table.find(id))
        .set((
            job::state.eq(state.as_str()),
            job::problem.eq(problem),
            job::lease_until.eq(None::<i64>),
            job::changed_at.eq(now.0),
        ))
        .execute(c))?;
    Ok(())
}

/// The jobs of other projects that the same change of rules started, as far as they can be taken
/// back.
pub(crate) fn of_change(conn: &mut Conn<'_>, job: &Job) -> Result<Vec<Job>> {
    let back = [JobState::Undoing, JobState::Undone];
    let rows: Vec<Row> = on!(conn, |c| job::table
        .filter(job::kind.eq(job.kind.as_str()))
        .filter(job::created_at.eq(job.created_at.0))
        .filter(job::id.ne(job.id))
        .filter(job::state.ne_all(back.map(JobState::as_str)))
        .order(job::id)
        .select(Row::as_select())
        .load(c))?;
    let jobs = rows.into_iter().map(Job::from);
    Ok(jobs.filter(|it| it.rule_id == job.rule_id).collect())
}

/// Lets a job begin anew with other data.
pub(crate) fn restart(conn: &mut Conn<'_>, id: i64, data: &str, total: i64) -> Result<()> {
    on!(conn, |c| diesel::update(job::table.find(id))
        .set((
            job::data.eq(data),
            job::cursor.eq(0),
            job::done.eq(0),
            job::total.eq(total),
        ))
        .execute(c))?;
    Ok(())
}

/// Puts a job on the way back, with nobody working on it.
pub(crate) fn set_undoing(conn: &mut Conn<'_>, id: i64, now: Timestamp) -> Result<()> {
    set_state(conn, id, JobState::Undoing, None, now)
}
